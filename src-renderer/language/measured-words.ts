import { wordsOf } from './words.ts'

const words = wordsOf('measured') as Readonly<Record<string, string>>

/** What the analysis calls a bowing, a register, a loudness or a fault, as the page says it; other words as they are. */
export const sayMeasured = (word: string): string => words[word] ?? word
