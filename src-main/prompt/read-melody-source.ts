import type { Melody } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { unreadable } from './beats.ts'
import { readNamedMusic } from './read-named-music.ts'

/** The melody of a text that was given as one: ABC, notes, or music by name. */
export const readMelodyText = (text: string): Melody => {
  if (text.trim() === '') throw new EngineError('PROMPT_EMPTY')
  const named = readNamedMusic(text) ?? readNamedMusic(text.toUpperCase())
  if (named !== null) return named.melody
  const words = text.trim().replace(/\s+/g, ' ')
  throw unreadable(`"${words.length > 60 ? `${words.slice(0, 57)}...` : words}" names no notes`)
}
