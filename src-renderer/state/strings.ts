import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const libraryWords = wordsOf('state.library', {
  listening: (name: string) => m['state.library.listening']({ name }),
  readingSound: (name: string) => m['state.library.readingSound']({ name }),
  notesFound: (count: number) => m['state.library.notesFound']({ count }),
  takesReady: (count: number) => m['state.library.takesReady']({ count }),
})

export const outgoingWords = wordsOf('outgoing')

export const evaluationWords = wordsOf('state.evaluation')
