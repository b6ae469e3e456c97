import { readCsv } from '../csv/read-csv.ts'

export interface VocabularyEntry {
  readonly name: string
  /** Such as "Arts & Entertainment", at most three. */
  readonly verticals: readonly string[]
}

/** vocabulary.csv: what the label numbers mean. Throws EngineError FILE_NOT_FOUND, SOURCE_FILE_DAMAGED. */
export const readVocabulary = async (
  path: string,
  onBadRow: (line: number, reason: string) => void,
): Promise<ReadonlyMap<number, VocabularyEntry>> => {
  const entries = new Map<number, VocabularyEntry>()
  for await (const { cell, line } of readCsv(path, { required: ['Index', 'Name'], onBadRow })) {
    const index = Number(cell('Index') || NaN)
    const verticals = ['Vertical1', 'Vertical2', 'Vertical3'].map(cell).filter((name) => name !== '' && name !== '(Unknown)')
    if (Number.isInteger(index)) entries.set(index, { name: cell('Name').trim(), verticals: [...new Set(verticals)] })
    else onBadRow(line, 'its label is no number')
  }
  return entries
}
