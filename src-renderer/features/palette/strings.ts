import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const paletteWords = wordsOf('palette', { found: (count: number) => m['palette.found']({ count }) })
