import { ARTICULATIONS } from '#contract/melody.ts'
import { TOKEN_STRIDE } from '#main/networks/semantic-tokens/describe-performance.ts'

/** Tokens of a clip, with what is known about the playing from other sources. */
export interface ScoredClip {
  /** [T] */
  readonly tokens: Int32Array
  /** [T] index into ARTICULATIONS where a note sounds, -1 in rests */
  readonly articulation: Int32Array
  /** [T] number of the note within the clip, -1 in rests */
  readonly note: Int32Array
  /** [T] dBFS, at least -60 */
  readonly loudnessDb: Float32Array
}

export interface SemanticTokenScores {
  /** Share of the vocabulary that is used, and 2 to the entropy of its use. */
  readonly use: number
  readonly perplexity: number
  /** Share of sounding tokens whose articulation is the one that the token mostly stands for in training. */
  readonly articulation: number
  /** The same by guessing the most frequent articulation. */
  readonly articulationByChance: number
  /** Share of whole notes, every token of a note speaking. */
  readonly articulationOfNotes: number
  /** Share of the loudness's variance in sounding tokens that the token determines: against the clip's mean, and outright. */
  readonly relativeLoudness: number
  readonly loudness: number
}

/** Quieter than this counts as this: gaps inside short notes would outweigh everything else. */
const QUIET_DB = -60

/** What a clip's curves say about each token's middle. */
export const labelTokens = (
  tokens: Int32Array,
  curves: {
    readonly articulation: Uint8Array
    readonly isNote: Uint8Array
    readonly noteAge: Float32Array
    readonly loudnessDb: Float32Array
  },
): ScoredClip => {
  let number = 0
  let age = Infinity
  const middle = (t: number): number => Math.min(curves.isNote.length - 1, t * TOKEN_STRIDE + TOKEN_STRIDE / 2)
  const note = tokens.map((_, t) => {
    const now = curves.noteAge[middle(t)]
    if (now < age) number++
    age = now
    return curves.isNote[middle(t)] === 1 ? number : -1
  })
  return {
    tokens,
    note,
    articulation: tokens.map((_, t) => (note[t] >= 0 ? curves.articulation[middle(t)] : -1)),
    loudnessDb: Float32Array.from(tokens, (_, t) => Math.max(QUIET_DB, curves.loudnessDb[middle(t)])),
  }
}

const indexOfMost = (values: ArrayLike<number>): number => {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i
  return best
}

const soundingMean = (clip: ScoredClip): number => {
  const levels = clip.loudnessDb.filter((_, t) => clip.articulation[t] >= 0)
  return levels.reduce((sum, x) => sum + x, 0) / Math.max(1, levels.length)
}

/** Share of the variance in `valid` that each token's mean in `train` takes away. */
const explainedShare = (train: readonly ScoredClip[], valid: readonly ScoredClip[], vocabularySize: number, isRelative: boolean): number => {
  const sums = new Float64Array(vocabularySize)
  const counts = new Float64Array(vocabularySize)
  const visit = (clips: readonly ScoredClip[], see: (token: number, level: number) => void): void => {
    for (const clip of clips) {
      const base = isRelative ? soundingMean(clip) : 0
      clip.tokens.forEach((token, t) => {
        if (clip.articulation[t] >= 0) see(token, clip.loudnessDb[t] - base)
      })
    }
  }
  visit(train, (token, level) => {
    sums[token] += level
    counts[token]++
  })
  const overall = sums.reduce((a, b) => a + b, 0) / Math.max(1, counts.reduce((a, b) => a + b, 0))
  let left = 0
  let mean = 0
  let square = 0
  let count = 0
  visit(valid, (token, level) => {
    left += (level - (counts[token] > 0 ? sums[token] / counts[token] : overall)) ** 2
    mean += level
    square += level * level
    count++
  })
  const variance = square / Math.max(1, count) - (mean / Math.max(1, count)) ** 2
  return count === 0 || variance <= 0 ? 0 : 1 - left / count / variance
}

/**
 * How evenly a vocabulary is used on held-out clips and what its words tell, learned from `train`, measured on `valid`.
 */
export const scoreSemanticTokens = (
  train: readonly ScoredClip[],
  valid: readonly ScoredClip[],
  vocabularySize: number,
): SemanticTokenScores => {
  const kinds = ARTICULATIONS.length
  const table = new Float64Array(vocabularySize * kinds)
  const prior = new Float64Array(kinds)
  for (const { tokens, articulation } of train)
    articulation.forEach((kind, t) => {
      if (kind < 0) return
      table[tokens[t] * kinds + kind]++
      prior[kind]++
    })
  const favourite = indexOfMost(prior)
  const total = prior.reduce((a, b) => a + b, 0)
  const used = new Float64Array(vocabularySize)
  let sounding = 0
  let right = 0
  let lucky = 0
  let notes = 0
  let rightNotes = 0
  for (const { tokens, articulation, note } of valid) {
    const votes = new Map<number, { readonly evidence: Float64Array; readonly kind: number }>()
    tokens.forEach((token, t) => {
      used[token]++
      const kind = articulation[t]
      if (kind < 0) return
      const row = table.subarray(token * kinds, (token + 1) * kinds)
      const seen = row.reduce((a, b) => a + b, 0)
      sounding++
      if ((seen === 0 ? favourite : indexOfMost(row)) === kind) right++
      if (favourite === kind) lucky++
      const vote = votes.get(note[t]) ?? { evidence: new Float64Array(kinds), kind }
      votes.set(note[t], vote)
      for (let k = 0; k < kinds; k++) vote.evidence[k] += Math.log((row[k] + 5 * ((prior[k] + 1) / (total + kinds))) / (seen + 5))
    })
    for (const { evidence, kind } of votes.values()) {
      notes++
      if (indexOfMost(evidence) === kind) rightNotes++
    }
  }
  const all = used.reduce((a, b) => a + b, 0)
  const entropy = used.reduce((sum, n) => (n === 0 ? sum : sum - (n / all) * Math.log2(n / all)), 0)
  return {
    use: used.filter((n) => n > 0).length / vocabularySize,
    perplexity: 2 ** entropy,
    articulation: right / Math.max(1, sounding),
    articulationByChance: lucky / Math.max(1, sounding),
    articulationOfNotes: rightNotes / Math.max(1, notes),
    relativeLoudness: explainedShare(train, valid, vocabularySize, true),
    loudness: explainedShare(train, valid, vocabularySize, false),
  }
}
