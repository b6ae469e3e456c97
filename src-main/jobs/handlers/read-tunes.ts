import type { Melody } from '#contract/melody.ts'
import type { ScoreNote, Tune } from '#main/corpus/melodies/tunes.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { readViolinPart } from '#main/sources/midi/read-violin-part.ts'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { isWrittenMelody, readWrittenMelody } from './read-written-melody.ts'

const DEFAULT_BPM = 120
/** Shorter gaps are articulation, not rests. */
const LEAST_REST_QUARTERS = 0.2
/** Twenty-fourths of a quarter hold triplets and sixteenths. */
const GRID = 24
const LEAST_NOTES = 8

const toGrid = (quarters: number): number => Math.round(quarters * GRID) / GRID

/** A melody in seconds as a score in quarters, rests written out; its notes keep the distances from onset to onset. */
export const toScore = ({ notes, bpm = DEFAULT_BPM }: Melody): ScoreNote[] => {
  const quarters = (seconds: number): number => toGrid((seconds * bpm) / 60)
  return notes.flatMap(({ onsetSeconds, durationSeconds, pitch, isSlurred }, i): ScoreNote[] => {
    const next = notes[i + 1]
    const length = quarters(durationSeconds)
    const room = next === undefined ? length : quarters(next.onsetSeconds - onsetSeconds)
    const rest = room - length
    const sounding = rest >= LEAST_REST_QUARTERS ? length : room
    if (sounding <= 0) return []
    const note: ScoreNote = { pitch: Math.round(pitch), quarters: sounding, isSlurred: isSlurred === true }
    return rest >= LEAST_REST_QUARTERS ? [note, { pitch: 0, quarters: rest, isSlurred: false }] : [note]
  })
}

const listMelodies = async (path: string): Promise<string[]> => {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new EngineError('FILE_NOT_FOUND', { path }, { cause })
  })
  if (!facts.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && isWrittenMelody(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/**
 * Tunes for the corpus from MIDI, ABC and MusicXML files: of MIDI files with several parts the violin's. Files that hold no melody, or
 * hardly any, are told to `onSkipped`. Throws FILE_NOT_FOUND, and IMPORT_NOTHING_FOUND where nothing at all can be played.
 */
export const readTunes = async (paths: readonly string[], onSkipped: (path: string) => void): Promise<Tune[]> => {
  const tunes = new Map<string, Tune>()
  for (const given of paths) {
    for (const path of await listMelodies(resolve(given))) {
      const bytes = await readFile(path)
      try {
        const format = extname(path).slice(1).toLowerCase()
        const isMidi = /^(?:midi?|rmi|kar)$/.test(format)
        const melody = (isMidi ? readViolinPart(bytes)?.melody : undefined) ?? readWrittenMelody(format, bytes)
        const notes = toScore(melody)
        // By its contents: a tune's split does not hang on where its file lies.
        const id = `own-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`
        if (notes.length < LEAST_NOTES) onSkipped(path)
        else tunes.set(id, { id, title: basename(path, extname(path)).replace(/[_+]+/g, ' '), notes })
      } catch (error) {
        if (!(error instanceof EngineError)) throw error
        onSkipped(path)
      }
    }
  }
  if (tunes.size === 0) throw new EngineError('IMPORT_NOTHING_FOUND', { path: paths.join('", "') })
  return [...tunes.values()]
}
