import type { Random } from '#main/foundation/random.ts'
import type { ClipMeta } from '../shards/format.ts'
import { instrumentNames, waysToSay, type Phrasing } from './caption-phrases.ts'
import { gatherMusicFacts, MUSIC_FACTS, type MusicFact, type MusicFacts } from './music-facts.ts'

export interface Caption {
  readonly text: string
  /** What it says: the facts by which another clip fits it as well. */
  readonly stated: MusicFacts
}

export interface CaptionOptions {
  readonly count: number
  /** Training never sees the phrases and sentence patterns of 'heldout'. */
  readonly phrasing: Phrasing
  readonly random: Random
  /** States every fact that has words, instead of a few drawn ones. */
  readonly isComplete?: boolean
  /** Share of captions that lose a few words, so that no single word is leaned on. */
  readonly wordDropout?: number
}

type Clip = Pick<ClipMeta, 'facts' | 'notes' | 'lanes' | 'tuneId'>

const shuffle = <T>(items: readonly T[], random: Random): T[] => {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    ;[result[i], result[j]] = [result[j], result[i]]
  }
  return result
}

const withArticle = (noun: string): string => `${/^[aeiouéEFHILMNORSX]/.test(noun) && !/^(one|uni)/.test(noun) ? 'an' : 'a'} ${noun}`
const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What the facts' own list and grammar need to become a text. */
interface Draft {
  readonly name: string
  readonly hasName: boolean
  readonly genre: string | undefined
  readonly facts: readonly (readonly [MusicFact, string])[]
  readonly say: (fact: MusicFact, value: string, form: 'tag' | 'says') => string | undefined
}

type Pattern = (draft: Draft, random: Random) => string

const tagsOf = ({ facts, say }: Draft): string[] => facts.map(([fact, value]) => say(fact, value, 'tag')).filter((tag) => tag !== undefined)

const sentencesOf = ({ facts, say }: Draft): string[] =>
  facts.map(([fact, value]) => say(fact, value, 'says') ?? say(fact, value, 'tag')).filter((text) => text !== undefined)

const joinSentences = (parts: readonly string[], random: Random): string => {
  let text = ''
  for (let i = 0; i < parts.length;) {
    const size = 1 + random.integer(3)
    const group = parts.slice(i, i + size)
    const last = group.length > 1 ? `${group.slice(0, -1).join(', ')} and ${group.at(-1) ?? ''}` : group[0]
    text += ` ${capitalise(last)}.`
    i += size
  }
  return text
}

const subjectOf = ({ genre }: Draft): string => (genre === undefined ? 'a melody' : /s$|again/.test(genre) ? genre : withArticle(genre))

const PATTERNS: Readonly<Record<Phrasing, readonly Pattern[]>> = {
  train: [
    (draft) =>
      [...(draft.hasName ? [`solo ${draft.name}`] : []), ...tagsOf(draft), ...(draft.genre === undefined ? [] : [draft.genre])].join(', '),
    (draft) => [...tagsOf(draft), ...(draft.genre === undefined ? [] : [draft.genre]), ...(draft.hasName ? [draft.name] : [])].join(', '),
    (draft) => [...tagsOf(draft), draft.hasName ? draft.name : (draft.genre ?? 'music')].join(' '),
    (draft, random) =>
      `${draft.hasName ? `${withArticle(draft.name)} plays ${subjectOf(draft)}` : subjectOf(draft)}.${joinSentences(sentencesOf(draft), random)}`,
    (draft, random) =>
      `${capitalise(subjectOf(draft))}${draft.hasName ? ` on the ${draft.name}` : ''}.${joinSentences(sentencesOf(draft), random)}`,
    (draft) => [`${subjectOf(draft)}${draft.hasName ? ` for ${draft.name}` : ''}`, ...tagsOf(draft)].join(', '),
  ],
  heldout: [
    (draft, random) =>
      `This is ${subjectOf(draft)}${draft.hasName ? ` performed by ${withArticle(draft.name)} alone` : ''}.${joinSentences(sentencesOf(draft), random)}`,
    (draft, random) =>
      `Please give me ${subjectOf(draft)}${draft.hasName ? ` from the ${draft.name}` : ''}:${joinSentences(sentencesOf(draft), random).toLowerCase()}`,
    (draft) =>
      [
        ...(draft.hasName ? [`unaccompanied ${draft.name}`] : []),
        ...(draft.genre === undefined ? [] : [draft.genre]),
        ...tagsOf(draft),
      ].join('; '),
  ],
}

const dropWords = (text: string, random: Random): string => {
  const words = text.split(' ')
  const kept = words.filter(() => random.next() > 0.18)
  return kept.length >= 2 ? kept.join(' ') : text
}

/** Facts that one caption states: a few drawn ones, so that short prompts are met as often as long ones. */
const drawFacts = (facts: MusicFacts, random: Random): MusicFact[] => {
  const others = (Object.keys(facts) as MusicFact[]).filter((fact) => fact !== 'instrument')
  const draw = random.next()
  const wished = draw < 0.15 ? 1 : draw < 0.5 ? 2 + random.integer(3) : 4 + random.integer(5)
  const chosen = shuffle(others, random).slice(0, wished)
  return random.next() < 0.75 ? ['instrument', ...chosen] : chosen
}

/**
 * Captions of a clip in many phrasings: from a word or two to sentences, telegraphic and prose, each with some of the facts.
 *
 * @param meta    a clip's description; key, mode, contour and mood are worked out from its notes and lanes
 * @param options how many, which phrasings, seeded source
 */
export const captionsOf = (meta: Clip & { readonly instrument?: string }, options: CaptionOptions): Caption[] => {
  const { count, phrasing, random, isComplete = false, wordDropout = 0 } = options
  const all = gatherMusicFacts(meta)
  const instrument = all.instrument ?? 'violin'
  const say: Draft['say'] = (fact, value, form) => {
    const list = waysToSay(fact, value, { form, phrasing, instrument })
    return list.length === 0 ? undefined : random.pick(list)
  }
  return Array.from({ length: count }, () => {
    const chosen = isComplete ? [...MUSIC_FACTS] : drawFacts(all, random)
    const stated = Object.fromEntries(chosen.flatMap((fact) => (all[fact] === undefined ? [] : [[fact, all[fact]]]))) as MusicFacts
    const facts = shuffle(Object.entries(stated) as [MusicFact, string][], random).filter(
      ([fact]) => fact !== 'instrument' && fact !== 'genre',
    )
    const draft: Draft = {
      name: random.pick(instrumentNames(instrument, phrasing)),
      hasName: stated.instrument !== undefined,
      genre: stated.genre === undefined ? undefined : say('genre', stated.genre, 'tag'),
      facts,
      say,
    }
    const text = random.pick(PATTERNS[phrasing])(draft, random).trim()
    return { text: random.next() < wordDropout ? dropWords(text, random) : text, stated }
  })
}
