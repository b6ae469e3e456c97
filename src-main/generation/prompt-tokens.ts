import { openPromptTokenizer } from '#main/networks/mulan/vocabulary.ts'
import { LONGEST_TEXT, type WordPiece } from '#main/networks/mulan/wordpiece.ts'

export interface PromptTokens {
  readonly tokens: { readonly text: string; readonly id: number; readonly isContinued: boolean }[]
  /** So many of them are read; a begin and an end mark take two places more. */
  readonly limit: number
}

const MARKS = 2
let tokenizer: WordPiece | undefined

/** A prompt as the joint embedding reads it, piece by piece. @throws EngineError SENTENCE_ENCODER_MISSING, MODEL_DAMAGED */
export const readPromptTokens = (text: string): PromptTokens => {
  tokenizer ??= openPromptTokenizer()
  const tokens = tokenizer.split(text).map(({ piece, id }) => {
    const isContinued = piece.startsWith('##')
    return { text: isContinued ? piece.slice(2) : piece, id, isContinued }
  })
  return { tokens, limit: LONGEST_TEXT - MARKS }
}
