import { MAX_FILE_BYTES } from '#contract/api.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import { writeFileAtomically } from '#main/foundation/write-file.ts'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { EngineEnv } from './env.ts'

/** Where files lie that a page handed over because it does not know their paths, until they are imported. */
export interface ImportInbox {
  /** Puts one file into a parcel (a new one without id) under its path below the dropped folder; answers the folder to import. */
  receive(file: { parcelId?: string | undefined; path: string; bytes: Uint8Array }): Promise<{ parcelId: string; folder: string }>
  /** Throws away the parcels in which these folders lie. */
  clear(folders: readonly string[]): Promise<void>
  /** Throws away every parcel but those that are named by these folders. */
  keepOnly(folders: readonly string[]): Promise<void>
}

const PARCEL_ID = /^parcel-[\w-]+$/

const RESERVED = ':*?"<>|'

/** Names that no system refuses or takes as a way out of the folder. */
const readParts = (path: string): string[] => {
  const parts = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.')
  if (parts.length < 2 || parts.includes('..')) {
    throw new EngineError('INVALID_ARGUMENT', { what: `"${path}" is not the path of a file below a folder.` })
  }
  return parts.map((part) => [...part].map((sign) => (sign < ' ' || RESERVED.includes(sign) ? '_' : sign)).join(''))
}

export const createImportInbox = (env: Pick<EngineEnv, 'dataDir' | 'clock' | 'random'>): ImportInbox => {
  const inbox = join(env.dataDir, 'inbox')
  const parcelOf = (folder: string): string => relative(inbox, folder).split(/[\\/]/)[0] ?? ''
  const remove = async (parcels: readonly string[]): Promise<void> => {
    for (const parcel of parcels) if (PARCEL_ID.test(parcel)) await rm(join(inbox, parcel), { recursive: true, force: true })
  }
  return {
    async receive({ parcelId = createId('parcel', env.clock, env.random), path, bytes }) {
      if (!PARCEL_ID.test(parcelId)) throw new EngineError('INVALID_ARGUMENT', { what: `"${parcelId}" is not a parcel of files.` })
      if (bytes.length > MAX_FILE_BYTES) {
        const [megabytes, maximumMegabytes] = [Math.ceil(bytes.length / 1e6), Math.floor(MAX_FILE_BYTES / 1e6)]
        throw new EngineError('FILE_TOO_LARGE', { path, megabytes, maximumMegabytes })
      }
      const parts = readParts(path)
      const target = join(inbox, parcelId, ...parts)
      await mkdir(dirname(target), { recursive: true }).catch((cause: unknown) => {
        throw new EngineError('FILE_UNWRITABLE', { path: target }, { cause })
      })
      await writeFileAtomically(target, bytes)
      return { parcelId, folder: join(inbox, parcelId, parts[0] ?? '') }
    },
    clear: (folders) => remove(folders.map(parcelOf)),
    async keepOnly(folders) {
      const kept = new Set(folders.map(parcelOf))
      await remove((await readdir(inbox).catch(() => [])).filter((parcel) => !kept.has(parcel)))
    },
  }
}
