import { z } from 'zod'
import { idSchema } from './ids.ts'
import { importSchema } from './imports.ts'

/** Public data sets, each read from the user's own copy; nothing is ever downloaded. */

export const sourceKindSchema = z.object({
  kind: z.string(),
  title: z.string(),
  licence: z.object({ name: z.string(), url: z.string(), summary: z.string() }),
  holdsAudio: z.boolean(),
  holdsMidi: z.boolean(),
  /** What a copy holds and what not, in a sentence. */
  contents: z.string(),
})

export const sourceSchema = sourceKindSchema.extend({
  id: idSchema,
  path: z.string(),
  /** What tells that the folder is a copy of that data set. */
  evidence: z.string(),
  addedAt: z.string(),
})
export type SourceReport = z.infer<typeof sourceSchema>

const phrases = z.array(z.string().min(1)).max(50).optional()

/** What to keep: fields are joined by "and", the entries of one field by "or". */
export const sourceFilterSchema = z.object({
  genres: phrases,
  instruments: phrases,
  tags: phrases,
  captionWords: phrases,
  words: phrases,
  withoutWords: phrases,
  needs: z.enum(['audio', 'midi', 'audio-or-midi']).optional(),
  /** Leaves out items whose own licence forbids changes. */
  isAdaptable: z.boolean().optional(),
})
export type SourceFilter = z.infer<typeof sourceFilterSchema>

export const sourceItemSchema = z.object({
  id: z.string(),
  title: z.string(),
  artist: z.string().optional(),
  tags: z.array(z.string()),
  genres: z.array(z.string()),
  instruments: z.array(z.string()),
  caption: z.string().optional(),
  bpm: z.number().optional(),
  key: z.string().optional(),
  durationSeconds: z.number().optional(),
  audioPath: z.string().optional(),
  range: z.object({ fromSeconds: z.number(), toSeconds: z.number() }).optional(),
  midiPath: z.string().optional(),
  license: z.string().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  problems: z.array(z.string()),
})
export type SourceItemReport = z.infer<typeof sourceItemSchema>

export const scanSchema = z.object({
  items: z.array(sourceItemSchema),
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
  problemCount: z.number().int(),
  counts: z.object({
    scanned: z.number().int(),
    matching: z.number().int(),
    withAudio: z.number().int(),
    withMidi: z.number().int(),
    flawed: z.number().int(),
  }),
  /** Of what matches, how many items stand under each licence. */
  licences: z.record(z.string(), z.number()),
})
export type SourceScan = z.infer<typeof scanSchema>

/** How far a scan is. */
export interface SourceScanning {
  readonly sourceId: string
  /** 0..1; 0 where the amount is not known beforehand. */
  readonly share: number
  readonly message: string
}

const withSource = z.object({ sourceId: idSchema })

export const SOURCE_METHODS = {
  'sources.kinds': { input: z.object({}), output: z.array(sourceKindSchema) },
  /** Notes a folder; which data set it is a copy of is found out unless told. */
  'sources.add': { input: z.object({ path: z.string().min(1), kind: z.string().optional() }), output: sourceSchema },
  'sources.list': { input: z.object({}), output: z.array(sourceSchema) },
  'sources.remove': { input: withSource, output: z.object({}) },
  /** A dry run: what an import would bring in, its licences, what cannot be read. */
  'sources.scan': {
    input: withSource.extend({ filter: sourceFilterSchema.default({}), limit: z.number().int().min(0).max(1000).default(100) }),
    output: scanSchema,
  },
  /** Ends the scan under way, which is then refused as interrupted. */
  'sources.stop': { input: withSource, output: z.object({}) },
  /** Starts an import of what matches and lies on this computer; of these items alone where they are named. */
  'sources.import': {
    input: withSource.extend({
      filter: sourceFilterSchema.default({}),
      itemIds: z.array(z.string()).min(1).max(5000).optional(),
      limit: z.number().int().min(1).max(200_000).optional(),
    }),
    output: importSchema,
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
