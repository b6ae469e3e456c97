import { z } from 'zod'
import { idSchema } from './ids.ts'

/** Imports: files and folders read into the library. */

export const importStatusSchema = z.enum(['listing', 'running', 'paused', 'succeeded', 'cancelled', 'failed'])

/** An import as it stands. The page hears it by `imports.changed`. */
export const importSchema = z.object({
  id: idSchema,
  createdAt: z.string(),
  roots: z.array(z.string()),
  status: importStatusSchema,
  fileCount: z.number().int(),
  doneCount: z.number().int(),
  addedCount: z.number().int(),
  /** Files whose very bytes the library had. */
  duplicateCount: z.number().int(),
  /** Added, and sounds like a recording that was there. */
  soundsLikeCount: z.number().int(),
  failedCount: z.number().int(),
  byteLength: z.number(),
  doneBytes: z.number(),
  /** Of sound, imported so far. */
  audioSeconds: z.number(),
  /** Of work, all of its processes' lives added up. */
  workSeconds: z.number(),
  /** Audio seconds a second, over the whole import. */
  rate: z.number().nullable(),
  remainingSeconds: z.number().nullable(),
  /** The files in work at the moment. */
  currentFiles: z.array(z.string()),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
})
export type ImportReport = z.infer<typeof importSchema>

export const importFileSchema = z.object({
  path: z.string(),
  status: z.enum(['pending', 'added', 'duplicate', 'failed']),
  recordingId: idSchema.nullable(),
  /** Why it was not added, or what it sounds like. */
  reason: z.string().nullable(),
  remedy: z.string().nullable(),
})
export type ImportFile = z.infer<typeof importFileSchema>

const withImport = z.object({ importId: idSchema })

export const IMPORT_METHODS = {
  /**
   * One file from a page that knows no paths, as a browser's does not: put into a parcel (a new one without id) below a folder's
   * name. The answered folders are what `imports.start` then reads; after it they are thrown away.
   */
  'imports.receive': {
    input: z.object({ parcelId: idSchema.optional(), path: z.string().min(1).max(1000), bytes: z.instanceof(Uint8Array) }),
    output: z.object({ parcelId: idSchema, folder: z.string() }),
  },
  /** Starts reading folders and files; goes on in the background. */
  'imports.start': {
    input: z.object({
      paths: z.array(z.string().min(1)).min(1),
      /** One session for all; left out, each folder that holds files is one. */
      sessionName: z.string().min(1).max(200).optional(),
      rightsId: idSchema.optional(),
      tags: z.array(z.string().trim().min(1).max(60)).default([]),
      instrument: z.string().max(60).default('violin'),
    }),
    output: importSchema,
  },
  'imports.list': { input: z.object({}), output: z.array(importSchema) },
  'imports.get': { input: withImport, output: importSchema },
  'imports.cancel': { input: withImport, output: importSchema },
  /** Goes on with one that was cancelled, or that stopped at a full disk. */
  'imports.resume': { input: withImport, output: importSchema },
  /** Its files in order, or only those that were not added. */
  'imports.files': {
    input: withImport.extend({
      status: z.enum(['pending', 'added', 'duplicate', 'failed']).optional(),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    output: z.array(importFileSchema),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
