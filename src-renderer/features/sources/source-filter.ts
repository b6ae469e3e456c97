import type { SourceFilter } from '#contract/sources.ts'

/** The filter as it is typed. */
export interface FilterDraft {
  genres: string
  instruments: string
  tags: string
  captionWords: string
  words: string
  withoutWords: string
  needs: '' | NonNullable<SourceFilter['needs']>
  isAdaptable: boolean
}

export const PHRASE_FIELDS = ['genres', 'instruments', 'tags', 'captionWords', 'words', 'withoutWords'] as const

export const createDraft = (): FilterDraft => ({
  genres: '',
  instruments: '',
  tags: '',
  captionWords: '',
  words: '',
  withoutWords: '',
  needs: '',
  isAdaptable: false,
})

const MOST_PHRASES = 50

/** Commas or line ends part the phrases; empty ones and those said twice are left out. */
const readPhrases = (text: string): string[] =>
  [
    ...new Set(
      text
        .split(/[,;\n]/)
        .map((phrase) => phrase.trim())
        .filter((phrase) => phrase !== ''),
    ),
  ].slice(0, MOST_PHRASES)

/** What is asked of the engine; fields that say nothing are left out. */
export const readFilter = (draft: FilterDraft): SourceFilter => ({
  ...Object.fromEntries(
    PHRASE_FIELDS.map((field) => [field, readPhrases(draft[field])] as const).filter(([, phrases]) => phrases.length > 0),
  ),
  ...(draft.needs === '' ? {} : { needs: draft.needs }),
  ...(draft.isAdaptable ? { isAdaptable: true } : {}),
})
