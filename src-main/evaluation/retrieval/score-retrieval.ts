import { invariant } from '#main/foundation/engine-error.ts'

/** How well one list finds its partners in another. */
export interface RecallScores {
  /** Share of queries whose own partner comes first, and among the first ten. */
  readonly recallAt1: number
  readonly recallAt10: number
  /** Share of queries whose first find fits them, whether or not it is their own partner. */
  readonly fittingFirst: number
  readonly medianRank: number
}

export interface RetrievalScores {
  readonly gallerySize: number
  readonly textToSound: RecallScores
  readonly soundToText: RecallScores
  /** What guessing reaches. */
  readonly chanceAt1: number
  readonly chanceAt10: number
  /** What guessing reaches in `fittingFirst`: the share of all pairs that fit. */
  readonly chanceFitting: number
}

/** Cosine of vectors of unit length. */
const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d]
  return sum
}

const scoreQueries = (
  queries: readonly Float32Array[],
  gallery: readonly Float32Array[],
  fits: (query: number, item: number) => boolean,
): RecallScores => {
  const ranks: number[] = []
  let fitting = 0
  queries.forEach((query, i) => {
    const scores = gallery.map((item) => dot(query, item))
    ranks.push(1 + scores.filter((score) => score > scores[i]).length)
    if (fits(i, scores.indexOf(Math.max(...scores)))) fitting++
  })
  const share = (isCounted: (rank: number) => boolean): number => ranks.filter(isCounted).length / ranks.length
  return {
    recallAt1: share((rank) => rank === 1),
    recallAt10: share((rank) => rank <= 10),
    fittingFirst: fitting / queries.length,
    medianRank: [...ranks].sort((a, b) => a - b)[Math.floor(ranks.length / 2)],
  }
}

/**
 * Retrieval both ways between texts and sounds that belong together pair by pair.
 *
 * @param sounds [N][D] unit vectors
 * @param texts  [N][D] unit vectors, text i was written about sound i
 * @param fits   whether what text i says is true of sound j as well
 * @source       recall at k as in MuLan (arXiv 2208.12415); a rank counts only what scores strictly higher
 */
export const scoreRetrieval = (
  sounds: readonly Float32Array[],
  texts: readonly Float32Array[],
  fits: (text: number, sound: number) => boolean,
): RetrievalScores => {
  invariant(sounds.length === texts.length && sounds.length > 0, 'every sound has its text')
  const size = sounds.length
  let pairs = 0
  for (let text = 0; text < size; text++) for (let sound = 0; sound < size; sound++) if (fits(text, sound)) pairs++
  return {
    gallerySize: size,
    textToSound: scoreQueries(texts, sounds, fits),
    soundToText: scoreQueries(sounds, texts, (sound, text) => fits(text, sound)),
    chanceAt1: 1 / size,
    chanceAt10: Math.min(1, 10 / size),
    chanceFitting: pairs / size ** 2,
  }
}

export interface AttributeScores {
  readonly clips: number
  /** Share of clips whose own value is the nearest text. */
  readonly accuracy: number
  /** Mean over the values of the share of their clips that are right: no gain from frequent values. */
  readonly balancedAccuracy: number
  /** Guessing: the most frequent value's share; one over the number of values. */
  readonly chance: number
  readonly balancedChance: number
  readonly values: number
  /** Share right of each value's clips. */
  readonly recallByValue: Readonly<Record<string, number>>
}

/**
 * One attribute told from sound alone: the nearest of its values' texts.
 *
 * @param sounds     [N][D] unit vectors
 * @param truth      [N] value of each, undefined where it has none: those are left out
 * @param valueTexts by value, the unit vector of words for it
 */
export const scoreAttribute = (
  sounds: readonly Float32Array[],
  truth: readonly (string | undefined)[],
  valueTexts: ReadonlyMap<string, Float32Array>,
): AttributeScores => {
  const tally = new Map<string, { right: number; all: number }>()
  sounds.forEach((sound, i) => {
    const value = truth[i]
    if (value === undefined || !valueTexts.has(value)) return
    const ranked = [...valueTexts].map(([name, text]) => ({ name, score: dot(sound, text) })).sort((a, b) => b.score - a.score)
    const row = tally.get(value) ?? { right: 0, all: 0 }
    row.all++
    if (ranked[0].name === value) row.right++
    tally.set(value, row)
  })
  const rows = [...tally.values()]
  const clips = rows.reduce((sum, { all }) => sum + all, 0)
  const recalls = rows.map(({ right, all }) => right / all)
  return {
    clips,
    accuracy: rows.reduce((sum, { right }) => sum + right, 0) / Math.max(1, clips),
    balancedAccuracy: recalls.reduce((sum, x) => sum + x, 0) / Math.max(1, recalls.length),
    chance: Math.max(0, ...rows.map(({ all }) => all)) / Math.max(1, clips),
    balancedChance: 1 / Math.max(1, valueTexts.size),
    values: valueTexts.size,
    recallByValue: Object.fromEntries([...tally].map(([value, { right, all }]) => [value, right / all])),
  }
}
