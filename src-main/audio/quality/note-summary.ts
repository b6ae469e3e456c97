import type { NoteFeatures } from './note-features.ts'

/** Features of a whole line: medians over its notes. Null where too few notes say anything. */
export interface NoteSummary {
  readonly notes: number
  readonly lowest: number
  readonly highest: number
  readonly medianPitch: number
  readonly medianGapSeconds: number | null
  /** Sounding part of the time to the next onset. */
  readonly fullness: number | null
  readonly dipDb: number | null
  readonly shallowDipDb: number | null
  readonly soundingSeconds: number
  /** Part of its sounding time that a note stays within 5 dB of its peak: small where it rings off like a plucked string. */
  readonly heldShare: number
  readonly attackSeconds: number
  /** Mean power of the notes, dBFS, and its rise from the first to the last note. */
  readonly levelDb: number
  readonly riseDb: number | null
  /** Mean level of the first, the middle and the last third of the notes. */
  readonly thirdsDb: readonly [number, number, number] | null
  /** Of the notes long enough to tell. */
  readonly vibrato: { readonly notes: number; readonly rateHz: number; readonly depthCents: number; readonly regularity: number } | null
}

const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

const LEAST_NOTES = 4

/** Straight line through the notes' levels: its rise from first to last. */
const measureRise = (notes: readonly NoteFeatures[]): number | null => {
  if (notes.length < LEAST_NOTES) return null
  const count = notes.length
  const x = notes.reduce((sum, note) => sum + note.onsetSeconds, 0) / count
  const y = notes.reduce((sum, note) => sum + note.levelDb, 0) / count
  let product = 0
  let norm = 0
  for (const note of notes) {
    product += (note.onsetSeconds - x) * (note.levelDb - y)
    norm += (note.onsetSeconds - x) ** 2
  }
  return norm > 0 ? (product / norm) * (notes[count - 1].onsetSeconds - notes[0].onsetSeconds) : null
}

const measureThirds = (notes: readonly NoteFeatures[]): [number, number, number] | null => {
  if (notes.length < LEAST_NOTES) return null
  const mean = (from: number, to: number): number => {
    const part = notes.slice(Math.floor(from * notes.length), Math.max(Math.floor(from * notes.length) + 1, Math.floor(to * notes.length)))
    return part.reduce((sum, { levelDb }) => sum + levelDb, 0) / part.length
  }
  return [mean(0, 1 / 3), mean(1 / 3, 2 / 3), mean(2 / 3, 1)]
}

/** Onset distances; repeats of a pitch within a tremolo count as one note. */
const measureGaps = (notes: readonly NoteFeatures[], joinsRepeats: boolean): number[] => {
  const onsets = notes
    .filter((note, i) => !joinsRepeats || i === 0 || Math.abs(note.pitch - notes[i - 1].pitch) > 0.5)
    .map(({ onsetSeconds }) => onsetSeconds)
  return onsets.slice(1).map((onset, i) => onset - onsets[i])
}

/**
 * Medians of a line's notes.
 *
 * @param notes         from `measureNotes`, at least one
 * @param joinsRepeats  in a tremolo the strokes of one note belong together
 */
export const summariseNotes = (notes: readonly NoteFeatures[], joinsRepeats: boolean): NoteSummary => {
  const pitches = notes.map(({ pitch }) => pitch)
  const followed = notes.filter(({ untilNextSeconds }) => untilNextSeconds !== null)
  const isEnough = followed.length >= LEAST_NOTES - 1
  const dips = followed.map(({ dipDb }) => dipDb ?? 0)
  const vibratos = notes.flatMap(({ vibrato }) => (vibrato === null ? [] : [vibrato]))
  const gaps = measureGaps(notes, joinsRepeats)
  const power = notes.reduce((sum, { levelDb }) => sum + 10 ** (levelDb / 10), 0) / Math.max(1, notes.length)
  return {
    notes: notes.length,
    lowest: Math.min(...pitches),
    highest: Math.max(...pitches),
    medianPitch: quantile(pitches, 0.5),
    medianGapSeconds: gaps.length >= LEAST_NOTES - 1 ? quantile(gaps, 0.5) : null,
    fullness: isEnough
      ? quantile(
          followed.map((note) => note.soundingSeconds / (note.untilNextSeconds ?? 1)),
          0.5,
        )
      : null,
    dipDb: isEnough ? quantile(dips, 0.5) : null,
    shallowDipDb: isEnough ? quantile(dips, 0.25) : null,
    soundingSeconds: quantile(
      notes.map((note) => note.soundingSeconds),
      0.5,
    ),
    heldShare: quantile(
      notes.map((note) => note.heldShare),
      0.5,
    ),
    attackSeconds: quantile(
      notes.map((note) => note.attackSeconds),
      0.5,
    ),
    levelDb: 10 * Math.log10(power + 1e-12),
    riseDb: measureRise(notes),
    thirdsDb: measureThirds(notes),
    vibrato:
      vibratos.length < 2
        ? null
        : {
            notes: vibratos.length,
            rateHz: quantile(
              vibratos.map(({ rateHz }) => rateHz),
              0.5,
            ),
            depthCents: quantile(
              vibratos.map(({ depthCents }) => depthCents),
              0.5,
            ),
            regularity: quantile(
              vibratos.map(({ regularity }) => regularity),
              0.5,
            ),
          },
  }
}
