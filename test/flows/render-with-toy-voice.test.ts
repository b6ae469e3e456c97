import { DEFAULT_LANES, type Lanes } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import { measureTruePeakDb } from '#main/audio/level/true-peak.ts'
import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import { scoreMatch } from '#main/evaluation/melody/match-score.ts'
import { renderClip, type RenderedClip, type RenderRequest } from '#main/generation/render-clip.ts'
import { renderEngine } from '#main/jobs/handlers/default-render-engine.ts'
import { createRenderHandler, renderedItemSchema } from '#main/jobs/handlers/render.ts'
import { tf } from '#main/tensor/backend/tf.ts'
import { gainToDb, hzToMidi } from '#music/pitch.ts'
import { writeToyVoice } from '#test/suites/toy-voice.ts'
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** G4, a rest of half a second, then B4 and D5 in one breath; sung late, so that there is silence to cut. */
const MELODY: Note[] = [
  [1, 0.6, 67],
  [2.1, 0.5, 71],
  [2.6, 0.5, 74],
].map(([onsetSeconds = 0, durationSeconds = 0, pitch = 0]) => ({ onsetSeconds, durationSeconds, pitch, velocity: 0.7, confidence: 1 }))
const STEADY: Lanes = { ...DEFAULT_LANES, vibratoDepth: [{ at: 0, value: 0 }] }

let folder: string
let modelsDir: string
let voice: Awaited<ReturnType<typeof writeToyVoice>>
let clip: RenderedClip

const render = (request: Partial<RenderRequest> = {}): Promise<RenderedClip> =>
  renderClip({ notes: MELODY, lanes: STEADY, seed: 7, voice: 'toy', modelsDir, ...request })

/** RMS in dBFS between two times. */
const levelDb = ({ pcm, sampleRate }: RenderedClip, from: number, to: number): number => {
  const part = pcm.subarray(Math.round(from * sampleRate), Math.round(to * sampleRate))
  return gainToDb(Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length))
}

/** Measured pitches, in keys, at the middle of each note as played. */
const playedPitches = ({ pcm, sampleRate, notes }: RenderedClip): number[] => {
  const { f0, hopSeconds } = trackF0(pcm, sampleRate, { fMin: 160, fMax: 3700 })
  return notes.map(({ onsetSeconds, durationSeconds }) =>
    Math.round(hzToMidi(f0[Math.round((onsetSeconds + durationSeconds / 2) / hopSeconds)] ?? 0)),
  )
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fiddlehead-voice-'))
  modelsDir = join(folder, 'models')
  voice = await writeToyVoice(modelsDir)
  clip = await render()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a clip', () => {
  it('says which weights played it', () => {
    expect(clip).toMatchObject({ voice: 'toy', modelHash: voice.sha256, sampleRate: 44100 })
  })

  it('plays the melody, and its notes say where', () => {
    expect(playedPitches(clip)).toEqual([67, 71, 74])
    expect(clip.notes.map(({ onsetSeconds }) => onsetSeconds.toFixed(2))).toEqual(['0.02', '1.12', '1.62'])
    const score = scoreMatch(clip.pcm, clip.sampleRate, clip.notes)
    expect(score).toMatchObject({ missedNotes: 0, addedNotes: 0 })
    expect(score.rawPitchAccuracy).toBeGreaterThan(0.95)
    expect(score.medianCents).toBeLessThan(10)
  })

  it('is the same to the last bit for the same seed, and another for another', async () => {
    const again = await render()
    expect(Buffer.from(again.pcm.buffer).equals(Buffer.from(clip.pcm.buffer))).toBe(true)
    const other = await render({ seed: 8 })
    expect(other.pcm.length).toBe(clip.pcm.length)
    expect(Buffer.from(other.pcm.buffer).equals(Buffer.from(clip.pcm.buffer))).toBe(false)
  })

  it('stays below -1 dBTP however loud it is asked to be, and is not silent', async () => {
    const loud = await render({ lanes: { ...STEADY, dynamics: [{ at: 0, value: 1 }], attack: [{ at: 0, value: 1 }] } })
    for (const { pcm, sampleRate } of [clip, loud]) {
      const peakDb = measureTruePeakDb(pcm, sampleRate)
      expect(peakDb).toBeLessThanOrEqual(-1)
      expect(peakDb).toBeGreaterThan(-40)
    }
  })

  it('begins within 30 ms, keeps its rests silent and ends without a click', () => {
    const { pcm, sampleRate } = clip
    const loudest = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    const first = pcm.findIndex((sample) => Math.abs(sample) > loudest / 100)
    expect(first / sampleRate).toBeLessThan(0.03)
    expect(levelDb(clip, 0.9, 1.05)).toBeLessThan(-60)
    for (const end of [pcm[0], pcm.at(-1)]) expect(Math.abs(end ?? 1)).toBeLessThan(1e-4)
  })

  it('follows the tempo and octave lanes', async () => {
    const fast = await render({ lanes: { ...STEADY, tempo: 2, octave: 1 } })
    expect(playedPitches(fast)).toEqual([79, 83, 86])
    expect(fast.notes.map(({ onsetSeconds }) => onsetSeconds.toFixed(2))).toEqual(['0.02', '0.57', '0.82'])
    expect(fast.pcm.length).toBeLessThan(0.65 * clip.pcm.length)
  })

  it('lies on the violin as a whole, its intervals kept', async () => {
    const deep = await render({ notes: MELODY.map((note) => ({ ...note, pitch: note.pitch - 14 })) })
    expect(playedPitches(deep)).toEqual([65, 69, 72])
  })

  it('is as long as was asked for', async () => {
    const short = await render({ durationSeconds: 1.5 })
    expect(short.pcm.length / short.sampleRate).toBeCloseTo(1.5, 1)
    expect(short.notes).toHaveLength(2)
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    await render({ seed: 9 })
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a job', () => {
  it('plays its takes with the voice and the seeds that were asked for, each measured', async () => {
    const items: unknown[] = []
    const handler = createRenderHandler({
      ...renderEngine,
      renderClip(asked, deps) {
        const request = { ...asked, modelsDir }
        return renderEngine.renderClip(request, deps)
      },
    })
    const spec = { humId: 'hum', prompt: '', notes: MELODY, lanes: STEADY, seed: 6, count: 2, voice: 'toy' }
    await handler.run(spec, { signal: new AbortController().signal, onProgress: () => undefined, onItem: (item) => items.push(item) })
    const takes = items.map((item) => renderedItemSchema.parse(item))
    expect(takes.map(({ seed, voice: name, modelHash }) => [seed, name, modelHash])).toEqual([
      [6, 'toy', voice.sha256],
      [7, 'toy', voice.sha256],
    ])
    expect(Buffer.from(takes[1]?.pcm.buffer ?? []).equals(Buffer.from(clip.pcm.buffer))).toBe(true)
    for (const { score } of takes) expect(score.percent).toBeGreaterThan(90)
  })
})

describe('what cannot be played', () => {
  it.each([
    { what: 'nothing', request: { notes: [] }, code: 'PROMPT_EMPTY' },
    { what: 'an hour', request: { durationSeconds: 3600 }, code: 'CLIP_TOO_LONG' },
    { what: 'a blink', request: { durationSeconds: 0.05 }, code: 'INVALID_ARGUMENT' },
    { what: 'an unknown voice', request: { voice: 'viola' }, code: 'VOICE_NOT_FOUND' },
  ])('$what: $code', async ({ request, code }) => {
    await expect(render(request)).rejects.toMatchObject({ code })
  })

  it('weights with one flipped bit, a missing file, a missing folder', async () => {
    const flipped = join(folder, 'flipped')
    cpSync(modelsDir, flipped, { recursive: true })
    const bytes = readFileSync(voice.path)
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1
    writeFileSync(join(flipped, 'toy.safetensors'), bytes)
    await expect(render({ modelsDir: flipped })).rejects.toMatchObject({ code: 'MODEL_DAMAGED' })
    // A failure is not remembered: mended weights play.
    copyFileSync(voice.path, join(flipped, 'toy.safetensors'))
    expect((await render({ modelsDir: flipped })).modelHash).toBe(voice.sha256)

    const missing = join(folder, 'missing')
    cpSync(modelsDir, missing, { recursive: true })
    rmSync(join(missing, 'toy.safetensors'))
    await expect(render({ modelsDir: missing })).rejects.toMatchObject({ code: 'MODEL_NOT_INSTALLED' })
    await expect(render({ modelsDir: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'MODEL_NOT_INSTALLED' })
  })
})
