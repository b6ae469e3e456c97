import { EngineError } from '#main/foundation/engine-error.ts'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatasetItem } from './item.ts'

/** Codec tokens of one slice: [levels, frames], frame by frame. */
export interface CachedTokens {
  readonly levels: number
  readonly tokens: Uint16Array
}

/**
 * Slices as codec tokens, encoded once for every training. An entry is named by what it was made from (sound, span, cleaning,
 * codec), so that it can never be stale: a change of any of these makes another name.
 */
export interface TokenCache {
  read(item: DatasetItem): CachedTokens | null
  write(item: DatasetItem, tokens: CachedTokens): void
}

const HEADER_BYTES = 8
const MAGIC = 0x46544b31

const FOLDER = 'tokens'
const ENDING = '.tokens'

/** What an entry is called: the same name only for the same sound, span and cleaning. */
const nameOf = ({ assetId, startSeconds, endSeconds, cleaning }: DatasetItem): string =>
  createHash('sha256')
    .update(JSON.stringify([assetId, startSeconds.toFixed(4), endSeconds.toFixed(4), cleaning]))
    .digest('hex')

/** How many of these slices a codec has encoded already; of several codecs the one that has encoded most of them. */
export const countEncoded = (dataDir: string, items: readonly DatasetItem[]): number => {
  const root = join(dataDir, FOLDER)
  if (!existsSync(root)) return 0
  const names = items.map((item) => `${nameOf(item)}${ENDING}`)
  const codecs = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const counts = codecs.map((codec) => {
    const there = new Set(readdirSync(join(root, codec.name), { recursive: true }).map((path) => basename(String(path))))
    return names.filter((name) => there.has(name)).length
  })
  return Math.max(0, ...counts)
}

/** A cache below a data folder for one codec, named by the hash of its weights. */
export const openTokenCache = (dataDir: string, codecHash: string): TokenCache => {
  const pathOf = (item: DatasetItem): string => {
    const name = nameOf(item)
    return join(dataDir, FOLDER, codecHash.slice(0, 16), name.slice(0, 2), `${name}${ENDING}`)
  }
  return {
    read(item) {
      const path = pathOf(item)
      if (!existsSync(path)) return null
      const bytes = readFileSync(path)
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      // Half a file is no entry: it is encoded again.
      if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) return null
      return { levels: view.getUint32(4, true), tokens: new Uint16Array(Uint8Array.from(bytes.subarray(HEADER_BYTES)).buffer) }
    },
    write(item, { levels, tokens }) {
      const path = pathOf(item)
      const bytes = new Uint8Array(HEADER_BYTES + tokens.byteLength)
      const view = new DataView(bytes.buffer)
      view.setUint32(0, MAGIC, true)
      view.setUint32(4, levels, true)
      bytes.set(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength), HEADER_BYTES)
      try {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(`${path}.part`, bytes)
        renameSync(`${path}.part`, path)
      } catch (cause) {
        const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
        throw new EngineError(isFull ? 'DISK_FULL' : 'FILE_UNWRITABLE', { path }, { cause })
      }
    },
  }
}
