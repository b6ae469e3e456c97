import { EngineError } from '#main/foundation/engine-error.ts'
import type { z } from 'zod'

/** A JSON column, parsed with its schema: the database is a door like any other. */
export const parseColumn = <S extends z.ZodType>(schema: S, text: string, place: string): z.output<S> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new EngineError('DATABASE_UNUSABLE', { path: place, reason: 'a row is damaged' }, { cause: error })
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new EngineError('DATABASE_UNUSABLE', { path: place, reason: 'a row is damaged' }, { cause: parsed.error })
  return parsed.data
}
