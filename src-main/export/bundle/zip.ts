import { strToU8, unzipSync, type Zippable, zipSync } from 'fflate'
import { EngineError } from '#main/foundation/engine-error.ts'

export interface ZipEntry {
  readonly path: string
  readonly bytes: Uint8Array | string
}

/** Entries carry this time, so that the same contents give the same bytes. */
const ENTRY_TIME = new Date(2020, 0, 1)
/** Text shrinks well; sound does not, and is stored as it is. */
const STORED = /\.(wav|flac|mp3|ogg|opus|m4a)$/i
const MOST_BYTES = 2_000_000_000

/**
 * A zip archive in memory.
 *
 * @throws  EngineError FILE_TOO_LARGE above 2 GB
 */
export const writeZip = (entries: readonly ZipEntry[]): Uint8Array => {
  const files: Zippable = {}
  let total = 0
  for (const { path, bytes } of entries) {
    const data = typeof bytes === 'string' ? strToU8(bytes) : bytes
    total += data.length
    files[path] = [data, { level: STORED.test(path) ? 0 : 6, mtime: ENTRY_TIME }]
  }
  if (total > MOST_BYTES)
    throw new EngineError('FILE_TOO_LARGE', {
      path: 'the archive',
      megabytes: Math.ceil(total / 1e6),
      maximumMegabytes: MOST_BYTES / 1e6,
    })
  return zipSync(files)
}

/**
 * The entries of a zip archive that `isWanted`; nothing is written anywhere, so names cannot lead out of a folder.
 *
 * @throws  EngineError PROJECT_UNREADABLE where it is damaged, no zip archive, or more than 2 GB when unpacked
 */
export const readZip = (bytes: Uint8Array, fileName: string, isWanted: (path: string) => boolean): Map<string, Uint8Array> => {
  let total = 0
  const refuse = (reason: string, cause?: unknown): EngineError =>
    new EngineError('PROJECT_UNREADABLE', { path: fileName, reason }, { cause })
  try {
    const unzipped = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!isWanted(name)) return false
        total += originalSize
        if (total > MOST_BYTES) throw refuse('it holds more than 2 GB')
        return true
      },
    })
    return new Map(Object.entries(unzipped))
  } catch (cause) {
    if (cause instanceof EngineError) throw cause
    throw refuse('it is damaged, or no project at all', cause)
  }
}
