import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const overnightWords = wordsOf('nightState', {
  inUse: (name: string) => m['nightState.inUse']({ name }),
  removed: (name: string) => m['nightState.removed']({ name }),
  moved: (name: string, place: number) => m['nightState.moved']({ name, place }),
  finished: (name: string) => m['nightState.finished']({ name }),
})
