import type { PromptReading } from '#contract/api.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { openClauseGuesser, type ClauseGuesser } from '#main/generation/clause-guesser.ts'
import { readPrompt } from '#main/prompt/read-prompt.ts'
import { findUnreadClauses, readWithGuesses } from '#main/prompt/unread-clauses.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

/** Without these the words that the rules know are all that is read. */
const DISPENSABLE = ['SENTENCE_ENCODER_MISSING', 'MODEL_DAMAGED', 'BACKEND_UNAVAILABLE']

const guessers = new Map<string, Promise<ClauseGuesser>>()

/** One for each file, kept open; what could not be opened is tried again next time, for set-up may have run meanwhile. */
const openOnce = (encoderPath: string | undefined): Promise<ClauseGuesser> => {
  const key = encoderPath ?? ''
  const opened = guessers.get(key) ?? openClauseGuesser(encoderPath)
  guessers.set(key, opened)
  opened.catch(() => guessers.delete(key))
  return opened
}

/**
 * What a prompt says: by the words that the rules know, and clauses without any such word by their meaning, where the sentence encoder is
 * installed. Known words win. The same text is always read the same.
 *
 * @param encoderPath the sentence encoder's file, where it is not at its usual place
 * @throws EngineError MELODY_UNREADABLE
 */
export const understandPrompt = async (text: string, encoderPath?: string): Promise<PromptReading> => {
  const clauses = findUnreadClauses(text)
  if (clauses.length === 0) return readPrompt(text)
  try {
    const directions = (await openOnce(encoderPath)).guess(clauses.map((clause) => clause.text))
    const guesses = clauses.flatMap((clause, i) => (directions[i] === null ? [] : [{ clause, direction: directions[i] }]))
    return readWithGuesses(text, guesses)
  } catch (error) {
    if (error instanceof EngineError && DISPENSABLE.includes(error.code)) return readPrompt(text)
    throw error
  }
}

const specSchema = z.object({ text: z.string() })

export const understandPromptHandler: TaskHandler = {
  run: (rawSpec) => understandPrompt(specSchema.parse(rawSpec).text),
}
