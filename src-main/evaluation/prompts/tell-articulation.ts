import type { Articulation } from '#contract/melody.ts'
import type { Features } from './note-features.ts'

/**
 * Limits read off the quantiles of the training and valid splits of the corpus (features of clips with known bowing); a list of
 * few questions, since a fitted classifier does not carry over to another violin's sound. `fiddlehead evaluate performance`
 * prints its confusion on the test split.
 */
const LIMITS = {
  /** A note that sounds for less of its time than this is short. */
  shortShare: 0.8,
  /** A pluck dies away evenly, in dB a second; a stopped bow at once. */
  pluckDecay: [-150, -60],
  pluckShare: 0.93,
  /** A bounced stroke leaves the string after this many seconds, however long the note is written. */
  bounceSeconds: 0.115,
  bounceShare: 0.5,
  /** Between slurred notes the level sinks by less than this, dB. */
  slurJointDb: -6.5,
  /** Swing of a tremolo's level, dB RMS, in notes long enough to hold several strokes. */
  tremorDb: 0.7,
  tremorSeconds: 0.33,
  tremorDecay: -25,
} as const

/** Legato, détaché, staccato, spiccato, pizzicato or tremolo, from what a clip's notes sound like. */
export const tellArticulation = (features: Features): Articulation => {
  const { soundingShare, soundingSeconds, decay, jointDb, tremorDb } = features
  const [steepest, flattest] = LIMITS.pluckDecay
  if (decay > steepest && decay < flattest && soundingShare < LIMITS.pluckShare) return 'pizzicato'
  if (soundingShare < LIMITS.shortShare)
    return soundingSeconds <= LIMITS.bounceSeconds && soundingShare < LIMITS.bounceShare ? 'spiccato' : 'staccato'
  if (tremorDb > LIMITS.tremorDb && soundingSeconds > LIMITS.tremorSeconds && decay > LIMITS.tremorDecay && jointDb <= LIMITS.slurJointDb)
    return 'tremolo'
  return jointDb > LIMITS.slurJointDb ? 'legato' : 'detache'
}
