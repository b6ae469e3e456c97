import type { Codebooks } from '#main/networks/stages/known-codes.ts'
import { expectVectors, type AcousticInputs, type StageConditions } from '#main/networks/stages/generate.ts'
import type { StageNetwork } from '#main/networks/stages/stage-network.ts'

/** The acoustic stages with the codec's codebooks. */
export interface AcousticStages {
  readonly stages: { readonly coarse: StageNetwork; readonly fine: StageNetwork }
  readonly codebooks: Codebooks
  /** Of each level's codebook: what `codebooks` was divided by. */
  readonly spreads: readonly number[]
}

/** Sums levels' vectors of unit spread, [T, levels * latentWidth], from the level `first` on. @returns [T * latentWidth] */
const sumLevels = (vectors: Float32Array, first: number, { stages, spreads }: AcousticStages, tokens: number): Float32Array => {
  const { latentWidth } = stages.coarse.config
  const levels = vectors.length / (tokens * latentWidth)
  const latent = new Float32Array(tokens * latentWidth)
  for (let t = 0; t < tokens; t++) {
    for (let level = 0; level < levels; level++) {
      const from = (t * levels + level) * latentWidth
      for (let d = 0; d < latentWidth; d++) latent[t * latentWidth + d] += spreads[first + level] * vectors[from + d]
    }
  }
  return latent
}

/**
 * The latent that the codec is to play, before any code is drawn: what the coarse stage expects of its levels, and what the
 * fine stage then expects of the rest. One pass each.
 *
 * @param inputs inputs.isCoarseOnly leaves the fine stage out
 * @returns      [T * latentWidth]
 */
export const expectLatent = (
  acoustic: AcousticStages,
  conditions: StageConditions,
  inputs: Omit<AcousticInputs, 'codebooks'> & { isCoarseOnly: boolean },
): Float32Array => {
  const tokens = inputs.semantic.length
  const known = { semantic: inputs.semantic, expression: inputs.expression, codebooks: acoustic.codebooks }
  const coarse = expectVectors(acoustic.stages.coarse, conditions, known)
  const latent = sumLevels(coarse, 0, acoustic, tokens)
  if (inputs.isCoarseOnly) return latent
  const fine = expectVectors(acoustic.stages.fine, conditions, { ...known, expected: coarse })
  const rest = sumLevels(fine, acoustic.stages.fine.config.coarseLevels, acoustic, tokens)
  return latent.map((x, i) => x + rest[i])
}

/**
 * What the fine stage expects of its levels after coarse codes that are known.
 *
 * @param inputs inputs.codes [T * levels] with the coarse levels filled
 * @returns      [T * latentWidth], to be added to what the coarse codes stand for
 */
export const expectRest = (
  acoustic: AcousticStages,
  conditions: StageConditions,
  inputs: Omit<AcousticInputs, 'codebooks'> & { codes: Int32Array },
): Float32Array => {
  const { semantic, expression, codes } = inputs
  const fine = expectVectors(acoustic.stages.fine, conditions, { semantic, expression, codes, codebooks: acoustic.codebooks })
  return sumLevels(fine, acoustic.stages.fine.config.coarseLevels, acoustic, semantic.length)
}
