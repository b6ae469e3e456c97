import type { LaneCondition } from '#main/networks/stages/conditioning.ts'

/**
 * How much of the expression is the stages' own, column by column. What was asked for is kept to: there their share is the
 * square of the freedom, 9 % at the ordinary 0.3. Measured at a plain 30 %, a third of the wishes for a bowing and half of
 * those for vibrato were lost. Intonation, which nobody asks for, and lanes left open follow the freedom itself.
 *
 * @param freedom   0..1
 * @param openLanes lanes that the stages were left to choose
 * @returns         [EXPRESSION_WIDTH] 0..1
 */
export const shareOfOwn = (freedom: number, openLanes: ReadonlySet<LaneCondition>): number[] => {
  const shareIn = (...lanes: LaneCondition[]): number => (lanes.every((lane) => openLanes.has(lane)) ? freedom : freedom * freedom)
  const level = shareIn('dynamics', 'attack', 'articulation')
  return [freedom, freedom, level, level, level, level, shareIn('vibratoDepth'), shareIn('vibratoRate')]
}
