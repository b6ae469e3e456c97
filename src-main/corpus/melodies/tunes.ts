import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { EngineError } from '#main/foundation/engine-error.ts'

/** A note of a melody before it has a tempo: pitch 0 is a rest. */
export interface ScoreNote {
  readonly pitch: number
  readonly quarters: number
  readonly isSlurred: boolean
}

export interface Tune {
  readonly id: string
  readonly title: string
  readonly notes: readonly ScoreNote[]
}

const tuneFileSchema = z.object({
  tunes: z.array(z.object({ id: z.string(), title: z.string(), notes: z.array(z.array(z.number()).min(2).max(3)) })),
})

/** Tunes of a file in resources/tunes. */
export const loadTunes = async (path: string): Promise<Tune[]> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EngineError('FILE_NOT_FOUND', { path }, { cause })
  })
  const file = tuneFileSchema.parse(JSON.parse(text))
  return file.tunes.map(({ id, title, notes }) => ({
    id,
    title,
    notes: notes.map(([pitch, quarters, slur]) => ({ pitch, quarters, isSlurred: slur === 1 })),
  }))
}

export type Split = 'train' | 'valid' | 'test'

/** The split a tune belongs to for good, by a hash of its id: one tenth valid, one tenth test. */
export const splitOfTune = (id: string): Split => {
  let hash = 2166136261
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0
  const bucket = (hash ^ (hash >>> 15)) % 10
  return bucket === 8 ? 'valid' : bucket === 9 ? 'test' : 'train'
}
