import type { renderArrangement } from '#renderer/playback/render-arrangement.ts'
import { createRandom } from '#main/foundation/random.ts'
import { mixProject } from '#main/export/mix/mix-project.ts'
import { readMemory } from '#main/export/mix/pcm-reader.ts'
import type { Project, Source } from '#contract/project.ts'
import { makeClip, makeTrack, SAMPLE_PROJECT } from '#test/suites/sample-projects.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { describe, expect, it } from 'vitest'
import { hasChromium, openBrowser } from './browser.ts'

const LONG_MS = 240_000
const RATE = 48000
const random = createRandom(11)
const noise = (): Float32Array => Float32Array.from({ length: RATE }, () => random.between(-0.5, 0.5))
const sounds: Readonly<Record<string, Float32Array[]>> = { phrase: [noise()], backing: [noise(), noise()] }

const fade = (seconds: number): { seconds: number; curve: 'equalPower' } => ({ seconds, curve: 'equalPower' })
const PROJECT: Project = {
  ...SAMPLE_PROJECT,
  sources: SAMPLE_PROJECT.sources.map((source) => ({ ...source, durationSeconds: 1 })),
  master: { gainDb: -2, reverbSeconds: 0.4, reverbGainDb: -3 },
  tracks: [
    makeTrack('violin', { pan: -0.4, gainDb: -3, reverbSend: 0.3 }),
    makeTrack('band', { pan: 0.7, gainDb: -6 }),
    makeTrack('silent', { isMuted: true, reverbSend: 0.5 }),
  ],
  clips: [
    makeClip('one', { durationSeconds: 0.9, fadeIn: fade(0.05), fadeOut: fade(0.2) }),
    makeClip('two', { startSeconds: 0.7, durationSeconds: 0.8, offsetSeconds: 0.1, fadeIn: fade(0.2), gainDb: -4 }),
    makeClip('round', {
      trackId: 'band',
      sourceId: 'backing',
      startSeconds: 0.33,
      durationSeconds: 1.2,
      loop: { startSeconds: 0.2, endSeconds: 0.31 },
    }),
    makeClip('back', {
      trackId: 'band',
      sourceId: 'backing',
      startSeconds: 0.1,
      durationSeconds: 0.5,
      offsetSeconds: 0.25,
      isReversed: true,
    }),
    makeClip('mute', { trackId: 'silent', durationSeconds: 1 }),
  ],
}

if (!hasChromium) console.warn('Playback in a browser is not compared: there is no Chromium at /usr/bin/chromium.')

describe.skipIf(!hasChromium)('the page’s playback', () => {
  it(
    'equals the mixdown below -90 dBFS through the browser’s own audio nodes',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-playback-'))
      const built = await build({
        configFile: false,
        root: folder,
        logLevel: 'warn',
        build: {
          write: false,
          lib: {
            entry: join(import.meta.dirname, '../../src-renderer/playback/render-arrangement.ts'),
            formats: ['iife'],
            name: 'playback',
          },
        },
      })
      const [bundle] = Array.isArray(built) ? built : [built]
      const code = 'output' in (bundle ?? {}) ? (bundle as { output: { code: string }[] }).output[0]?.code : undefined
      const browser = await openBrowser({ profileDir: join(folder, 'profile') })
      try {
        const page = await browser.newPage()
        await page.addScriptTag({ content: `${code ?? ''}; globalThis.renderArrangement = playback.renderArrangement ?? playback` })
        const render = async (
          project: Project,
          fromSample: number,
          lengthSamples: number,
          blockSamples: number,
        ): Promise<Float32Array[]> => {
          const base64 = (pcm: Float32Array): string => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64')
          const packed = Object.fromEntries(Object.entries(sounds).map(([id, channels]) => [id, channels.map(base64)]))
          const sides = await page.evaluate(
            async ({ project, packed, range }) => {
              const unpack = (text: string): Float32Array => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer)
              const materials = Object.fromEntries(Object.entries(packed).map(([id, channels]) => [id, channels.map(unpack)]))
              const page = globalThis as unknown as { renderArrangement: typeof renderArrangement }
              const rendered = await page.renderArrangement(project, (source: { id: string }) => materials[source.id] ?? null, range)
              return rendered.map((pcm) => {
                let text = ''
                const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)
                for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
                return btoa(text)
              })
            },
            { project, packed, range: { fromSample, lengthSamples, blockSamples } },
          )
          return sides.map((text) => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer))
        }
        const openSource = (source: Source): ReturnType<typeof readMemory> | null =>
          sounds[source.id] === undefined ? null : readMemory(sounds[source.id] ?? [], RATE)
        const worstDb = (a: readonly Float32Array[], b: readonly Float32Array[]): number => {
          let worst = 0
          for (const [side, pcm] of a.entries()) pcm.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - (b[side]?.[i] ?? 0)))))
          return 20 * Math.log10(Math.max(1e-12, worst))
        }
        const reference = mixProject(PROJECT, openSource)
        const played = await render(PROJECT, 0, reference[0].length, 4800)
        expect(Math.max(...played.map((pcm) => Math.max(...pcm)))).toBeGreaterThan(0.2)
        const whole = worstDb(played, reference)
        const odd = worstDb(await render(PROJECT, 0, reference[0].length, 3331), reference)
        // From the middle, without the reverb that sounded before, and round a loop.
        const dry: Project = { ...PROJECT, tracks: PROJECT.tracks.map((track) => ({ ...track, reverbSend: 0 })), loopRange: { startSeconds: 0.25, endSeconds: 0.75, isOn: true } } // prettier-ignore
        const dryMix = mixProject(dry, openSource)
        const looped = await render(dry, 0.5 * RATE, 1.5 * RATE, 4800)
        const expected = dryMix.map((pcm) => {
          const round = [...pcm.subarray(0.25 * RATE, 0.75 * RATE)]
          return Float32Array.from([...pcm.subarray(0.5 * RATE, 0.75 * RATE), ...round, ...round, ...round.slice(0, 0.25 * RATE)])
        })
        const loop = worstDb(looped, expected)
        console.info(`playback against mixdown: whole ${whole.toFixed(1)} dBFS, odd blocks ${odd.toFixed(1)}, loop ${loop.toFixed(1)}`)
        for (const db of [whole, odd, loop]) expect(db).toBeLessThan(-90)
      } finally {
        await browser.close()
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
      }
    },
    LONG_MS,
  )
})
