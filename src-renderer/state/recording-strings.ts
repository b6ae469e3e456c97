import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const recordingsWords = wordsOf('state.recordings', {
  edited: (label: string) => m['state.recordings.edited']({ label }),
  undone: (label: string) => m['state.recordings.undone']({ label }),
  redone: (label: string) => m['state.recordings.redone']({ label }),
  removed: (count: number) => m['state.recordings.removed']({ count }),
  measuring: (count: number) => (count === 0 ? m['state.recordings.allMeasured']() : m['state.recordings.measuring']({ count })),
})

export const importsWords = wordsOf('state.imports')
