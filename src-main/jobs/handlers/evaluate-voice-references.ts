import { readdirSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { readAudioFile } from '#main/audio/io/read-audio-file.ts'
import { transcribeHum } from '#main/audio/pitch/transcribe.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { cutPhrases, type Phrase } from '#main/evaluation/voice/cut-phrases.ts'

const RATE = 44100
const LONGEST_MINUTES = 10
const SOUND_FILE = /\.(wav|wave|flac|mp3|ogg|oga|opus|aif|aiff|m4a|aac)$/i

export interface ReferenceFile {
  readonly name: string
  readonly path: string
}

/** A file that could not be used, and why, in the catalogue's words. */
export interface SkippedFile {
  readonly name: string
  readonly reason: string
}

/**
 * The sound files in a folder and the folders in it, by name; a single file stands for itself.
 *
 * @throws EngineError FILE_NOT_FOUND, FILE_UNREADABLE, REFERENCE_EMPTY
 */
export const listReferences = (path: string): ReferenceFile[] => {
  try {
    if (statSync(path).isFile()) return [{ name: basename(path), path }]
    const files = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && SOUND_FILE.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    if (files.length > 0) return files.map((file) => ({ name: relative(path, file), path: file }))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    throw new EngineError(code === 'ENOENT' || code === 'ENOTDIR' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { path }, { cause })
  }
  throw new EngineError('REFERENCE_EMPTY', { path })
}

/** Up to `count` of a list, evenly spread over it. */
const spread = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count ? [...items] : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)])

/**
 * Recordings as phrases with the notes that the ears hear in them. Files in which no melody is heard are skipped and named.
 *
 * @throws EngineError of the last file when none can be used
 */
export const readReferences = async (
  files: readonly ReferenceFile[],
  options: { maximumPhrases: number; signal: AbortSignal; onProgress: (fraction: number, message: string) => void },
): Promise<{ phrases: Phrase[]; skipped: SkippedFile[] }> => {
  const chosen = spread(files, options.maximumPhrases)
  const share = Math.ceil(options.maximumPhrases / chosen.length)
  const phrases: Phrase[] = []
  const skipped: SkippedFile[] = []
  let last: EngineError | null = null
  for (const [index, { name, path }] of chosen.entries()) {
    throwIfCancelled(options.signal)
    options.onProgress(index / chosen.length, `Listening to ${name}`)
    try {
      const { pcm } = await readAudioFile(path, { sampleRate: RATE, maximumMinutes: LONGEST_MINUTES, isDamageKept: true })
      const { melody } = transcribeHum(pcm, RATE, { snap: { key: 'off', grid: 'off' }, name })
      phrases.push(...spread(cutPhrases({ name, pcm, notes: melody.notes }, RATE), share))
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      last = error
      skipped.push({ name, reason: error.message })
    }
  }
  if (phrases.length === 0) throw last ?? new EngineError('HUM_NO_MELODY', { reason: ': the reference holds no notes' })
  return { phrases: phrases.slice(0, options.maximumPhrases), skipped }
}
