import { wordsOf } from '#renderer/language/words.ts'

export const pathWords = wordsOf('path')
