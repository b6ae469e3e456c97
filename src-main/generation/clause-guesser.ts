import { clauseLayerFileSchema, readDirection, unpackClauseLayer, type ClauseLayer } from '#main/networks/mulan/clause-layer.ts'
import { openSentenceEncoder } from '#main/networks/mulan/mulan.ts'
import type { SentenceEncoder } from '#main/networks/mulan/sentence-encoder.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import file from './clause-layer.json' with { type: 'json' }

/** Says by meaning what clauses ask for that no rule knows. */
export interface ClauseGuesser {
  /** @returns for each clause "fact: value", or null where it asks for nothing or is not sure enough */
  guess(clauses: readonly string[]): (string | null)[]
  dispose(): void
}

/** Clauses that are remembered: each keystroke sends the same ones again. */
const MOST_REMEMBERED = 2000

/** @param encoder is disposed of with the guesser */
const createClauseGuesser = (encoder: SentenceEncoder, layer: ClauseLayer): ClauseGuesser => {
  const known = new Map<string, string | null>()
  return {
    guess(clauses) {
      if (known.size + clauses.length > MOST_REMEMBERED) known.clear()
      const asked = [...new Set(clauses)].filter((clause) => !known.has(clause))
      // One by one: in a batch, padding would move the last digits, and the same clause must always be read the same.
      for (const clause of asked) known.set(clause, readDirection(layer, encoder.encode([clause])[0]))
      return clauses.map((clause) => known.get(clause) ?? null)
    },
    dispose: () => encoder.dispose(),
  }
}

/**
 * Opens the sentence encoder with the layer that is shipped (clause-layer.json, made by "fiddlehead fit-clauses").
 *
 * @throws EngineError SENTENCE_ENCODER_MISSING, MODEL_DAMAGED, BACKEND_UNAVAILABLE
 */
export const openClauseGuesser = async (encoderPath?: string): Promise<ClauseGuesser> => {
  const layer = unpackClauseLayer(clauseLayerFileSchema.parse(file))
  await ensureBackend()
  return createClauseGuesser(openSentenceEncoder(encoderPath), layer)
}
