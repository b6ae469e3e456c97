import type { Articulation, Note } from '#contract/melody.ts'
import { laneAt, type Lanes } from '#contract/expression.ts'
import type { Random } from '#main/foundation/random.ts'

/** How the bow begins a note: a new stroke, a stroke joined to the last one, or no new stroke at all. */
export type BowStart = 'fresh' | 'rebow' | 'slur'

/** Everything the curves need to know about one note, decided once. */
export interface PlannedNote {
  readonly onsetSeconds: number
  /** Written end. */
  readonly endSeconds: number
  /** End of the driven sound; the ring-off follows. */
  readonly soundEndSeconds: number
  /** Onset of the next note, Infinity after the last. */
  readonly nextOnsetSeconds: number
  readonly pitch: number
  readonly articulation: Articulation
  readonly bowStart: BowStart
  /** Whether the next note is slurred to this one. */
  readonly isHeldOver: boolean
  /** Level at the heart of the note, dBFS RMS. */
  readonly levelDb: number
  readonly attack: number
  readonly vibratoDepthCents: number
  readonly vibratoRateHz: number
  readonly brightness: number
  readonly driftCents: number
  readonly scoopCents: number
  /** Where the singer's own beginning of the note is played; undefined for the player's. */
  readonly sungScoopCents: number | undefined
  readonly swellDb: number
  readonly releaseSeconds: number
}

/** Gap below which two notes count as joined. */
export const JOINED_GAP_SECONDS = 0.045

/** A bowed note needs this long to speak; shorter ones use the rest that follows, if there is one. */
const SHORTEST_STROKE_SECONDS = 0.12

/** Wider vibrato than this would leave the note's own half semitone. */
const MOST_VIBRATO_CENTS = 38

/** dBFS RMS of a note at dynamics 0..1: pp about -35, mf about -23, ff about -14. */
export const levelOfDynamics = (dynamics: number): number => -38 + 25 * dynamics

const bowStartOf = (note: Note, previous: Note | undefined, articulation: Articulation): BowStart => {
  if (previous === undefined) return 'fresh'
  const gap = note.onsetSeconds - (previous.onsetSeconds + previous.durationSeconds)
  if (gap > JOINED_GAP_SECONDS) return 'fresh'
  if (articulation === 'pizzicato' || articulation === 'spiccato' || articulation === 'staccato') return 'fresh'
  const isRepeated = Math.abs(note.pitch - previous.pitch) < 0.5
  if (note.isSlurred === true && !isRepeated) return 'slur'
  if (articulation === 'legato' && note.isSlurred !== false && !isRepeated) return 'slur'
  return 'rebow'
}

const soundLength = (articulation: Articulation, durationSeconds: number, random: Random): number => {
  if (articulation === 'staccato') return Math.max(0.06, durationSeconds * random.between(0.45, 0.55))
  if (articulation === 'spiccato') return Math.min(durationSeconds * 0.8, random.between(0.05, 0.075))
  return durationSeconds
}

/** First note of each phrase: after a rest of a quarter second, or after about eight seconds. */
const findPhrases = (notes: readonly Note[]): number[] => {
  const starts: number[] = []
  let phraseStart = -Infinity
  notes.forEach((note, i) => {
    const previous = notes[i - 1]
    const rest = previous === undefined ? Infinity : note.onsetSeconds - previous.onsetSeconds - previous.durationSeconds
    if (rest > 0.25 || note.onsetSeconds - phraseStart > 8) {
      starts.push(i)
      phraseStart = note.onsetSeconds
    }
  })
  return starts
}

/**
 * Decides for every note what the hands do: bowing, length, level, vibrato, intonation.
 *
 * @param notes            in order, disjoint, in clip time
 * @param lanes            expression lanes over the clip
 * @param durationSeconds  clip length the lanes' 0..1 axis spans
 * @param random           consumed in note order, so the plan is a function of its state
 */
export const planNotes = (notes: readonly Note[], lanes: Lanes, durationSeconds: number, random: Random): PlannedNote[] => {
  const phraseStarts = findPhrases(notes)
  return notes.map((note, i) => {
    const previous = notes[i - 1]
    const next = notes[i + 1]
    const endSeconds = Math.min(note.onsetSeconds + Math.max(note.durationSeconds, SHORTEST_STROKE_SECONDS), next?.onsetSeconds ?? Infinity)
    const at = Math.min(1, note.onsetSeconds / Math.max(durationSeconds, 1e-6))
    const articulation = note.articulation ?? lanes.articulation
    const length = Math.max(endSeconds - note.onsetSeconds, 0.02)

    const phrase = phraseStarts.filter((start) => start <= i).length - 1
    const first = notes[phraseStarts[phrase] ?? 0] ?? note
    const lastIndex = (phraseStarts[phrase + 1] ?? notes.length) - 1
    const last = notes[lastIndex] ?? note
    const span = last.onsetSeconds + last.durationSeconds - first.onsetSeconds
    const along = span > 0 ? (note.onsetSeconds + length / 2 - first.onsetSeconds) / span : 0.5
    const archDb = 2.2 * Math.sin(Math.PI * Math.min(1, Math.max(0, along))) - 1.2

    const dynamics = laneAt(lanes.dynamics, at)
    const attack = Math.min(1, Math.max(0, laneAt(lanes.attack, at) + 0.05 * random.normal()))
    const levelDb = levelOfDynamics(dynamics) + 14 * (note.velocity - 0.7) + archDb + 0.5 * random.normal()
    const wantsVibrato = length >= 0.25 && (articulation === 'legato' || articulation === 'detache')
    const depth = laneAt(lanes.vibratoDepth, at) * (1 + 0.12 * random.normal()) * Math.min(1, 0.55 + length * 0.6)
    return {
      onsetSeconds: note.onsetSeconds,
      endSeconds,
      soundEndSeconds: note.onsetSeconds + Math.min(length, soundLength(articulation, length, random)),
      nextOnsetSeconds: next?.onsetSeconds ?? Infinity,
      pitch: note.pitch,
      articulation,
      bowStart: bowStartOf(note, previous, articulation),
      isHeldOver: next !== undefined && bowStartOf(next, note, next.articulation ?? lanes.articulation) === 'slur',
      levelDb: Math.min(-9, Math.max(-46, levelDb)),
      attack,
      vibratoDepthCents: wantsVibrato ? Math.min(MOST_VIBRATO_CENTS, Math.max(0, depth)) : 0,
      vibratoRateHz: Math.min(8, Math.max(3, laneAt(lanes.vibratoRate, at) * (1 + 0.04 * random.normal()))),
      brightness: laneAt(lanes.brightness, at),
      driftCents: Math.max(-4, Math.min(4, 2 * random.normal())),
      scoopCents: -random.between(0, 10) * (1 - attack * 0.7),
      sungScoopCents: note.scoopCents,
      swellDb: random.between(0.3, 1.8),
      releaseSeconds: random.between(0.06, 0.12) * (1.25 - 0.5 * attack),
    }
  })
}
