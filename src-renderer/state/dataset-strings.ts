import { formatDate } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const datasetWords = wordsOf('datasets', { exported: (count: number) => m['datasets.exported']({ count }) })

export const coverageWords = wordsOf('coverage', {
  sessionName: (date: Date) => m['coverage.sessionName']({ date: formatDate(date, 'date') }),
})
