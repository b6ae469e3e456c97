import { createPhraseFinder, foldText } from './phrases.ts'
import type { SourceItem } from './source.ts'

/** What to keep. Fields are joined by "and", the entries of one field by "or". Letter case and accents do not count. */
export interface ItemFilter {
  readonly genres?: readonly string[]
  readonly instruments?: readonly string[]
  readonly tags?: readonly string[]
  /** Words or phrases in the caption. */
  readonly captionWords?: readonly string[]
  /** Words or phrases anywhere: title, artist, genres, instruments, tags, caption. */
  readonly words?: readonly string[]
  /** Items that hold one of these anywhere are left out. */
  readonly withoutWords?: readonly string[]
  /** Only items whose sound or score lies on this computer. */
  readonly needs?: 'audio' | 'midi' | 'audio-or-midi'
  /** Leave out items whose own licence forbids changes (Creative Commons ND). */
  readonly isAdaptable?: boolean
  /** Leave out items that have problems. */
  readonly isSound?: boolean
}

type Test = (item: SourceItem) => boolean

const testAny = (phrases: readonly string[] | undefined, textsOf: (item: SourceItem) => readonly string[]): Test[] => {
  if (phrases === undefined || phrases.length === 0) return []
  const finders = phrases.map(createPhraseFinder)
  return [
    (item) =>
      textsOf(item).some((text) => {
        const folded = foldText(text)
        return finders.some((find) => find(folded))
      }),
  ]
}

const allTexts = (item: SourceItem): string[] => [
  item.title,
  item.artist ?? '',
  ...item.genres,
  ...item.instruments,
  ...item.tags,
  item.caption ?? '',
]

/** True where a Creative Commons licence, by name or address, forbids adaptations. */
export const forbidsAdaptation = (license: string): boolean => /no[\s-]?deriv|\bnd\b|-nd\b/i.test(license)

/** A test for items, made once for many of them. */
export const createItemFilter = (filter: ItemFilter): Test => {
  const absent = testAny(filter.withoutWords, allTexts)
  const tests: Test[] = [
    ...testAny(filter.genres, (item) => item.genres),
    ...testAny(filter.instruments, (item) => item.instruments),
    ...testAny(filter.tags, (item) => item.tags),
    ...testAny(filter.captionWords, (item) => [item.caption ?? '']),
    ...testAny(filter.words, allTexts),
    ...absent.map(
      (test): Test =>
        (item) =>
          !test(item),
    ),
  ]
  if (filter.needs === 'audio') tests.push((item) => item.audioPath !== undefined)
  if (filter.needs === 'midi') tests.push((item) => item.midiPath !== undefined)
  if (filter.needs === 'audio-or-midi') tests.push((item) => item.audioPath !== undefined || item.midiPath !== undefined)
  if (filter.isAdaptable === true) tests.push((item) => item.license === undefined || !forbidsAdaptation(item.license))
  if (filter.isSound === true) tests.push((item) => item.problems.length === 0)
  return (item) => tests.every((test) => test(item))
}

/** The items that pass, in their order, one by one. */
export async function* filterItems(
  items: AsyncIterable<SourceItem> | Iterable<SourceItem>,
  filter: ItemFilter,
): AsyncGenerator<SourceItem, void, undefined> {
  const passes = createItemFilter(filter)
  for await (const item of items) if (passes(item)) yield item
}
