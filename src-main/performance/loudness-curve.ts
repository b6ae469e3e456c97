import type { Random } from '#main/foundation/random.ts'
import type { PlannedNote } from './plan-notes.ts'

export const SILENCE_DB = -100
/** Below this the bow has left the string: the frame is silent. */
const FLOOR_DB = -72

export interface LoudnessCurves {
  /** [F] dBFS RMS, -100 where silent. */
  readonly loudnessDb: Float32Array
  /** Times of every new bow stroke or pluck, seconds, ascending. */
  readonly strokeSeconds: Float32Array
}

const hill = (x: number): number => Math.sin(Math.PI * Math.min(1, Math.max(0, x)))

/** Seconds the pluck needs to fall by 60 dB: long on the low strings, short on the high ones. */
export const pluckDecaySeconds = (pitch: number): number => 1.5 * 2 ** (-(pitch - 55) / 20)

/** Level above the note's own, dB, `age` seconds after its onset, before its driven end. */
const shapeOf = (note: PlannedNote, age: number, length: number): number => {
  const accent = Math.max(0, note.attack - 0.35)
  switch (note.articulation) {
    case 'pizzicato':
      return 5 - (60 * age) / pluckDecaySeconds(note.pitch)
    case 'spiccato':
      return age < 0.02 ? 2 : 2 - (age - 0.02) * 25
    case 'staccato':
      return 2.5 * Math.exp(-age / 0.05) * (0.6 + accent) + 0.5
    case 'legato':
    case 'detache':
    case 'tremolo':
      return note.swellDb * (hill(age / Math.max(length, 0.1)) - 0.4) * Math.min(1, length / 0.6) + 6 * accent * Math.exp(-age / 0.09)
  }
}

/** Gain at the start of a stroke, dB at or below 0. */
const attackOf = (note: PlannedNote, age: number): number => {
  const isQuick = note.articulation === 'spiccato' || note.articulation === 'staccato' || note.articulation === 'pizzicato'
  if (note.articulation === 'pizzicato') return age < 0 ? -100 : 0
  const rise = isQuick ? 0.012 + 0.02 * (1 - note.attack) : 0.015 + 0.1 * (1 - note.attack) ** 2
  const x = Math.min(1, Math.max(0, (age + 0.008) / rise))
  return x >= 1 ? 0 : 20 * Math.log10(Math.max(1e-4, Math.sin((Math.PI / 2) * x)))
}

/** How far and how long the string falls back where a tremolo's bow turns. */
const TURN_DIP = { db: 9, seconds: 0.022 }

const tremoloStrokes = (note: PlannedNote, random: Random): number[] => {
  const strokes = [note.onsetSeconds]
  const rate = random.between(8, 13)
  let t = note.onsetSeconds
  for (;;) {
    t += (1 + 0.1 * random.normal()) / rate
    if (t > note.soundEndSeconds - 0.05) return strokes
    strokes.push(t)
  }
}

/**
 * Loudness of a performance: rises at every onset, dips where the bow turns, rings off and is silent in rests.
 *
 * @param notes      planned notes in order
 * @param frames     F
 * @param options    frameRate in Hz; random for stroke times
 * @returns          [F] dBFS RMS and the stroke times
 */
export const drawLoudness = (
  notes: readonly PlannedNote[],
  frames: number,
  options: { frameRate: number; random: Random },
): LoudnessCurves => {
  const { frameRate, random } = options
  const loudnessDb = new Float32Array(frames).fill(SILENCE_DB)
  const strokes: number[] = []
  let wander = 0
  notes.forEach((note) => {
    const length = note.soundEndSeconds - note.onsetSeconds
    const own = note.articulation === 'tremolo' ? tremoloStrokes(note, random) : [note.onsetSeconds]
    if (note.bowStart !== 'slur') strokes.push(...own)
    const isJoinedNext = note.nextOnsetSeconds - note.soundEndSeconds < 0.06
    const ringDbPerSecond =
      note.articulation === 'pizzicato'
        ? 40 / 0.16
        : note.articulation === 'spiccato'
          ? 40 / Math.min(0.14, 0.08 * 2 ** (-(note.pitch - 69) / 36) + 0.03)
          : 45 / note.releaseSeconds
    // A bow about to stop is lifted a little before the written end; a bow about to turn is not.
    const driveEnd =
      isJoinedNext || note.articulation === 'spiccato' ? note.soundEndSeconds : note.soundEndSeconds - Math.min(0.04, length * 0.15)
    const firstFrame = Math.max(0, Math.ceil((note.onsetSeconds - 0.012) * frameRate))
    const lastFrame = Math.min(frames - 1, Math.floor(Math.min(note.nextOnsetSeconds - 0.012, note.soundEndSeconds + 1) * frameRate - 1e-6))
    for (let i = firstFrame; i <= lastFrame; i++) {
      const t = i / frameRate
      const age = t - note.onsetSeconds
      wander = 0.96 * wander + 0.12 * random.normal()
      let level = note.levelDb + shapeOf(note, Math.max(0, age), length) + (note.articulation === 'pizzicato' ? 0 : wander)
      if (note.bowStart === 'slur') level -= 2 * Math.exp(-(((age - 0.005) / 0.02) ** 2))
      else if (note.bowStart === 'rebow') level += Math.max(-8 - 8 * note.attack, attackOf(note, age))
      else level += attackOf(note, age)
      if (note.articulation === 'tremolo') {
        const since = own.reduce((last, stroke) => (stroke <= t + 0.005 ? t - stroke : last), age)
        level -= TURN_DIP.db * Math.exp(-Math.max(0, since + 0.005) / TURN_DIP.seconds)
      }
      if (t > driveEnd) {
        // The last moments before a joined rebow thin out instead of ringing off.
        if (isJoinedNext && note.articulation !== 'pizzicato' && note.articulation !== 'spiccato')
          level -= 6 * Math.min(1, (t - driveEnd) / 0.03)
        else level -= (t - driveEnd) * ringDbPerSecond
      } else if (isJoinedNext && !note.isHeldOver && note.articulation !== 'pizzicato' && note.articulation !== 'tremolo') {
        level -= 5 * Math.exp(-(note.nextOnsetSeconds - t) / 0.015)
      }
      loudnessDb[i] = level < FLOOR_DB ? SILENCE_DB : Math.min(-6, level)
    }
  })
  return { loudnessDb, strokeSeconds: Float32Array.from(strokes) }
}
