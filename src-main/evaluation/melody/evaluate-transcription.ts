import type { HumVoice } from '#main/audio/pitch/synthesize-hum.ts'
import type { Note } from '#contract/melody.ts'
import { segmentNotes } from '#main/audio/pitch/segment-notes.ts'
import { trackF0Mpm } from '#main/audio/pitch/track-f0-mpm.ts'
import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import { HUM_TEST_SET, singRecipe, type HumRecipe } from './hum-test-set.ts'
import { median, scoreNotes, scorePitch } from './score-notes.ts'

/** Scores of one hum, or means over several. */
export interface TranscriptionScores {
  /** Of our tracker and of its peer, the McLeod method of the package pitchy with a median filter. */
  rawPitchAccuracy: number
  rawChromaAccuracy: number
  peerRawPitchAccuracy: number
  voicingRecall: number
  voicingFalseAlarm: number
  medianCents: number
  /** Onset and pitch within 50 cents. */
  noteF1At50Ms: number
  noteF1At100Ms: number
  /** Onset alone. */
  onsetF1At50Ms: number
  onsetF1At100Ms: number
  medianOnsetMs: number
}

export interface HumScores extends TranscriptionScores {
  id: string
  voice: HumVoice
}

export interface TranscriptionReport {
  hums: HumScores[]
  /** Means per voice and over all. */
  means: Record<string, TranscriptionScores & { count: number }>
  /** How much faster than real time, one core: tracker alone, and tracker with note segmentation. */
  trackerSpeed: number
  transcriptionSpeed: number
}

const SCORE_NAMES = [
  'rawPitchAccuracy',
  'rawChromaAccuracy',
  'peerRawPitchAccuracy',
  'voicingRecall',
  'voicingFalseAlarm',
  'medianCents',
  'noteF1At50Ms',
  'noteF1At100Ms',
  'onsetF1At50Ms',
  'onsetF1At100Ms',
  'medianOnsetMs',
] as const satisfies readonly (keyof TranscriptionScores)[]

/** Note scores at both tolerances, with and without pitch. */
export const scoreTranscribedNotes = (
  truth: readonly Note[],
  found: readonly Note[],
): Pick<TranscriptionScores, 'noteF1At50Ms' | 'noteF1At100Ms' | 'onsetF1At50Ms' | 'onsetF1At100Ms' | 'medianOnsetMs'> => {
  const score = (onsetToleranceSeconds: number, pitchToleranceCents: number) =>
    scoreNotes(truth, found, { onsetToleranceSeconds, pitchToleranceCents })
  const loose = score(0.1, 50)
  return {
    noteF1At50Ms: score(0.05, 50).f1,
    noteF1At100Ms: loose.f1,
    onsetF1At50Ms: score(0.05, Infinity).f1,
    onsetF1At100Ms: score(0.1, Infinity).f1,
    medianOnsetMs: median(loose.matches.map(([i, j]) => 1000 * Math.abs(found[j].onsetSeconds - truth[i].onsetSeconds))), // s -> ms
  }
}

const meanOf = (rows: readonly TranscriptionScores[]): TranscriptionScores & { count: number } => {
  const mean = (name: (typeof SCORE_NAMES)[number]): number => rows.reduce((sum, row) => sum + row[name], 0) / Math.max(1, rows.length)
  const entries = SCORE_NAMES.map((name) => [name, mean(name)] as const)
  return { ...(Object.fromEntries(entries) as unknown as TranscriptionScores), count: rows.length }
}

/**
 * Transcribes the committed test set and scores it against what was truly sung.
 *
 * @param recipes  the whole test set unless told
 * @param now      a clock in milliseconds, for the speeds
 * @returns        scores of every hum, means per voice and over all, speeds
 */
export const evaluateTranscription = (
  recipes: readonly HumRecipe[] = HUM_TEST_SET,
  now: () => number = () => performance.now(),
): TranscriptionReport => {
  let audioMs = 0
  let trackMs = 0
  let segmentMs = 0
  const hums = recipes.map((recipe): HumScores => {
    const hum = singRecipe(recipe)
    const started = now()
    const track = trackF0(hum.pcm, hum.sampleRate)
    const tracked = now()
    const notes = segmentNotes(track, hum.pcm, hum.sampleRate)
    segmentMs += now() - tracked
    trackMs += tracked - started
    audioMs += (1000 * hum.pcm.length) / hum.sampleRate
    const peer = scorePitch(hum.f0, trackF0Mpm(hum.pcm, hum.sampleRate, { fMin: 65 }).f0)
    const pitch = scorePitch(hum.f0, track.f0)
    return {
      id: recipe.id,
      voice: recipe.voice,
      ...pitch,
      peerRawPitchAccuracy: peer.rawPitchAccuracy,
      ...scoreTranscribedNotes(hum.notes, notes),
    }
  })
  const means: TranscriptionReport['means'] = {}
  for (const voice of ['male', 'female', 'child', 'whistle'] as const) {
    const rows = hums.filter((hum) => hum.voice === voice)
    if (rows.length > 0) means[voice] = meanOf(rows)
  }
  means['all'] = meanOf(hums)
  return { hums, means, trackerSpeed: audioMs / trackMs, transcriptionSpeed: audioMs / (trackMs + segmentMs) }
}

/** The report as lines for a terminal. */
export const formatTranscriptionReport = ({ hums, means, trackerSpeed, transcriptionSpeed }: TranscriptionReport): string => {
  const share = (value: number): string => (100 * value).toFixed(1).padStart(6)
  const line = (name: string, row: TranscriptionScores): string =>
    [
      name.padEnd(34),
      ...[row.rawPitchAccuracy, row.rawChromaAccuracy, row.peerRawPitchAccuracy, row.voicingRecall, row.voicingFalseAlarm].map(share),
      ...[row.noteF1At50Ms, row.noteF1At100Ms, row.onsetF1At50Ms, row.onsetF1At100Ms].map(share),
      row.medianOnsetMs.toFixed(0).padStart(5),
    ].join(' ')
  const head = `${'hum (shares in %)'.padEnd(34)}    RPA    RCA  pitchy  recall f.alarm  F1@50 F1@100   on@50  on@100    ms`
  const rows = [
    ...hums.map((hum) => line(hum.id, hum)),
    ...Object.entries(means).map(([name, row]) => line(`mean ${name} (${row.count})`, row)),
  ]
  return [head, ...rows, `pitch ${trackerSpeed.toFixed(0)} x, whole transcription ${transcriptionSpeed.toFixed(0)} x real time`].join('\n')
}
