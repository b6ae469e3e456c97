import type { Api } from '#contract/api.ts'
import type { LICENCES } from '#contract/library.ts'
import { scanSchema, sourceKindSchema, type SourceItemReport, type SourceReport, type SourceScan } from '#contract/sources.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { isCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import type { ScanSourceSpec } from '#main/jobs/handlers/scan-source.ts'
import type { SourceRow } from '#main/library/repositories/sources.ts'
import type { ImportItem } from '#main/library/repositories/imports.ts'
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { ServiceContext } from './context.ts'
import type { ImportsService } from './imports.ts'

const MOST_ITEMS = 200_000
const TELL_EVERY_MS = 200

/** A source's own words for a licence, as one of those that the library knows. */
export const readLicence = (text: string): (typeof LICENCES)[number] => {
  const plain = text.toLowerCase().replace(/[^a-z0-9]+/g, ' ')
  const has = (word: string): boolean => new RegExp(`\\b${word}\\b`).test(plain)
  if (has('cc0') || has('publicdomain') || /public domain/.test(plain)) return has('cc0') ? 'CC0-1.0' : 'public-domain'
  if (/^(?:unknown)?$/.test(plain.trim())) return 'unknown'
  // FMA gives the bare names: "Attribution-NonCommercial 3.0 International".
  const isCreativeCommons = /creative ?commons|\bcc\b|^attribution\b/.test(plain)
  const isBy = has('by') || has('attribution')
  if (!isCreativeCommons || !isBy) return /research|non commercial/.test(plain) ? 'research-only' : 'other'
  const isNonCommercial = has('nc') || /non ?commercial/.test(plain)
  if (has('nd') || /no ?deriv/.test(plain)) return 'CC-BY-ND-4.0'
  const isShareAlike = has('sa') || /share ?alike/.test(plain)
  return isNonCommercial ? (isShareAlike ? 'CC-BY-NC-SA-4.0' : 'CC-BY-NC-4.0') : isShareAlike ? 'CC-BY-SA-4.0' : 'CC-BY-4.0'
}

const LONGEST_INSTRUMENT = 60

/**
 * What plays in the file, as far as the data set says: of a score, whose part is kept; of a sound, everybody. Empty where nothing tells.
 */
const nameInstrument = ({ audioPath, instruments, details }: SourceItemReport): string => {
  const part = details['violinKind']
  if (audioPath === undefined) return typeof part === 'string' ? part : instruments.length === 1 ? (instruments[0] ?? '') : ''
  return instruments.reduce((names, name) => {
    const longer = names === '' ? name : `${names}, ${name}`
    return longer.length > LONGEST_INSTRUMENT ? names : longer
  }, '')
}

/** What goes with the file into the library. */
const describeItem = (item: SourceItemReport, rightsId: string): ImportItem => ({
  title: item.artist === undefined ? item.title : `${item.artist}: ${item.title}`,
  tags: [...new Set([...item.tags, ...item.genres, ...item.instruments].map((tag) => tag.trim().slice(0, 60)))]
    .filter((tag) => tag !== '')
    .slice(0, 30),
  ...(item.caption === undefined ? {} : { caption: item.caption }),
  ...(item.range === undefined ? {} : { range: item.range }),
  rightsId,
  instrument: nameInstrument(item),
  sourceItem: item.id,
})

/** Public data sets: found out, scanned, imported. */
export const createSourcesService = (
  { env, library, pushes }: Pick<ServiceContext, 'env' | 'library' | 'pushes'>,
  imports: Pick<ImportsService, 'startItems'>,
): Api['sources'] => {
  const run = (task: string, spec: unknown): Promise<unknown> =>
    env.ears.run(task, spec, { signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined })
  const readKinds = async (): Promise<z.infer<typeof sourceKindSchema>[]> =>
    z.array(sourceKindSchema).parse(await run('list-source-kinds', {}))

  const describe = async (row: SourceRow): Promise<SourceReport> => {
    const kind = (await readKinds()).find((known) => known.kind === row.kind)
    if (kind === undefined) throw new EngineError('NOT_FOUND', { kind: 'data set', id: row.kind })
    return { ...kind, id: row.id, path: row.path, evidence: row.evidence, addedAt: row.addedAt }
  }
  const find = (id: string): SourceRow => {
    const row = library.sources.find(id)
    if (row === null) throw new EngineError('NOT_FOUND', { kind: 'source', id })
    return row
  }
  const scanning = new Map<string, AbortController>()
  /** One scan of a source at a time: a new one ends the one before. */
  const scan = async (row: SourceRow, filter: ScanSourceSpec['filter'], limit: number): Promise<SourceScan> => {
    const controller = new AbortController()
    scanning.get(row.id)?.abort()
    scanning.set(row.id, controller)
    let lastTold = -Infinity
    const onProgress = (share: number, message: string): void => {
      const now = env.clock.now()
      if (controller.signal.aborted || now - lastTold < TELL_EVERY_MS) return
      lastTold = now
      pushes.emit('sources.scanning', { sourceId: row.id, share, message })
    }
    const spec: ScanSourceSpec = { kind: row.kind, path: row.path, filter, limit }
    try {
      return scanSchema.parse(await env.ears.run('scan-source', spec, { signal: controller.signal, onProgress, onItem: () => undefined }))
    } catch (error) {
      if (isCancelled(error)) throw new EngineError('JOB_INTERRUPTED', {}, { cause: error })
      throw error
    } finally {
      if (scanning.get(row.id) === controller) scanning.delete(row.id)
    }
  }

  /** One note of rights for each licence of a data set. */
  const saveRights = (kind: string, holder: string, text: string, isOwn: boolean): string => {
    // What a data set says of itself is no word on the music in it.
    const licence = isOwn ? readLicence(text) : 'unknown'
    const id = `rights-${createHash('sha256').update(`${kind} ${text} ${licence}`).digest('hex').slice(0, 24)}`
    const isShareable = licence.startsWith('CC') ? licence !== 'CC-BY-ND-4.0' : licence === 'public-domain'
    if (library.sessions.findRights(id) === null) library.sessions.saveRights({ id, licence, holder, note: text, isShareable })
    return id
  }

  return {
    kinds: readKinds,
    async add({ path: given, kind }) {
      const path = resolve(given)
      const found =
        kind === undefined
          ? z.object({ kind: z.string(), evidence: z.string() }).parse(await run('detect-source', { path }))
          : { kind, evidence: 'as you said' }
      const row = { id: createId('source', env.clock, env.random), path, addedAt: readTimestamp(env.clock), ...found }
      // An unknown kind is refused before it is noted.
      await describe(row)
      return describe(library.transaction(() => library.sources.add(row)))
    },
    list: () => Promise.all(library.sources.list().map(describe)),
    async remove({ sourceId }) {
      library.transaction(() => library.sources.remove(find(sourceId).id))
      return {}
    },
    scan: ({ sourceId, filter = {}, limit = 100 }) => scan(find(sourceId), filter, limit),
    async stop({ sourceId }) {
      scanning.get(find(sourceId).id)?.abort()
      return {}
    },
    async import({ sourceId, filter = {}, itemIds, limit = MOST_ITEMS }) {
      const row = find(sourceId)
      const { title, licence, holdsAudio, holdsMidi } = await describe(row)
      if (!holdsAudio && !holdsMidi) throw new EngineError('SOURCE_WITHOUT_SOUND', { source: title })
      const { items } = await scan(row, { needs: 'audio-or-midi', ...filter }, itemIds === undefined ? limit : MOST_ITEMS)
      const chosen = itemIds === undefined ? null : new Set(itemIds)
      const files: { path: string; sessionName: string; byteLength: number; item: ImportItem }[] = []
      for (const item of items) {
        const path = item.audioPath ?? item.midiPath
        if (path === undefined || chosen?.has(item.id) === false) continue
        const facts = await stat(path).catch(() => null)
        const rightsId = library.transaction(() => saveRights(row.kind, title, item.license ?? licence.name, item.license !== undefined))
        // An artist's tracks sound alike: they go into one split of a data set, as a session does.
        const sessionName = `${title}: ${item.artist ?? item.title}`
        files.push({ path, sessionName, byteLength: facts?.size ?? 0, item: describeItem(item, rightsId) })
      }
      if (files.length === 0) throw new EngineError('SOURCE_NOTHING_HERE', { source: title })
      return imports.startItems({ paths: [row.path], tags: [], instrument: '', source: title }, files)
    },
  }
}
