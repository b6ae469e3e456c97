import type { Hum } from '#contract/api.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const libraryWords = wordsOf('library', {
  rename: (name: string) => m['library.rename']({ name }),
  remove: (name: string) => m['library.remove']({ name }),
  removeText: (name: string) => m['library.removeText']({ name }),
  sources: wordsOf('library.sources') satisfies Record<Hum['source'], string>,
  notes: (count: number) => m['library.noteCount']({ count }),
  get typeExamples() {
    return [m['library.typeExamples.named'](), m['library.typeExamples.described'](), m['library.typeExamples.abc']()]
  },
})
