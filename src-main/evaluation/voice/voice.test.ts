import { describe, expect, it } from 'vitest'
import type { Note } from '#contract/melody.ts'
import { midiToHz } from '#music/pitch.ts'
import { cutPhrases, type Phrase } from './cut-phrases.ts'
import { evaluateVoice, measureCodebookUse, type RenderPhrase } from './evaluate-voice.ts'
import type { JointEmbedding } from './joint-embedding.ts'

const RATE = 44100
const note = (onsetSeconds: number, pitch: number, durationSeconds = 0.5): Note => ({
  onsetSeconds,
  durationSeconds,
  pitch,
  velocity: 0.7,
  confidence: 1,
})

const play = (notes: readonly Note[], seconds: number, gain = 0.1): Float32Array => {
  const pcm = new Float32Array(Math.round(seconds * RATE))
  for (const { onsetSeconds, durationSeconds, pitch } of notes) {
    const length = Math.round(durationSeconds * RATE)
    for (let n = 0; n < length; n++) {
      const edge = Math.min(1, n / 500, (length - n) / 500)
      for (let k = 1; k <= 5; k++)
        pcm[Math.round(onsetSeconds * RATE) + n] += ((gain * edge) / k) * Math.sin((2 * Math.PI * k * midiToHz(pitch) * n) / RATE)
    }
  }
  return pcm
}

describe('phrases', () => {
  it('are at most fifteen seconds, begin 20 ms before their first note, and lose no note', () => {
    const notes = Array.from({ length: 40 }, (_, i) => note(1 + i * 0.6 + (i >= 18 ? 1 : 0), 69 + (i % 5)))
    const recording = { name: 'long', pcm: new Float32Array(30 * RATE), notes }
    const phrases = cutPhrases(recording, RATE)
    expect(phrases.length).toBeGreaterThan(1)
    expect(phrases.flatMap((phrase) => phrase.notes).length).toBe(40)
    for (const phrase of phrases) {
      expect(phrase.notes[0].onsetSeconds).toBeCloseTo(0.02, 6)
      expect(phrase.pcm.length / RATE).toBeLessThan(16)
    }
    // The longest rest is where the first cut goes.
    expect(phrases.some((phrase) => phrase.notes[0].pitch === notes[18].pitch)).toBe(true)
  })
  it('are none where there are no notes', () => {
    expect(cutPhrases({ name: 'empty', pcm: new Float32Array(10), notes: [] }, RATE)).toEqual([])
  })
})

describe('a voice against recordings', { timeout: 120_000 }, () => {
  const tune = [69, 71, 73, 74, 76].map((pitch, i) => note(0.02 + i * 0.5, pitch))
  const phrase: Phrase = { name: 'tune', pcm: play(tune, 3.2), notes: tune }
  const perfect: RenderPhrase = ({ notes, durationSeconds }) =>
    Promise.resolve({ pcm: play(notes, durationSeconds), sampleRate: RATE, notes })
  /** Starts elsewhere in its clip, plays other notes, later. */
  const poor: RenderPhrase = ({ notes, durationSeconds }) => {
    const wrong = notes.map((one, i) => ({
      ...one,
      pitch: one.pitch + (i % 2 === 0 ? 3 : -2),
      onsetSeconds: one.onsetSeconds + 0.2 * (i % 2),
    }))
    return Promise.resolve({ pcm: play(wrong, durationSeconds + 0.5, 0.02), sampleRate: RATE, notes })
  }
  /** Two numbers: how loud, and one. */
  const embedding: JointEmbedding = {
    embedText: () => Promise.resolve(Float32Array.of(1, 0)),
    embedAudio: (pcm) => {
      const level = Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length)
      const norm = Math.hypot(level, 0.05)
      return Float32Array.of(level / norm, 0.05 / norm)
    },
    embedWindows: (pcm) => [0, 1, 2].map((i) => embedding.embedAudio(pcm.subarray(i * RATE, (i + 1) * RATE))),
  }
  const codec = { nQ: 2, codebookSize: 4, encode: () => Int32Array.of(0, 1, 0, 2, 0, 3) }

  it('finds the perfect rendition perfect and the poor one worse in every measure', async () => {
    const scores = await evaluateVoice(
      [phrase],
      [
        { name: 'voice', render: perfect },
        { name: 'poor', render: poor },
      ],
      { embedding, codec, seed: 1 },
    )
    const [good, bad] = scores.columns
    expect(good.logMelMse).toBe(0)
    expect(good.fad).toBeLessThan(1e-6)
    expect(good.melFad).toBeLessThan(1e-6)
    expect(good.mulanCycleRatio).toBeCloseTo(1, 6)
    expect(good.rawPitchAccuracy).toBeGreaterThan(0.95)
    expect(good.onsetF1).toBeGreaterThan(0.9)
    expect(good.chromaCosine).toBeCloseTo(1, 5)
    for (const name of ['logMelMse', 'levelMatchedLogMelMse', 'normalisedMse', 'logSpectralDistanceDb', 'melFad', 'fad'] as const) {
      expect(bad[name] ?? 0, name).toBeGreaterThan(good[name] ?? 0)
    }
    for (const name of ['rawPitchAccuracy', 'onsetF1', 'chromaCosine', 'mulanCycle'] as const) {
      expect(bad[name] ?? 1, name).toBeLessThan(good[name] ?? 0)
    }
    expect(scores.each[0].prompt).toMatch(/^solo violin/)
    expect(good.codebooks).toEqual([
      { use: 0.25, perplexity: 1 },
      { use: 0.75, perplexity: expect.closeTo(3, 6) },
    ])
  })

  it('leaves out what has no network', async () => {
    const { columns, referenceMulanCycle } = await evaluateVoice([phrase], [{ name: 'voice', render: perfect }], {
      embedding: null,
      codec: null,
      seed: 1,
    })
    expect(columns[0]).toMatchObject({ fad: null, mulanCycle: null, mulanCycleRatio: null, codebooks: [] })
    expect(columns[0].melFad).not.toBeNull()
    expect(referenceMulanCycle).toBeNull()
  })

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort()
    await expect(
      evaluateVoice([phrase], [{ name: 'voice', render: perfect }], { embedding: null, codec: null, seed: 1, signal }),
    ).rejects.toThrow()
  })

  it('counts no code as no use', () => {
    expect(measureCodebookUse([], { nQ: 1, codebookSize: 8 })).toEqual([{ use: 0, perplexity: 0 }])
  })
})
