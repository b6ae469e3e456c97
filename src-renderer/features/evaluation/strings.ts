import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const evaluationWords = wordsOf('evaluation', {
  references: wordsOf('evaluation.references'),
  remove: (name: string) => m['evaluation.remove']({ name }),
  summary: (phrases: number, notes: number, seconds: number) =>
    m['evaluation.summary']({
      phrases: m['evaluation.phraseCount']({ count: phrases }),
      notes: m['evaluation.noteCount']({ count: notes }),
      seconds: Math.round(seconds),
    }),
  nameOf: (reference: { kind: 'folder'; path: string } | { kind: 'hums' } | { kind: 'takes' }): string =>
    reference.kind === 'folder'
      ? (reference.path.split(/[\\/]/).filter(Boolean).pop() ?? reference.path)
      : evaluationWords.references[reference.kind],
  columns: wordsOf('evaluation.columns') as Readonly<Record<string, string>>,
  groups: wordsOf('evaluation.groups'),
  measures: wordsOf('evaluation.measures'),
  skipped: (count: number) => m['evaluation.skipped']({ count }),
})
