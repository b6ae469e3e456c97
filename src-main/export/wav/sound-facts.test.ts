import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LANES } from '#contract/expression.ts'
import type { Recipe } from '#contract/recipe.ts'
import { readWav } from '#main/audio/io/wav.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { encodeSoundFile, readSoundFacts, type SoundFacts } from './sound-facts.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 60 })
const title = text.map((words) => words.replaceAll('\0', '').trim())
const recipes: fc.Arbitrary<Recipe> = fc.record({
  title: text,
  prompt: text,
  lanes: fc.constant(DEFAULT_LANES),
  notes: fc.array(
    fc.record({
      onsetSeconds: fc.double({ min: 0, max: 60, noNaN: true }).map(Math.abs),
      durationSeconds: fc.double({ min: 0.01, max: 9, noNaN: true }),
      pitch: fc.double({ min: 55, max: 105, noNaN: true }),
      velocity: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
      confidence: fc.constant(1),
    }),
    { maxLength: 5 },
  ),
  seed: fc.nat(4294967295),
  voice: text,
  modelHash: fc.constant('abc123'),
  freedom: fc.constantFrom(0, 0.3, 1),
  edits: fc.constantFrom([], [{ kind: 'vary' as const, strength: 0.5, seed: 3 }]),
})
const recipe: Recipe = {
  title: 'Phrase',
  prompt: 'tender <"&>',
  lanes: DEFAULT_LANES,
  notes: [],
  seed: 7,
  voice: 'violin',
  modelHash: 'f00',
  freedom: 0.3,
  edits: [],
  bpm: 92,
  key: 'A minor',
}
const facts: SoundFacts = {
  title: 'Phrase 1',
  comment: 'tender, sul tasto',
  createdAt: '2026-11-22T10:11:12.000Z',
  startSeconds: 100_000,
  bpm: 92,
  metre: { beats: 6, unit: 8 },
  key: 'Bb major',
  markers: [
    { atSeconds: 0.001, name: 'A' },
    { atSeconds: 0.002, name: 'Bücher 弓' },
  ],
  recipe,
}
const pcm = Float32Array.from({ length: 1001 }, (_, i) => Math.sin(i / 9) * 0.8)

describe('a sound file that says what it is', () => {
  it('keeps recipe, markers and place for every rate and depth, and the samples as they are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(44100, 48000, 88200, 96000),
        fc.constantFrom(16 as const, 24 as const, 32 as const),
        recipes,
        title,
        fc.array(fc.record({ at: fc.nat(1001), name: title }), { maxLength: 4 }),
        fc.nat(86400 * 96000),
        (sampleRate, bits, made, name, cues, startSamples) => {
          const markers = cues.sort((a, b) => a.at - b.at).map(({ at, name }) => ({ atSeconds: at / sampleRate, name }))
          const startSeconds = startSamples / sampleRate
          const bytes = encodeSoundFile(
            [pcm, pcm],
            { sampleRate, bits, ditherSeed: 1 },
            { title: name, startSeconds, markers, recipe: made },
          )
          const found = readSoundFacts(bytes, 'x.wav')
          expect(found.recipe).toEqual(JSON.parse(JSON.stringify(made)))
          expect(found.markers).toEqual(markers)
          expect(found.startSeconds).toBe(startSeconds)
          const read = readWav(bytes)
          expect(read.sampleRate).toBe(sampleRate)
          expect(read.channels[1].length).toBe(1001)
          const worst = read.channels[1].reduce((most, x, i) => Math.max(most, Math.abs(x - pcm[i])), 0)
          expect(worst).toBeLessThanOrEqual(bits === 32 ? 0 : 1.5 * 2 ** (1 - bits))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('gives tempo, metre, tonic and title back', () => {
    const bytes = encodeSoundFile([pcm], { sampleRate: 48000, bits: 24 }, facts)
    expect(readSoundFacts(bytes, 'x.wav')).toMatchObject({
      title: 'Phrase 1',
      bpm: 92,
      metre: { beats: 6, unit: 8 },
      rootKey: 70,
      startSeconds: 100_000,
      recipe,
    })
  })

  it('lays bext, format, samples, cue points, names, acid and iXML out in order, on even offsets', () => {
    const bytes = encodeSoundFile([pcm], { sampleRate: 48000, bits: 24 }, facts)
    const view = new DataView(bytes.buffer)
    expect(view.getUint32(4, true)).toBe(bytes.length - 8)
    const ids: string[] = []
    for (let offset = 12; offset < bytes.length;) {
      expect(offset % 2).toBe(0)
      ids.push(new TextDecoder().decode(bytes.subarray(offset, offset + 4)))
      const length = view.getUint32(offset + 4, true)
      offset += 8 + length + (length % 2)
    }
    expect(ids).toEqual(['bext', 'fmt ', 'data', 'cue ', 'LIST', 'LIST', 'acid', 'iXML'])
    expect(new TextDecoder().decode(bytes.subarray(20, 20 + 27))).toBe('Phrase 1: tender, sul tasto')
    expect(new TextDecoder().decode(bytes.subarray(20 + 320, 20 + 338))).toBe('2026-11-2210:11:12')
    expect(view.getBigUint64(20 + 338, true)).toBe(4_800_000_000n)
  })

  it('reads a plain WAV file as one that says nothing, and refuses what is none', () => {
    const bare = encodeSoundFile([pcm], { sampleRate: 44100, bits: 16 }, { title: '' })
    expect(readSoundFacts(bare, 'x.wav')).toMatchObject({ bpm: null, recipe: null, markers: [] })
    expect(() => readSoundFacts(Uint8Array.of(1, 2, 3), 'x.wav')).toThrow(expect.objectContaining({ code: 'AUDIO_CORRUPT' }))
  })

  it('leaves a recipe that makes no sense out', () => {
    for (const json of ['{', '{"title":1}', JSON.stringify({ ...recipe, seed: 'seven' })]) {
      const bytes = encodeSoundFile([pcm], { sampleRate: 44100, bits: 16 }, { title: 'x' })
      const xml = new TextEncoder().encode(`<USER><FIDDLEHEAD>${json}</FIDDLEHEAD></USER>`)
      const chunk = new Uint8Array(8 + xml.length)
      chunk.set(new TextEncoder().encode('iXML'))
      new DataView(chunk.buffer).setUint32(4, xml.length, true)
      chunk.set(xml, 8)
      const at = new TextDecoder('latin1').decode(bytes).indexOf('iXML')
      expect(readSoundFacts(Uint8Array.from([...bytes.subarray(0, at), ...chunk]), 'x.wav').recipe).toBeNull()
    }
  })

  it('never throws anything but an EngineError, whatever the bytes', () => {
    const good = encodeSoundFile([pcm.subarray(0, 20)], { sampleRate: 48000, bits: 16 }, facts)
    const damages = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(damages, fc.nat(good.length), (changes, length) => {
        const bytes = good.slice(0, length % 3 === 0 ? length : good.length)
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        try {
          expect(Array.isArray(readSoundFacts(bytes, 'x.wav').markers)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
