import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { voiceCardSchema, type VoiceCard } from '#contract/voices.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'

/**
 * A person's voices: one folder each, named by its id, with card.json, the weights that the card names, and previews. A folder is
 * whole from the moment it has its name; nothing in it but the title changes afterwards.
 */

const CARD = 'card.json'
const TRASH = '.trash'

export const voicesDirOf = (dataDir: string): string => join(dataDir, 'voices')
export const trashDirOf = (voicesDir: string): string => join(voicesDir, TRASH)

/** A name that leads nowhere but into its folder: letters and digits, at most one folder deep. */
export const isVoiceFileName = (name: string): boolean => name.length <= 120 && /^(previews\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)

const readCardFile = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new EngineError('VOICE_UNREADABLE', { path: dirname(path), reason: 'its card cannot be read' }, { cause })
  }
}

/** @throws EngineError VOICE_UNREADABLE, VOICE_NEWER */
export const parseCard = (value: unknown, path: string): VoiceCard => {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  if (typeof version === 'number' && version > 1) throw new EngineError('VOICE_NEWER', { path, found: version, known: 1 })
  const parsed = voiceCardSchema.safeParse(value)
  if (!parsed.success)
    throw new EngineError('VOICE_UNREADABLE', { path, reason: 'its card does not say what it must' }, { cause: parsed.error })
  return parsed.data
}

/** @throws EngineError VOICE_UNREADABLE, VOICE_NEWER */
export const readVoiceCard = (folder: string): VoiceCard => parseCard(readCardFile(join(folder, CARD)), folder)

/** The card of the voice with this id; null where there is none. */
export const findVoiceCard = (voicesDir: string, id: string): VoiceCard | null =>
  isVoiceFileName(id) && existsSync(join(voicesDir, id, CARD)) ? readVoiceCard(join(voicesDir, id)) : null

/** Ids of the voices in a folder. */
export const listVoiceIds = (voicesDir: string): string[] =>
  existsSync(voicesDir)
    ? readdirSync(voicesDir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && existsSync(join(voicesDir, entry.name, CARD)))
        .map(({ name }) => name)
        .sort()
    : []

/** At least four letters, as every id. */
const slugify = (title: string): string => {
  const slug = title
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .toLowerCase()
  return slug.length >= 4 ? slug : `voice-${slug}`.replace(/-$/, '')
}

/** An id for a title that no voice has, in the trash neither. */
export const chooseVoiceId = (voicesDir: string, title: string, taken: readonly string[] = []): string => {
  const slug = slugify(title)
  const isTaken = (id: string): boolean =>
    taken.includes(id) || existsSync(join(voicesDir, id)) || existsSync(join(trashDirOf(voicesDir), id))
  for (let number = 1; ; number++) {
    const id = number === 1 ? slug : `${slug}-${number}`
    if (!isTaken(id)) return id
  }
}

const syncFile = (path: string): void => {
  const handle = openSync(path, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Writes a voice's folder: under another name first, so that it is there whole or not at all.
 *
 * @param files  by the names that the card gives them
 * @returns      the folder's path
 * @throws       EngineError VOICE_EXISTS, DISK_FULL, FILE_UNWRITABLE
 */
export const writeVoiceFolder = (voicesDir: string, card: VoiceCard, files: ReadonlyMap<string, Uint8Array>): string => {
  const folder = join(voicesDir, card.id)
  if (existsSync(folder)) throw new EngineError('VOICE_EXISTS', { voice: card.title })
  const temporary = join(voicesDir, `.${card.id}.${process.pid}.part`)
  try {
    rmSync(temporary, { recursive: true, force: true })
    mkdirSync(join(temporary, 'previews'), { recursive: true })
    for (const [name, bytes] of [...files, [CARD, `${JSON.stringify(card, null, 1)}\n`] as const]) {
      writeFileSync(join(temporary, name), bytes)
      syncFile(join(temporary, name))
    }
    renameSync(temporary, folder)
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true })
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw new EngineError('VOICE_EXISTS', { voice: card.title }, { cause })
    throw new EngineError(code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'FILE_UNWRITABLE', { path: folder }, { cause })
  }
  return folder
}

/** The one thing of a voice that may change. */
export const renameVoice = (voicesDir: string, id: string, title: string): void => {
  const folder = join(voicesDir, id)
  writeFileAtomicallySync(join(folder, CARD), `${JSON.stringify({ ...readVoiceCard(folder), title }, null, 1)}\n`)
}

/** What a voice takes on the disk, bytes. */
export const measureFolder = (folder: string): number =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
    : 0
