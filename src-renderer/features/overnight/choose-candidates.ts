import type { VoiceEntry } from '#contract/voices.ts'

type Known = Pick<VoiceEntry, 'id' | 'isShipped' | 'isInTrash' | 'createdAt' | 'trouble'>

/** The voice that every night begins from unless told. */
const SHIPPED = 'violin'

/**
 * What a new voice is heard beside in the morning: the shipped voice, the last own one before it (the one that it was trained on
 * from, where that is an own one), and itself.
 */
export const chooseCandidates = <V extends Known>(voices: readonly V[], voice: V, startedFrom: string): V[] => {
  const known = voices.filter(({ id, isInTrash, trouble }) => !isInTrash && trouble === null && id !== voice.id)
  const start = known.find(({ id }) => id === startedFrom)
  const shipped = start?.isShipped === true ? start : known.find(({ id, isShipped }) => isShipped && id === SHIPPED)
  const earlier = known
    .filter(({ isShipped, createdAt }) => !isShipped && createdAt < voice.createdAt)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const last = start?.isShipped === false ? start : earlier[0]
  return [shipped, last, voice].flatMap((one) => (one === undefined ? [] : [one]))
}
