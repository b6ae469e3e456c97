import { z } from 'zod'
import { idSchema } from './ids.ts'

/** Voices compared with recordings: what is measured, and the methods to ask for it. */

/** One way of playing, measured; null where a measure's network is not installed or too little sounds. */
export const voiceColumnSchema = z.object({
  name: z.string(),
  /** Log-mel mean squared error: dB^2 as it sounds, dB^2 level-matched, and the latter over the reference's variance. Lower is better. */
  logMelMse: z.number(),
  levelMatchedLogMelMse: z.number(),
  normalisedMse: z.number(),
  logSpectralDistanceDb: z.number(),
  /** Frechet distance to the reference, on the joint embedding and on plain log-mel statistics. Lower is better. */
  fad: z.number().nullable(),
  melFad: z.number().nullable(),
  /** Mean cosine of prompt and sound, and that over the recordings' own. Higher is better. */
  mulanCycle: z.number().nullable(),
  mulanCycleRatio: z.number().nullable(),
  /** Melody: shares 0..1, cents, cosine. */
  rawPitchAccuracy: z.number(),
  onsetF1: z.number(),
  medianCents: z.number(),
  chromaCosine: z.number(),
  /** Per codebook, share of its entries in use and perplexity. */
  codebooks: z.array(z.object({ use: z.number(), perplexity: z.number() })),
})
export type VoiceColumnReport = z.infer<typeof voiceColumnSchema>

export const voiceReportSchema = z.object({
  voice: z.string(),
  modelHash: z.string(),
  files: z.number().int(),
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
  hasEmbedding: z.boolean(),
  phrases: z.number().int(),
  seconds: z.number(),
  notes: z.number().int(),
  referenceMulanCycle: z.number().nullable(),
  /** The voice first, then what it is compared with. */
  columns: z.array(voiceColumnSchema),
  each: z.array(z.object({ name: z.string(), prompt: z.string(), notes: z.number().int(), logMelMse: z.number(), onsetF1: z.number() })),
})
export type VoiceReport = z.infer<typeof voiceReportSchema>

/** Where the recordings' own cosine of words and sound is smaller, nothing can be measured by it: a share of nearly nothing is noise. */
const LEAST_MULAN_CYCLE = 0.05

export const isCycleTelling = (reference: number | null): reference is number => reference !== null && reference >= LEAST_MULAN_CYCLE

/** The recordings' own cosine behind a column's ratio; null where it is too small to be a measure, or was not taken. */
export const readReferenceCycle = ({
  mulanCycle,
  mulanCycleRatio,
}: Pick<VoiceColumnReport, 'mulanCycle' | 'mulanCycleRatio'>): number | null => {
  const reference = mulanCycle === null || mulanCycleRatio === null || mulanCycleRatio === 0 ? null : mulanCycle / mulanCycleRatio
  return isCycleTelling(reference) ? reference : null
}

/** What a voice is compared with. */
export const evaluationReferenceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), path: z.string().min(1).max(4096) }),
  z.object({ kind: z.literal('hums') }),
  z.object({ kind: z.literal('takes') }),
])
export type EvaluationReference = z.infer<typeof evaluationReferenceSchema>

export const evaluationSchema = z.object({
  id: idSchema,
  createdAt: z.string(),
  reference: evaluationReferenceSchema,
  report: voiceReportSchema,
})
export type Evaluation = z.infer<typeof evaluationSchema>

export const EVALUATION_METHODS = {
  /** Queues a comparison; the job's result is the evaluation's id. */
  'evaluations.run': {
    input: z.object({
      voice: z.string().optional(),
      reference: evaluationReferenceSchema,
      maximumPhrases: z.number().int().min(1).max(1000).optional(),
    }),
    output: z.object({ jobId: idSchema }),
  },
  /** Newest first. */
  'evaluations.list': { input: z.object({}), output: z.array(evaluationSchema) },
  'evaluations.remove': { input: z.object({ evaluationId: idSchema }), output: z.object({}) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
