import type { Melody, Note } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'

export interface SnapOptions {
  /**
   * 'off'; 'gentle' (the singer's own tuning is taken out and notes near a key of the keyboard move half-way to it,
   * those between two keys stay as sung); 'chromatic' (every note to its nearest key); 'auto' (the likeliest scale) or a
   * scale such as "D major".
   */
  key?: string | undefined
  /** Smallest note value that onsets snap to. */
  grid?: 'off' | '1/4' | '1/8' | '1/16' | undefined
  /** Quarter notes a minute; estimated where left out. */
  bpm?: number | undefined
}

export interface Snapped {
  notes: Note[]
  key?: string
  bpm?: number
}

const TONICS = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] as const
const STEPS = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] } as const
type Mode = keyof typeof STEPS
/** How well each pitch class fits a key, from the tonic upwards. @source Krumhansl and Kessler 1982 */
const PROFILES: Record<Mode, readonly number[]> = {
  major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
}

/** Constant offset of a melody from the keyboard, in cents -50..50: the circular mean of its notes, weighted by length. */
export const estimateTuning = (notes: readonly Note[]): number => {
  let x = 0
  let y = 0
  for (const { pitch, durationSeconds } of notes) {
    x += durationSeconds * Math.cos(2 * Math.PI * pitch)
    y += durationSeconds * Math.sin(2 * Math.PI * pitch)
  }
  return x === 0 && y === 0 ? 0 : (100 * Math.atan2(y, x)) / (2 * Math.PI) // turns -> cents
}

const correlate = (a: readonly number[], b: readonly number[]): number => {
  const meanA = a.reduce((sum, v) => sum + v, 0) / a.length
  const meanB = b.reduce((sum, v) => sum + v, 0) / b.length
  let ab = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB)
    aa += (a[i] - meanA) ** 2
    bb += (b[i] - meanB) ** 2
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0
}

/**
 * Likeliest key of a melody.
 *
 * @param notes  pitch in MIDI keys; a constant detuning is taken off first
 * @returns      a name such as "D major" and how well it fits, -1..1
 * @source       Krumhansl-Schmuckler algorithm with the Krumhansl-Kessler profiles
 */
export const estimateKey = (notes: readonly Note[]): { key: string; fit: number } => {
  const offset = estimateTuning(notes) / 100
  const weights = Array.from({ length: 12 }, () => 0)
  for (const { pitch, durationSeconds } of notes) weights[((Math.round(pitch - offset) % 12) + 12) % 12] += durationSeconds
  // melodies like to end on the tonic
  const last = notes[notes.length - 1]
  if (last !== undefined) weights[((Math.round(last.pitch - offset) % 12) + 12) % 12] += 0.5 * last.durationSeconds
  let best = { key: 'C major', fit: -2 }
  for (const mode of ['major', 'minor'] as const) {
    for (const [tonic, name] of TONICS.entries()) {
      const fit = correlate(
        weights,
        weights.map((_, pc) => PROFILES[mode][(pc - tonic + 12) % 12]),
      )
      if (fit > best.fit) best = { key: `${name} ${mode}`, fit }
    }
  }
  return best
}

const NATURALS: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }

/** Pitch classes of a key such as "D major", "F# minor", "Bb", "Am". */
const parseKey = (text: string): number[] => {
  const found = /^\s*([A-Ga-g])\s*([#♯b♭]|sharp|flat)?\s*(major|maj|minor|min|m)?\s*$/.exec(text)
  if (found === null)
    throw new EngineError('INVALID_ARGUMENT', { what: `"${text}" is not a key; write for example "D major", "F# minor", "auto" or "off".` })
  const accidental = found[2] === undefined ? 0 : ['#', '♯', 'sharp'].includes(found[2]) ? 1 : -1
  const tonic = NATURALS[found[1].toUpperCase()] + accidental
  const mode: Mode = found[3] !== undefined && ['minor', 'min', 'm'].includes(found[3]) ? 'minor' : 'major'
  const steps: number[] = [...STEPS[mode]]
  if (mode === 'minor') steps.push(11) // the raised leading note
  return steps.map((step) => (((tonic + step) % 12) + 12) % 12)
}

const snapPitch = (pitch: number, classes: readonly number[]): number => {
  let best = Math.round(pitch)
  let distance = Infinity
  for (let key = Math.floor(pitch) - 2; key <= Math.ceil(pitch) + 2; key++) {
    if (!classes.includes(((key % 12) + 12) % 12) || Math.abs(key - pitch) >= distance) continue
    best = key
    distance = Math.abs(key - pitch)
  }
  return best
}

/** Farther off, a note lies between two keys and moving it would be a guess: measured on real singing, 25 cents lose no note, 35 do. */
const GENTLE_SEMITONES = 0.25

const movePitch = (pitch: number, key: string, classes: readonly number[]): number => {
  const target = snapPitch(pitch, classes)
  if (key !== 'gentle') return target
  return Math.abs(target - pitch) > GENTLE_SEMITONES ? pitch : (pitch + target) / 2
}

/** Deviation of the onsets from a grid, as a share of its step: 0 on the grid, 0.5 at worst. */
const gridError = (onsets: readonly number[], stepSeconds: number, phaseSeconds: number): number => {
  let sum = 0
  for (const onset of onsets) {
    const steps = (onset - phaseSeconds) / stepSeconds
    sum += Math.abs(steps - Math.round(steps))
  }
  return sum / Math.max(1, onsets.length)
}

/**
 * Tempo of a melody: the quarter note between 50 and 180 a minute whose eighths the onsets fall on best, tempos near 100 preferred.
 *
 * @param notes  onsets in seconds
 * @returns      quarter notes a minute, to a tenth; 100 where fewer than three notes say nothing
 */
export const estimateBpm = (notes: readonly Note[]): number => {
  const onsets = notes.map(({ onsetSeconds }) => onsetSeconds)
  if (onsets.length < 3) return 100
  let best = 100
  let bestCost = Infinity
  for (let bpm = 50; bpm <= 180; bpm += 0.5) {
    const beat = 60 / bpm
    const error = gridError(onsets, beat / 2, bestPhase(onsets, beat / 2)) * (beat / 2) // share -> seconds
    // finer grids are hit by chance: the expected error of a random onset is a quarter of the step
    const cost = error / (beat / 8) + 0.12 * Math.abs(Math.log2(bpm / 100))
    if (cost < bestCost) {
      bestCost = cost
      best = bpm
    }
  }
  return best
}

/** Phase of the grid that the onsets agree on: their circular mean. */
const bestPhase = (onsets: readonly number[], stepSeconds: number): number => {
  let x = 0
  let y = 0
  for (const onset of onsets) {
    x += Math.cos((2 * Math.PI * onset) / stepSeconds)
    y += Math.sin((2 * Math.PI * onset) / stepSeconds)
  }
  return (Math.atan2(y, x) / (2 * Math.PI)) * stepSeconds
}

const snapOnsets = (notes: readonly Note[], stepSeconds: number): Note[] => {
  const phase = bestPhase(
    notes.map(({ onsetSeconds }) => onsetSeconds),
    stepSeconds,
  )
  const toGrid = (seconds: number): number => Math.round((seconds - phase) / stepSeconds)
  const snapped: Note[] = []
  let taken = -Infinity
  for (const note of notes) {
    const start = Math.max(toGrid(note.onsetSeconds), taken + 1)
    taken = start
    const previous = snapped[snapped.length - 1]
    const onsetSeconds = Math.max(0, start * stepSeconds + phase)
    if (previous !== undefined) previous.durationSeconds = Math.min(previous.durationSeconds, onsetSeconds - previous.onsetSeconds)
    const length = Math.max(1, toGrid(note.onsetSeconds + note.durationSeconds) - start)
    snapped.push({ ...note, onsetSeconds, durationSeconds: length * stepSeconds })
  }
  return snapped.filter(({ durationSeconds }) => durationSeconds > 0)
}

/**
 * Moves notes onto a key and onto a rhythmic grid, whichever is asked for. Idempotent for a key; order and disjointness are kept.
 *
 * @param notes    pitch in MIDI keys, onsets in seconds
 * @param options  key, grid, bpm
 * @returns        new notes, with the key and the tempo that were used
 * @throws         EngineError INVALID_ARGUMENT for a key that cannot be read
 */
export const snapNotes = (notes: readonly Note[], { key = 'off', grid = 'off', bpm }: SnapOptions): Snapped => {
  let result: Note[] = notes.map((note) => ({ ...note }))
  const snapped: Snapped = { notes: result }
  if (key !== 'off' && notes.length > 0) {
    const offset = estimateTuning(notes) / 100
    const name = key === 'auto' ? estimateKey(notes).key : key
    const isKeyless = key === 'chromatic' || key === 'gentle'
    const classes = isKeyless ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] : parseKey(name)
    result = result.map((note) => ({ ...note, pitch: Math.min(127, Math.max(0, movePitch(note.pitch - offset, key, classes))) }))
    if (!isKeyless) snapped.key = name
  }
  if (grid !== 'off' && notes.length > 0) {
    const tempo = bpm ?? estimateBpm(notes)
    result = snapOnsets(result, (60 / tempo) * { '1/4': 1, '1/8': 0.5, '1/16': 0.25 }[grid]) // beats a minute -> seconds a step
    snapped.bpm = tempo
  }
  return { ...snapped, notes: result }
}

/** `snapNotes` for a whole melody: its key and tempo follow, its pitch track and length stay. */
export const snapMelody = (melody: Melody, options: SnapOptions): Melody => ({ ...melody, ...snapNotes(melody.notes, options) })
