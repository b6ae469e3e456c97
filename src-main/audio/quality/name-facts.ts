import type { Articulation } from '#contract/melody.ts'
import type { StrokeCount } from './count-strokes.ts'
import type { NoteSummary } from './note-summary.ts'

/** Words for what was measured; null where the measurement lies too near to the border between two words. */
export interface Words {
  /** "short" where staccato and spiccato cannot be told apart. */
  readonly articulation: Articulation | 'short' | null
  readonly dynamics: 'very soft' | 'soft' | 'medium loud' | 'loud' | 'very loud' | null
  readonly change: 'crescendo' | 'diminuendo' | null
  readonly pace: 'very slow' | 'slow' | 'moderate' | 'fast' | 'very fast' | null
  readonly register: 'low' | 'middle' | 'high' | 'very high' | null
  /** "some" where only its presence is certain. */
  readonly vibrato: 'none' | 'some' | 'wide' | null
}

/** The word of the interval that a value lies in, or null within a margin of a border. */
const nameBetween = <Word extends string>(
  value: number,
  { words, borders, margin }: { words: readonly Word[]; borders: readonly number[]; margin: number },
): Word | null => {
  if (borders.some((border) => Math.abs(value - border) < margin)) return null
  return words[borders.filter((border) => value > border).length] ?? null
}

/** All borders below were set on the training part of the corpus, where articulation and level are known, and checked on its other parts. */
export const nameArticulation = (summary: NoteSummary, strokes: StrokeCount): Words['articulation'] => {
  const { fullness, dipDb, shallowDipDb, soundingSeconds, heldShare, medianGapSeconds } = summary
  if (fullness === null || dipDb === null || shallowDipDb === null || medianGapSeconds === null) return null
  if (fullness < 0.74 && dipDb > 12) {
    if (heldShare < 0.46 && strokes.dipsPerSecond > 2.5) return 'pizzicato'
    if (heldShare < 0.53) return null
    if (medianGapSeconds < 0.24) return 'short'
    return soundingSeconds <= 0.112 ? 'spiccato' : soundingSeconds >= 0.128 ? 'staccato' : 'short'
  }
  if (fullness < 0.82) return null
  if (strokes.dipsPerSecond > 4.6 && strokes.regularity > 0.6) return 'tremolo'
  if (strokes.dipsPerSecond > 3.2) return null
  if (dipDb < 6.8) return 'legato'
  return dipDb > 11.5 && shallowDipDb > 10 ? 'detache' : null
}

/** Level of the notes against the scale that the voice is trained on: pp -35 dBFS, mf -23, ff -14. */
export const nameDynamics = ({ levelDb }: NoteSummary): Words['dynamics'] =>
  nameBetween(levelDb, {
    words: ['very soft', 'soft', 'medium loud', 'loud', 'very loud'],
    borders: [-33, -27.6, -21.2, -15.9],
    margin: 1.5,
  })

/** A swell rises too, but falls back: both halves must go the same way. */
export const nameChange = ({ riseDb, thirdsDb }: NoteSummary): Words['change'] => {
  if (riseDb === null || thirdsDb === null || Math.abs(riseDb) < 7) return null
  const [first, middle, last] = thirdsDb
  const steps = [middle - first, last - middle].map((step) => step * Math.sign(riseDb))
  return steps.every((step) => step > 1) ? (riseDb > 0 ? 'crescendo' : 'diminuendo') : null
}

export const namePace = ({ medianGapSeconds }: NoteSummary): Words['pace'] =>
  medianGapSeconds === null
    ? null
    : nameBetween(-Math.log2(medianGapSeconds), {
        words: ['very slow', 'slow', 'moderate', 'fast', 'very fast'],
        borders: [1.2, 0.6, 0.3, 0.17].map((seconds) => -Math.log2(seconds)),
        margin: 0.15,
      })

export const nameRegister = ({ medianPitch }: NoteSummary): Words['register'] =>
  nameBetween(medianPitch, { words: ['low', 'middle', 'high', 'very high'], borders: [63.5, 76.5, 88.5], margin: 1.6 })

export const nameVibrato = ({ vibrato }: NoteSummary, articulation: Words['articulation']): Words['vibrato'] => {
  const isBowedLong = articulation === null || articulation === 'legato' || articulation === 'detache'
  if (vibrato === null || !isBowedLong) return null
  const { depthCents, regularity } = vibrato
  if (depthCents < 2) return 'none'
  if (depthCents > 19.5 && regularity > 0.85) return 'wide'
  return depthCents > 4.5 && regularity > 0.8 ? 'some' : null
}
