import type { Random } from '#main/foundation/random.ts'
import { MATERIAL_RATE } from '../material/analyze-note.ts'
import type { MaterialKind, SourceNote } from '../material/source-note.ts'

export interface NoteWish {
  readonly kind: MaterialKind
  readonly midi: number
  /** 0..1 as in the dynamics lane; recordings of a like dynamic are preferred. */
  readonly dynamics: number
  /** Recordings whose usable sustain is shorter than this are left out where longer ones exist. */
  readonly sustainSeconds: number
}

const SPREAD_SEMITONES = 2
const SPREAD_DYNAMICS = 0.22

/** A recording near the wished pitch and dynamic, drawn with more weight the nearer it lies; undefined when none is of the kind. */
export const chooseNote = (material: readonly SourceNote[], wish: NoteWish, random: Random): SourceNote | undefined => {
  const every = material.filter((note) => note.kind === wish.kind)
  const long = every.filter((note) => note.sustainEnd - note.sustainStart >= wish.sustainSeconds * MATERIAL_RATE)
  const ofKind = wish.kind === 'pizzicato' || long.length === 0 ? every : long
  const weights = ofKind.map((note) => {
    const away = (note.midi - wish.midi) / SPREAD_SEMITONES
    const apart = note.dynamics === undefined ? 0 : (note.dynamics - wish.dynamics) / SPREAD_DYNAMICS
    return Math.exp(-0.5 * away * away - 0.5 * apart * apart) + 1e-9 * Math.exp(-Math.abs(away))
  })
  let left = random.next() * weights.reduce((a, b) => a + b, 0)
  for (let i = 0; i < ofKind.length; i++) {
    left -= weights[i]
    if (left <= 0) return ofKind[i]
  }
  return ofKind[ofKind.length - 1]
}
