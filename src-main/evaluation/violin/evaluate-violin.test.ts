import { describe, expect, it } from 'vitest'
import type { Melody, Note } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { midiToHz } from '#music/pitch.ts'
import { evaluateSinging, readNoteAnnotations } from './evaluate-singing.ts'
import { evaluateViolin } from './evaluate-violin.ts'
import { synthesizeHum } from '#main/audio/pitch/synthesize-hum.ts'

const RATE = 44100
const note = (pitch: number, onsetSeconds: number, durationSeconds = 0.5): Note => ({
  pitch,
  onsetSeconds,
  durationSeconds,
  velocity: 0.7,
  confidence: 1,
})
const TUNE = [note(67, 0), note(69, 0.5), note(71, 1), note(74, 1.5), note(71, 2.4, 0.6)]

/** A plain player: sawtooth notes with soft edges, transposed by so many semitones. */
const play = (melody: Melody, transpose = 0) => {
  const last = melody.notes[melody.notes.length - 1]
  const pcm = new Float32Array(Math.ceil((last.onsetSeconds + last.durationSeconds + 0.5) * RATE))
  for (const { pitch, onsetSeconds, durationSeconds } of melody.notes) {
    const hz = midiToHz(pitch + transpose)
    const first = Math.round(onsetSeconds * RATE)
    const length = Math.round((durationSeconds - 0.04) * RATE)
    for (let n = 0; n < length; n++) {
      const edge = Math.min(1, n / 400, (length - n) / 400)
      for (let k = 1; k < 6; k++) pcm[first + n] += (0.2 / k) * edge * Math.sin((2 * Math.PI * hz * k * n) / RATE)
    }
  }
  return Promise.resolve({ pcm, sampleRate: RATE, notes: melody.notes })
}

describe('from a hum to the violin', { timeout: 60_000 }, () => {
  it('scores a true player high and one that plays a third off low', async () => {
    const right = await evaluateViolin([{ name: 'tune', notes: TUNE }], { render: (melody) => play(melody) })
    expect(right.rawPitchAccuracy).toBeGreaterThan(0.9)
    expect(right.onsetF1).toBeGreaterThan(0.75)
    expect(right.loudestRestDb).toBeLessThan(-80)
    const wrong = await evaluateViolin([{ name: 'tune', notes: TUNE }], { render: (melody) => play(melody, 4) })
    expect(wrong.rawPitchAccuracy).toBeLessThan(0.2)
    expect(wrong.onsetF1).toBeLessThan(0.2)
  })

  it('scores a recording against its annotations', async () => {
    const hum = synthesizeHum(
      TUNE.map((each) => ({ ...each, pitch: each.pitch - 7 })),
      { voice: 'female', seed: 3 },
    )
    const scores = await evaluateSinging(hum.pcm, hum.sampleRate, { annotated: hum.notes, render: (melody) => play(melody) })
    expect(scores.annotatedNotes).toBe(5)
    expect(scores.heardRight).toBeGreaterThanOrEqual(0.8)
    expect(scores.playedRight).toBeGreaterThanOrEqual(0.6)
  })

  it('reads annotations and names a line that is none', () => {
    expect(readNoteAnnotations('0.5,440,0.25\r\n1,880,0.5\n').map(({ pitch }) => pitch)).toEqual([69, 81])
    expect(() => readNoteAnnotations('0.5,440,0.25\nhello')).toThrow(EngineError)
  })
})
