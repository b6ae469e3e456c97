import { z } from 'zod'
import { voiceColumnSchema } from './evaluation.ts'
import { idSchema } from './ids.ts'

/** Voices: what is shipped, what a person has trained or blended, and how they are compared by ear. */

const fileSchema = z.object({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
export type ModelFile = z.infer<typeof fileSchema>

/** The token hierarchy's files: the base's own weights, or a voice's adapters on them. */
const stagesSchema = z.object({ semantic: fileSchema, coarse: fileSchema, fine: fileSchema })

/** A model's files, as models/manifest.json and a voice's card name them, relative to their folder. */
export const modelSchema = fileSchema.extend({
  id: z.string(),
  size: z.enum(['full', 'toy']).default('full'),
  /** Of a base: stages and joint embedding. */
  stages: stagesSchema.optional(),
  mulan: fileSchema.optional(),
  /** The words that the semantic stage writes. */
  semanticTokens: fileSchema.optional(),
  /** Composes where nobody named a melody. */
  composer: fileSchema.optional(),
  /** Of a voice that adapts a base: which one, the adapters, and the decoder that goes with them. */
  base: z.string().optional(),
  adapters: stagesSchema.optional(),
  adapterAlpha: z.number().optional(),
  decoder: fileSchema.optional(),
})
export type VoiceModel = z.infer<typeof modelSchema>

/** The name of its folder, or of its entry in the manifest. */
const voiceIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/)

/** What a voice came from. */
const originSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fine-tune'),
    /** The recordings: the data set's name, the hash of its contents, and how long they last. */
    dataset: z.object({ name: z.string(), contentHash: z.string(), seconds: z.number() }),
    /** The voice that training began with. */
    startedFrom: z.string(),
    preset: z.string(),
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    runId: z.string(),
  }),
  z.object({
    kind: z.literal('blend'),
    /** Shares of voices; what is missing to 1 is the base. */
    parts: z.array(z.object({ title: z.string(), modelHash: z.string(), weight: z.number() })),
  }),
])

/** Everything that is known of a person's voice; lies beside its weights as card.json. */
export const voiceCardSchema = z.object({
  format: z.literal('fiddlehead-voice'),
  version: z.literal(1),
  id: voiceIdSchema,
  title: z.string().min(1).max(80),
  createdAt: z.string(),
  licence: z.string(),
  model: modelSchema,
  /** What the base's files hash to: on another base the adapters mean nothing. */
  baseHash: z.string(),
  origin: originSchema,
  curve: z.array(z.object({ step: z.number(), train: z.number().nullable(), validation: z.number().nullable() })),
  bestStep: z.number().nullable(),
  /** The voice that training began with, and this one, on the data set's held-out recordings. */
  scores: z.object({ before: voiceColumnSchema.nullable(), after: voiceColumnSchema.nullable() }),
  previews: z.array(z.object({ file: z.string(), title: z.string(), step: z.number().nullable() })),
})
export type VoiceCard = z.infer<typeof voiceCardSchema>

export const voiceEntrySchema = z.object({
  id: voiceIdSchema,
  title: z.string(),
  isShipped: z.boolean(),
  /** Of all files that decide how it sounds; stands in the recipe of every take. */
  modelHash: z.string(),
  licence: z.string(),
  /** On the disk, previews included. */
  bytes: z.number(),
  /** Empty for a shipped voice. */
  createdAt: z.string(),
  /** Adapts a base, so that it can be blended and trained on. */
  isAdaptable: z.boolean(),
  /** Removed, but not yet for good. */
  isInTrash: z.boolean(),
  /** Null for a shipped voice. */
  card: voiceCardSchema.nullable(),
  /** Why it cannot be used now: damaged, or its base is not here. */
  trouble: z.string().nullable(),
})
export type VoiceEntry = z.infer<typeof voiceEntrySchema>

/** A voice to compare by ear; at a strength below 1 it leans towards its base. */
const candidateSchema = z.object({ voiceId: voiceIdSchema, strength: z.number().min(0).max(1).default(1) })
export type VoiceCandidate = z.infer<typeof candidateSchema>

/** One tune on one voice, with the measure of how well it plays the notes. */
export const comparisonClipSchema = z.object({
  /** Number of the candidate. */
  candidate: z.number().int(),
  tune: z.string(),
  assetId: idSchema,
  durationSeconds: z.number(),
  percent: z.number(),
  /** A picture of the sound: column by column, low bands first, 0 for -100 dB, 255 for 0 dB. */
  picture: z.object({ columns: z.number().int(), bands: z.number().int(), values: z.array(z.number().int()) }),
})

export const comparisonSchema = z.object({
  id: idSchema,
  createdAt: z.string(),
  candidates: z.array(candidateSchema.extend({ title: z.string(), modelHash: z.string() })),
  tunes: z.array(z.string()),
  clips: z.array(comparisonClipSchema),
})
export type Comparison = z.infer<typeof comparisonSchema>

const withVoice = z.object({ voiceId: voiceIdSchema })
const titleSchema = z.string().trim().min(1).max(80)

export const VOICE_METHODS = {
  /** Shipped ones first, then the newest; those in the trash last. */
  'voices.list': { input: z.object({}), output: z.array(voiceEntrySchema) },
  'voices.get': { input: withVoice, output: voiceEntrySchema },
  'voices.rename': { input: withVoice.extend({ title: titleSchema }), output: voiceEntrySchema },
  /** Sounds of a voice's card, kept where the page can play them. */
  'voices.previews': {
    input: withVoice,
    output: z.array(z.object({ title: z.string(), step: z.number().nullable(), assetId: idSchema })),
  },
  /** One .fiddlehead-voice file: to the path, or as an asset to download. */
  'voices.export': {
    input: withVoice.extend({ path: z.string().min(1).max(4096).optional() }),
    output: z.object({ fileName: z.string(), path: z.string().nullable(), assetId: idSchema.nullable(), byteLength: z.number() }),
  },
  /** Takes in such a file after checking it; a voice that is here already is answered as it is. */
  'voices.import': {
    input: z.union([z.object({ path: z.string().min(1).max(4096) }), z.object({ fileName: z.string(), bytes: z.instanceof(Uint8Array) })]),
    output: voiceEntrySchema,
  },
  /** A new voice with merged weights; what the shares lack to 1 is the base. */
  'voices.blend': {
    input: z.object({
      title: titleSchema,
      parts: z
        .array(withVoice.extend({ weight: z.number().min(0).max(1) }))
        .min(1)
        .max(2),
    }),
    output: voiceEntrySchema,
  },
  /** Moves a voice of one's own to the trash. */
  'voices.remove': { input: withVoice, output: z.object({}) },
  'voices.restore': { input: withVoice, output: voiceEntrySchema },
  /** Deletes what is in the trash for good; answers how much room that made. */
  'voices.emptyTrash': { input: z.object({}), output: z.object({ bytes: z.number() }) },
  /** Plays the same tunes on each: the newest hums, or the demonstration tune where there is none. The job's result is the comparison. */
  'voices.compare': {
    input: z.object({ candidates: z.array(candidateSchema).min(1).max(4), humIds: z.array(idSchema).max(5).optional() }),
    output: z.object({ jobId: idSchema }),
  },
  'voices.comparison': { input: z.object({ comparisonId: idSchema }), output: comparisonSchema },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
