import { sourceFilterSchema } from '#contract/sources.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { collectScan } from '#main/sources/collect-scan.ts'
import type { ItemFilter } from '#main/sources/filter-items.ts'
import { detectSource, SOURCES } from '#main/sources/sources.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

const scanSpecSchema = z.object({ kind: z.string(), path: z.string(), filter: sourceFilterSchema, limit: z.number().int() })
export type ScanSourceSpec = z.infer<typeof scanSpecSchema>

const detectSpecSchema = z.object({ path: z.string() })

const dropUndefined = (filter: z.infer<typeof sourceFilterSchema>): ItemFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as ItemFilter

/** Scans a local copy of a public data set. */
export const scanSourceHandler: TaskHandler = {
  async run(rawSpec, { signal, onProgress }) {
    const { kind, path, filter, limit } = scanSpecSchema.parse(rawSpec)
    const source = SOURCES.find(({ id }) => id === kind)
    if (source === undefined) throw new EngineError('NOT_FOUND', { kind: 'data set', id: kind })
    return collectScan(source, path, {
      filter: dropUndefined(filter),
      limit,
      signal,
      onProgress: ({ share = 0, itemsFound }) => onProgress(share, `${itemsFound} items`),
    })
  },
}

/** Finds out which data set a folder is a copy of. */
export const detectSourceHandler: TaskHandler = {
  async run(rawSpec) {
    const { source, evidence } = await detectSource(detectSpecSchema.parse(rawSpec).path)
    return { kind: source.id, evidence }
  },
}

/** What can be read at all. */
export const listSourceKindsHandler: TaskHandler = {
  run: async () =>
    SOURCES.map(({ id, title, licence, holdsAudio, holdsMidi, contents }) => ({
      kind: id,
      title,
      licence,
      holdsAudio,
      holdsMidi,
      contents,
    })),
}
