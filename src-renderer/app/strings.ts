import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'
export const appWords = wordsOf('app', {
  pages: wordsOf('app.pages'),
  placedIn: (title: string) => m['app.placedIn']({ title }),
})
