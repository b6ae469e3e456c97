import { describe, expect, it } from 'vitest'
import type { Note } from '#contract/melody.ts'
import { evaluateTranscription, formatTranscriptionReport } from './evaluate-transcription.ts'
import { HUM_TEST_SET } from './hum-test-set.ts'
import { scoreMatch } from './match-score.ts'
import { scoreNotes, scorePitch } from './score-notes.ts'

const note = (onsetSeconds: number, pitch: number): Note => ({ onsetSeconds, durationSeconds: 0.3, pitch, velocity: 0.7, confidence: 1 })

describe('hum test set', () => {
  it('has at least 40 hums with names of their own', () => {
    expect(HUM_TEST_SET.length).toBeGreaterThanOrEqual(40)
    expect(new Set(HUM_TEST_SET.map(({ id }) => id)).size).toBe(HUM_TEST_SET.length)
  })

  it('is heard as well as before on six hums of every voice', () => {
    const chosen = ['08', '21', '24', '31', '36', '41']
    const report = evaluateTranscription(HUM_TEST_SET.filter(({ id }) => chosen.includes(id.slice(0, 2))))
    expect(report.hums.length).toBe(6)
    const { rawPitchAccuracy, peerRawPitchAccuracy, noteF1At50Ms, noteF1At100Ms } = report.means['all']
    expect(rawPitchAccuracy).toBeGreaterThan(0.96)
    expect(rawPitchAccuracy).toBeGreaterThan(peerRawPitchAccuracy)
    expect(noteF1At50Ms).toBeGreaterThan(0.95)
    expect(noteF1At100Ms).toBeGreaterThan(0.97)
    expect(formatTranscriptionReport(report)).toContain('mean all (6)')
  }, 60000)
})

describe('scoreNotes', () => {
  const truth = [note(0, 60), note(0.5, 62), note(1, 64)]
  it('counts onset and pitch, each found note once', () => {
    expect(scoreNotes(truth, truth, { onsetToleranceSeconds: 0.05, pitchToleranceCents: 50 }).f1).toBe(1)
    const found = [note(0.04, 60.4), note(0.05, 60), note(0.58, 62), note(1, 76)]
    const strict = scoreNotes(truth, found, { onsetToleranceSeconds: 0.05, pitchToleranceCents: 50 })
    expect(strict).toMatchObject({ precision: 1 / 4, recall: 1 / 3 })
    expect(scoreNotes(truth, found, { onsetToleranceSeconds: 0.1, pitchToleranceCents: 50 }).recall).toBeCloseTo(2 / 3)
    expect(scoreNotes(truth, found, { onsetToleranceSeconds: 0.1, pitchToleranceCents: 50, isOctaveFolded: true }).recall).toBe(1)
  })

  it('finds the largest matching, not the first', () => {
    const found = [note(0.04, 60), note(-0.04 + 0.04, 60)]
    expect(scoreNotes([note(0, 60), note(0.08, 60)], found, { onsetToleranceSeconds: 0.05, pitchToleranceCents: 50 }).matches.length).toBe(
      2,
    )
  })
})

describe('scorePitch', () => {
  it('tells pitch, octave and voicing errors apart', () => {
    const score = scorePitch([0, 0, 220, 220, 220, 220], [0, 100, 220, 440, 0, 250])
    expect(score).toMatchObject({ rawPitchAccuracy: 0.25, rawChromaAccuracy: 0.5, voicingRecall: 0.75, voicingFalseAlarm: 0.5 })
  })
})

describe('scoreMatch', () => {
  /** Bowed-string-like tones: harmonics with an attack of 20 ms. */
  const play = (notes: readonly Note[]): Float32Array => {
    const pcm = new Float32Array(44100 * 2)
    for (const { onsetSeconds, durationSeconds, pitch } of notes) {
      const hz = 440 * 2 ** ((pitch - 69) / 12)
      for (let n = 0; n < durationSeconds * 44100; n++) {
        const t = n / 44100
        const gain = 0.2 * Math.min(1, t / 0.02, (durationSeconds - t) / 0.02)
        for (let k = 1; k * hz < 12000; k++) pcm[Math.round(onsetSeconds * 44100) + n] += (gain / k) * Math.sin(2 * Math.PI * hz * k * t)
      }
    }
    return pcm
  }
  const notes = [note(0.1, 67), note(0.5, 71), note(0.9, 74), note(1.3, 79)]

  it('praises a faithful take and finds missed, added and wrong notes', () => {
    expect(scoreMatch(play(notes), 44100, notes)).toMatchObject({ onsetF1: 1, missedNotes: 0, addedNotes: 0 })
    expect(scoreMatch(play(notes), 44100, notes).percent).toBeGreaterThan(98)
    expect(scoreMatch(play(notes.slice(0, 3)), 44100, notes)).toMatchObject({ missedNotes: 1, addedNotes: 0 })
    expect(scoreMatch(play(notes), 44100, notes.slice(1))).toMatchObject({ missedNotes: 0, addedNotes: 1 })
    expect(
      scoreMatch(
        play(notes),
        44100,
        notes.map((other) => ({ ...other, pitch: other.pitch + 1 })),
      ).percent,
    ).toBeLessThan(5)
  })

  it('gives silence nothing', () => {
    expect(scoreMatch(new Float32Array(44100), 44100, notes)).toMatchObject({ percent: 0, missedNotes: 4 })
  })
})
