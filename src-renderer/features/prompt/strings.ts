import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'
import { laneWords } from '#renderer/state/lane-words.ts'

const own = wordsOf('prompt', {
  own: wordsOf('prompt.own', { share: (percent: number) => m['prompt.own.share']({ percent }) }),
  get suggestions() {
    return m['prompt.suggestions']().split(', ')
  },
  suggest: (words: string) => m['prompt.suggest']({ words }),
  render: (count: number) => m['prompt.render']({ count }),
  namesMelody: (count: number) => m['prompt.namesMelody']({ count }),
  composeSeconds: (seconds: number) => m['prompt.composeSeconds']({ seconds }),
  get composeExamples() {
    return [m['prompt.composeExamples.waltz'](), m['prompt.composeExamples.jig'](), m['prompt.composeExamples.lullaby']()]
  },
})
/** Those of the lanes below, so that a getter is not read once and for all. */
export const promptWords = Object.create(laneWords, Object.getOwnPropertyDescriptors(own)) as typeof own & typeof laneWords
