import { encodeWav } from '#main/audio/io/wav.ts'
import { synthesizeHum } from '#main/audio/pitch/synthesize-hum.ts'
import { readMidiMelody } from '#main/export/midi/read-midi.ts'
import { TOY_NOTES } from '#test/suites/test-services.ts'
import { runCli } from '#test/suites/run-cli.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const spawnCli = (...args: string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)))
    child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)))
    child.on('close', (code) => resolve({ code, out, err }))
  })

const ENTRY = join(import.meta.dirname, '../../src-main/hosts/cli/main.ts')

describe('the command line', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fiddlehead-cli-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('explains itself', async () => {
    const { code, out, err } = await runCli('--help')
    expect([code, err]).toEqual([0, ''])
    for (const command of ['render', 'transcribe', 'resynthesize', 'studio', 'doctor', 'bench', 'corpus', 'train'])
      expect(out).toContain(command)
  })

  it.each([
    { args: ['render'], code: 2, text: "'--out <file>' not specified" },
    { args: ['dance'], code: 2, text: "Unknown command 'dance'" },
    { args: ['render', '--out', 'x.wav', '--takes', '99', '--prompt', 'A4'], code: 2, text: '--takes takes a whole number from 1 to 20' },
    { args: ['render', '--out', 'x.wav', '--sample-rate', '8000', '--prompt', 'A4'], code: 2, text: '44100 or 48000' },
    { args: ['render', '--out', 'x.wav', '--hum', 'a.wav', '--melody', 'A4'], code: 2, text: 'exclude each other' },
    { args: ['render', '--out', 'x.wav', '--prompt', ' '], code: 1, text: 'Neither a melody nor a prompt' },
    { args: ['render', '--out', 'x.wav', '--melody', 'nowhere.mid'], code: 1, text: 'There is no file at "nowhere.mid". Check the path' },
    { args: ['transcribe', import.meta.filename], code: 1, text: 'is not a sound file that Fiddlehead knows' },
  ])('fails with two sentences and the right code: $args', async ({ args, code, text }) => {
    const result = await runCli(...args)
    expect(result).toMatchObject({ code, out: '' })
    expect(result.err).toContain(text)
    expect(result.err).not.toMatch(/\n\s+at /)
    expect(result.err.match(/[.](\s|$)/g)?.length).toBeGreaterThanOrEqual(1)
  })

  it('transcribes a hum to JSON and MIDI', async () => {
    const path = join(folder, 'hum.wav')
    const { pcm, sampleRate } = synthesizeHum(TOY_NOTES, { seed: 3 })
    writeFileSync(path, encodeWav([pcm], { sampleRate, bits: 16 }))
    const midi = join(folder, 'notes.mid')
    const { code, out } = await runCli('transcribe', path, '--out', midi, '--json')
    expect(code).toBe(0)
    const result = JSON.parse(out) as { notes: { pitch: number; pitchCents: number }[]; f0: { f0: number[] } }
    expect(result.notes.map(({ pitch }) => Math.round(pitch) % 12)).toEqual(TOY_NOTES.map(({ pitch }) => pitch % 12))
    expect(result.notes[0]?.pitchCents).toBeCloseTo(100 * (result.notes[0]?.pitch ?? 0), 0)
    expect(result.f0.f0.length).toBeGreaterThan(100)
    expect(readMidiMelody(readFileSync(midi)).notes).toHaveLength(3)
  })

  it('keeps the pitches of a transcription as they were sung, or snaps them; a render takes the same options', async () => {
    const path = join(folder, 'flat.wav')
    const { pcm, sampleRate } = synthesizeHum(TOY_NOTES, { seed: 3, detuneCents: -30 })
    writeFileSync(path, encodeWav([pcm], { sampleRate, bits: 16 }))
    const pitches = async (...options: string[]): Promise<number[]> => {
      const { out } = await runCli('transcribe', path, '--json', ...options)
      return (JSON.parse(out) as { notes: { pitch: number }[] }).notes.map(({ pitch }) => pitch)
    }
    expect((await pitches()).every(Number.isInteger)).toBe(false)
    expect((await pitches('--snap', 'chromatic')).map((pitch) => pitch % 12)).toEqual(TOY_NOTES.map(({ pitch }) => pitch % 12))
    for (const args of [
      ['transcribe', path],
      ['render', '--hum', path, '--out', join(folder, 'x.wav')],
    ]) {
      const wrongKey = await runCli(...args, '--snap', 'H dur')
      expect([wrongKey.code, wrongKey.err]).toEqual([2, expect.stringContaining('"H dur" is not a key')])
      expect((await runCli(...args, '--grid', '1/5')).code).toBe(2)
    }
  })

  it('ends its process with the code, and prints failures as JSON too', async () => {
    const { code, out } = await spawnCli('transcribe', join(folder, 'missing.wav'), '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } })
  })

  it('ends in silence when nobody reads its output any more', async () => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)))
    await once(child, 'close')
    expect([child.exitCode, err]).toEqual([0, ''])
  })
})
