import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VoiceCard } from '#contract/voices.ts'
import { createZipFile, openZipFile, readPieces } from '#main/datasets/zip-file.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { filesOf } from './model-files.ts'
import { isVoiceFileName, parseCard, readVoiceCard } from './voice-folder.ts'

/**
 * A voice as one file: a ZIP of stored entries, card.json first, then what the card names and nothing else. What comes from
 * elsewhere is checked before a byte of it lies where voices lie: names that lead out of the folder, files that the card does not
 * know, sizes, checksums.
 */

export const VOICE_SUFFIX = '.fiddlehead-voice'
const CARD = 'card.json'
/** No voice of ours comes near; a file that does is no voice. */
const LARGEST_BYTES = 512 * 1024 * 1024
const LARGEST_CARD_BYTES = 8 * 1024 * 1024
const MOST_FILES = 200

const namesOf = (card: VoiceCard): string[] => [
  ...new Set([...filesOf(card.model).map(({ file }) => file), ...card.previews.map(({ file }) => file)]),
]

/**
 * Writes a voice's folder as one file.
 *
 * @throws EngineError VOICE_UNREADABLE, MODEL_NOT_INSTALLED, DISK_FULL, FILE_UNWRITABLE
 */
export const writeVoiceArchive = (folder: string, path: string): { byteLength: number } => {
  const card = readVoiceCard(folder)
  const names = namesOf(card)
  const missing = names.find((name) => !existsSync(join(folder, name)))
  if (missing !== undefined) throw new EngineError('MODEL_NOT_INSTALLED', { model: join(card.id, missing) })
  const zip = createZipFile(path)
  try {
    zip.add(CARD, [new TextEncoder().encode(`${JSON.stringify(card, null, 1)}\n`)])
    for (const name of names) zip.add(name, readPieces(join(folder, name)))
    return zip.finish()
  } catch (error) {
    zip.abort()
    throw error
  }
}

/**
 * Unpacks a voice into an empty folder of its own, everything checked that can be without its base.
 *
 * @throws EngineError VOICE_UNREADABLE, VOICE_NEWER, FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE, DISK_FULL; the folder is gone then
 */
export const readVoiceArchive = (path: string, folder: string, shownPath = path): VoiceCard => {
  const refuse = (reason: string): never => {
    throw new EngineError('VOICE_UNREADABLE', { path: shownPath, reason })
  }
  const zip = openZipFile(path, 'VOICE_UNREADABLE')
  try {
    const total = zip.names.reduce((sum, name) => sum + zip.lengthOf(name), 0)
    if (total > LARGEST_BYTES || statSync(path).size > LARGEST_BYTES)
      throw new EngineError('FILE_TOO_LARGE', {
        path: shownPath,
        megabytes: Math.round(total / 1e6),
        maximumMegabytes: Math.round(LARGEST_BYTES / 1e6),
      })
    if (zip.names.length > MOST_FILES) refuse('it holds too many files')
    const strange = zip.names.find((name) => !isVoiceFileName(name))
    if (strange !== undefined) refuse(`it holds a file called "${strange.slice(0, 60)}"`)
    if (zip.lengthOf(CARD) > LARGEST_CARD_BYTES) refuse('its card is too large')
    const card = readCard(zip.readWhole(CARD), shownPath)
    const named = namesOf(card)
    const unsafe = named.find((name) => !isVoiceFileName(name) || name === CARD)
    if (unsafe !== undefined) refuse(`its card names a file "${unsafe.slice(0, 60)}"`)
    const extra = zip.names.find((name) => name !== CARD && !named.includes(name))
    if (extra !== undefined) refuse(`its card does not know "${extra}"`)
    const hashes = new Map(filesOf(card.model).map(({ file, sha256 }) => [file, sha256]))
    mkdirSync(join(folder, 'previews'), { recursive: true })
    for (const name of named) {
      const bytes = zip.readWhole(name)
      const promised = hashes.get(name)
      if (promised !== undefined && createHash('sha256').update(bytes).digest('hex') !== promised)
        refuse(`"${name}" is not what its card promises`)
      writeFileSync(join(folder, name), bytes)
    }
    writeFileSync(join(folder, CARD), `${JSON.stringify(card, null, 1)}\n`)
    return card
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true })
    if (cause instanceof EngineError)
      throw cause.code === 'VOICE_UNREADABLE' ? new EngineError(cause.code, { ...cause.details, path: shownPath }, { cause }) : cause
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    throw new EngineError(code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'FILE_UNWRITABLE', { path: folder }, { cause })
  } finally {
    zip.close()
  }
}

const readCard = (bytes: Uint8Array, path: string): VoiceCard => {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new EngineError('VOICE_UNREADABLE', { path, reason: 'its card cannot be read' }, { cause })
  }
  return parseCard(value, path)
}
