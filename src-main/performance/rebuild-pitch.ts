import type { Note } from '#contract/melody.ts'
import { midiToHz } from '#music/pitch.ts'
import { assignFrames, EXPRESSION_RATE_HZ, type PlayedExpression } from './analyze-expression.ts'

/**
 * Pitch of a performance from its notes and expression: the inverse of `analyzeExpression` but for the vibrato's
 * phase, which starts anew with each note that is not slurred to the one before.
 *
 * @param notes       in order, disjoint, in clip time
 * @param expression  [F] each; frames beyond its end keep the last value
 * @param frames      F of the result
 * @returns           [F] Hz at 100 Hz, always positive, held through rests
 */
export const rebuildPitch = (
  notes: readonly Note[],
  expression: Pick<PlayedExpression, 'centreCents' | 'vibratoCents' | 'vibratoHz'>,
  { frames }: { frames: number },
): Float32Array => {
  const { centreCents, vibratoCents, vibratoHz } = expression
  const owner = assignFrames(notes, frames)
  const last = centreCents.length - 1
  let phase = 0 // cycles
  return Float32Array.from(owner, (index, i) => {
    const note = notes[index]
    const at = Math.min(i, last)
    if (i > 0 && index !== owner[i - 1] && note?.isSlurred !== true) phase = 0
    else phase += (vibratoHz[at] ?? 0) / EXPRESSION_RATE_HZ
    const cents = (centreCents[at] ?? 0) + (vibratoCents[at] ?? 0) * Math.sin(2 * Math.PI * phase)
    return midiToHz((note?.pitch ?? 69) + cents / 100)
  })
}
