import type { Note } from '#contract/melody.ts'
import { synthesizeHum, type SynthesizedHum } from './synthesize-hum.ts'

/** The refrain of Auld Lang Syne (traditional Scots air), semitones from the tonic and beats. */
const TUNE: readonly (readonly [number, number])[] = [
  [9, 1.5],
  [7, 0.5],
  [4, 1],
  [4, 1],
  [2, 1.5],
  [0, 0.5],
  [2, 1],
  [9, 1],
  [7, 1.5],
  [4, 0.5],
  [4, 1],
  [7, 1],
  [9, 2.5],
]
const TONIC = 60
const BPM = 92

/** The bundled demo: nine seconds of an untrained female voice humming on "la" in a small room, the same on every machine. */
export const makeDemoHum = (sampleRate = 22050): SynthesizedHum => {
  let at = 0
  const notes = TUNE.map(([step, beats], i): Note => {
    const onsetSeconds = at
    at += (beats * 60) / BPM
    // a breath before the second half of the phrase
    const durationSeconds = (beats * 60) / BPM - (i === 6 ? 0.16 : 0)
    return { onsetSeconds, durationSeconds, pitch: TONIC + step, velocity: i === 0 || i === 7 ? 0.8 : 0.68, confidence: 1 }
  })
  return synthesizeHum(notes, {
    voice: 'female',
    syllable: 'la',
    seed: 12,
    sampleRate,
    vibratoCents: 22,
    intonationCents: 9,
    scoopCents: 70,
    breath: 0.2,
    snrDb: 42,
  })
}
