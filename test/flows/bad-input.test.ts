import { encodeWav } from '#main/audio/io/wav.ts'
import { synthesizeHum } from '#main/audio/pitch/synthesize-hum.ts'
import { createRandom } from '#main/foundation/random.ts'
import { runCli } from '#test/suites/run-cli.ts'
import { TOY_NOTES } from '#test/suites/test-services.ts'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const RATE = 44100
const hum = synthesizeHum(TOY_NOTES, { seed: 5, sampleRate: RATE }).pcm
const hum48 = synthesizeHum(TOY_NOTES, { seed: 5, sampleRate: 48000 }).pcm
const whole = encodeWav([hum], { sampleRate: RATE, bits: 16 })
const wav = (pcm: Float32Array, sampleRate = RATE): Uint8Array => encodeWav([pcm], { sampleRate, bits: 16 })

/** 8-bit WAV of one channel: unsigned bytes behind the header that 16 bits would have. */
const wav8 = (bytes: Uint8Array): Uint8Array => {
  const file = new Uint8Array(44 + bytes.length)
  file.set(encodeWav([new Float32Array(0)], { sampleRate: RATE, bits: 16 }))
  file.set(bytes, 44)
  const view = new DataView(file.buffer)
  view.setUint32(4, file.length - 8, true)
  view.setUint32(28, RATE, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  view.setUint32(40, bytes.length, true)
  return file
}

const makeNoise = (gain: number): Float32Array => {
  const random = createRandom(3)
  return Float32Array.from(hum, () => gain * (2 * random.next() - 1))
}
const noise = makeNoise(0.3)
const loudNoise = makeNoise(0.25)

/** The same tune a fourth higher, at once, by another singer. */
const second = synthesizeHum(
  TOY_NOTES.map((note) => ({ ...note, pitch: 76 })),
  { seed: 6, sampleRate: RATE, voice: 'male' },
).pcm

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, '../fixtures/audio', name))
const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, ...new Array<number>(500).fill(7)])

describe('bad hums', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fiddlehead-bad-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    { name: 'empty.wav', bytes: () => new Uint8Array(0), says: '"empty.wav" holds no sound at all. Record again' },
    { name: 'header.wav', bytes: () => wav(new Float32Array(0)), says: '"header.wav" holds no sound at all. Record again' },
    { name: 'cut-header.wav', bytes: () => whole.slice(0, 20), says: '"cut-header.wav" is damaged: its format header is cut off. Export' },
    { name: 'silent.wav', bytes: () => wav(new Float32Array(RATE)), says: 'The recording is silent (peak -120 dBFS). Raise' },
    { name: 'noise.wav', bytes: () => wav(noise), says: 'No melody was found in the recording' },
    { name: 'two.wav', bytes: () => wav(hum.map((x, i) => (x + (second[i] ?? 0)) / 2)), says: 'More than one voice sounds at a time' },
    { name: 'short.wav', bytes: () => wav(hum.subarray(20000, 22000)), says: 'The recording is too short (0.05 s). Hum for at least' },
    {
      name: 'long.wav',
      bytes: () => wav8(new Uint8Array(11 * 60 * RATE).fill(128)),
      says: 'is 11.0 minutes long; at most 10 fit into one hum. Cut',
    },
    { name: 'photo.wav', bytes: () => JPEG, says: '"photo.wav" is not a sound file that Fiddlehead knows (it is a JPEG picture). Use WAV' },
    { name: 'start.flac', bytes: () => fixture('flac-16.flac').slice(0, 60), says: '"start.flac" is damaged' },
  ])('$name is refused in two sentences: $says', async ({ name, bytes, says }) => {
    const path = join(folder, name)
    writeFileSync(path, bytes())
    const before = readFileSync(path)
    const { code, out, err } = await runCli('transcribe', path)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(says)
    expect(err).not.toMatch(/\n\s+at |undefined|\{\w+\}|inside Fiddlehead/)
    expect(err.trim()).toMatch(/^[^\n]+\. [A-Z][^\n]+\.$/)
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it.each([
    { name: 'clipped.wav', bytes: () => wav(hum.map((x) => Math.max(-1, Math.min(1, 20 * x)))), says: /^The recording is clipped: .+\n$/ },
    {
      name: 'clipped48.wav',
      bytes: () =>
        wav(
          hum48.map((x) => Math.max(-0.5, Math.min(0.5, 20 * x))),
          48000,
        ),
      says: /^The recording is clipped: .+\n$/,
    },
    { name: 'noisy.wav', bytes: () => wav(hum.map((x, i) => 0.5 * x + 0.25 * (loudNoise[i] ?? 0))), says: /^The recording is noisy .+\n$/ },
    {
      name: 'cut.wav',
      bytes: () => whole.slice(0, whole.length - 3000),
      says: /^The file is damaged \(only 2\.\d\d of its 2\.\d\d seconds can be read\); what could be read was used\.\n$/,
    },
    { name: '8bit.wav', bytes: () => wav8(Uint8Array.from(hum, (x) => Math.round(128 + 127 * x))), says: /^$/ },
    { name: '192k.wav', bytes: () => wav(synthesizeHum(TOY_NOTES, { seed: 5, sampleRate: 192000 }).pcm, 192000), says: /^$/ },
  ])('$name is used, with a warning where one is due', async ({ name, bytes, says }) => {
    const path = join(folder, name)
    writeFileSync(path, bytes())
    const { code, out, err } = await runCli('transcribe', path, '--json')
    expect(code).toBe(0)
    expect(err).toMatch(says)
    const { notes } = JSON.parse(out) as { notes: { pitch: number }[] }
    expect(notes.map(({ pitch }) => Math.round(pitch) % 12)).toEqual(TOY_NOTES.map(({ pitch }) => pitch % 12))
  })

  it('tells a folder from a file', async () => {
    const { code, err } = await runCli('transcribe', folder)
    expect([code, err]).toEqual([1, `"${folder}" is a folder, not a file. Name a file inside it.\n`])
  })

  it.each([
    ['render', '--melody', 'A4 B4', '--out'],
    ['transcribe', 'HUM', '--out'],
    ['resynthesize', 'HUM', '--out'],
  ])('%s says that the result has no place before it does any work', async (...args) => {
    const path = join(folder, 'good.wav')
    writeFileSync(path, whole)
    const given = args.map((arg) => (arg === 'HUM' ? path : arg))
    const inside = join(folder, 'no such folder', 'x.wav')
    expect(await runCli(...given, inside)).toEqual({
      code: 1,
      out: '',
      err: `The file "${inside}" could not be written. Choose a folder that you may write to.\n`,
    })
    expect((await runCli(...given, folder)).err).toBe(`"${folder}" is a folder, not a file. Name a file inside it.\n`)
  })

  it.each([
    { name: 'empty.mid', bytes: '' },
    { name: 'words.mid', bytes: 'hello' },
    { name: 'bare.abc', bytes: 'X:1\nK:D\n' },
    { name: 'letter.txt', bytes: 'Dear Clara, ' },
  ])('$name holds no melody, and the sentence speaks of notes', async ({ name, bytes }) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    const { code, out, err } = await runCli('render', '--melody', path, '--out', join(folder, 'x.wav'))
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^The melody could not be read: [^\n]+\. Write notes such as [^\n]+\.\n$/)
  })

  it('leaves no half-written file behind', async () => {
    const target = join(folder, 'target')
    mkdirSync(target)
    chmodSync(target, 0o700)
    await runCli('transcribe', join(folder, 'missing.wav'), '--out', join(target, 'x.mid'))
    expect(readdirSync(target)).toEqual([])
  })

  it.each([
    { args: ['transcribe', 'x.wav', '--grid', '1/7'], says: 'Allowed choices are off, 1/4, 1/8, 1/16' },
    { args: ['render', '--out', 'x.wav', '--melody', 'A4', '--seconds', '-3'], says: '--seconds takes seconds above 0' },
    { args: ['render', '--out', 'x.wav', '--melody', 'A4', '--seed', '1.5'], says: '--seed takes a whole number' },
    { args: ['render', '--out', 'x.wav', '--melody', 'A4', '--bits', '20'], says: '--bits takes 16, 24 or 32' },
    { args: ['bench', 'supper'], says: 'Allowed choices are render' },
  ])('$args is wrong use', async ({ args, says }) => {
    const { code, out, err } = await runCli(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(says)
  })
})
