import { z } from 'zod'

/** A folder of this computer, for choosing in it. */
const folderSchema = z.object({
  path: z.string(),
  /** Null at the top. */
  parent: z.string().nullable(),
  /** By name; hidden ones are left out. */
  folders: z.array(z.object({ name: z.string(), path: z.string() })),
  files: z.array(z.object({ name: z.string(), path: z.string() })),
  /** There are more than are listed. */
  isCut: z.boolean(),
  /** Where people keep things: home, and what lies in it. */
  places: z.array(z.object({ name: z.string(), path: z.string() })),
})

export const FOLDER_METHODS = {
  /** Without a path the person's own folder; of a file's path, or of one that is not there, the nearest folder above. */
  'system.folder': { input: z.object({ path: z.string().max(4000).default('') }), output: folderSchema },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
