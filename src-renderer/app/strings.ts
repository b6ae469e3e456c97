import { wordsOf } from '#renderer/language/words.ts'
export const appWords = wordsOf('app', {
  pages: wordsOf('app.pages'),
})
