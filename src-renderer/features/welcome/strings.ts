import { wordsOf } from '#renderer/language/words.ts'

export const welcomeWords = wordsOf('welcome', {
  steps: [wordsOf('welcome.steps.hum'), wordsOf('welcome.steps.describe'), wordsOf('welcome.steps.listen')],
})
