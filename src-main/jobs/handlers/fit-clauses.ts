import { clauseExemplars, NOTHING } from '#main/corpus/captions/clause-exemplars.ts'
import { writeFileAtomically } from '#main/foundation/write-file.ts'
import { packClauseLayer } from '#main/networks/mulan/clause-layer.ts'
import { openSentenceEncoder } from '#main/networks/mulan/mulan.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { chooseThresholds, fitClauseLayer, type ClauseExample, type FactScore } from '#main/training/runs/fit-clause-layer.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ path: z.string(), seed: z.number().int().default(1) })

export interface FitClausesReport {
  readonly path: string
  readonly phrasings: number
  readonly scores: readonly FactScore[]
}

const ABOUT =
  'Softmax over what a clause of a prompt asks for, on the vectors of models/minilm. Made by "fiddlehead fit-clauses" from src-main/corpus/captions/clause-exemplars.ts; not for editing.'

/** @throws EngineError SENTENCE_ENCODER_MISSING, MODEL_DAMAGED, BACKEND_UNAVAILABLE */
const embedExemplars = async (): Promise<ClauseExample[]> => {
  await ensureBackend()
  const encoder = openSentenceEncoder()
  const exemplars = clauseExemplars()
  const vectors = encoder.encode(exemplars.map(({ text }) => text))
  encoder.dispose()
  return exemplars.map(({ label, isPatterned }, i) => ({ label, isPatterned, vector: vectors[i] }))
}

/** Fits the reader of unknown clauses and writes it. Answers a `FitClausesReport`. */
export const fitClausesHandler: TaskHandler = {
  async run(rawSpec): Promise<FitClausesReport> {
    const { path, seed } = specSchema.parse(rawSpec)
    const examples = await embedExemplars()
    const labels = [...new Set(examples.map(({ label }) => label))]
    const scores = chooseThresholds(examples, labels, { nothing: NOTHING, seed })
    const thresholds = Object.fromEntries(scores.map(({ fact, threshold }) => [fact, threshold]))
    const layer = fitClauseLayer(examples, labels, thresholds)
    await writeFileAtomically(path, `${JSON.stringify(packClauseLayer(layer, ABOUT), null, 2)}\n`)
    return { path, phrasings: examples.length, scores }
  },
}
