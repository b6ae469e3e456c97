import { MASKED } from '#main/tensor/sampling/fill-masked.ts'
import { EXPRESSION_WIDTH, SCORE_WIDTH } from './conditioning.ts'
import { inputWidth } from './stage-network.ts'
import { levelsOf, type StagesConfig } from './config.ts'

/** Codebooks of the codec, level after level: [levels * codebookSize * latentWidth]. */
export type Codebooks = Float32Array

/** Root mean square of each level's codebook. */
export const measureSpreads = (books: readonly Float32Array[]): number[] =>
  books.map((book) => Math.sqrt(book.reduce((sum, x) => sum + x * x, 0) / book.length) || 1)

/** The codec's codebooks with each level scaled to unit spread: the finer ones are small, and just as telling. */
export const normaliseCodebooks = (
  books: readonly Float32Array[],
  { codebookSize, latentWidth }: { codebookSize: number; latentWidth: number },
): Codebooks => {
  const all = new Float32Array(books.length * codebookSize * latentWidth)
  const spreads = measureSpreads(books)
  books.forEach((book, level) => {
    all.set(
      book.map((x) => x / spreads[level]),
      level * codebookSize * latentWidth,
    )
  })
  return all
}

/** What the acoustic stages read, T rows each. */
export interface AcousticRows {
  /** [T, SCORE_WIDTH] */
  readonly score: Float32Array
  /** [T, EXPRESSION_WIDTH] */
  readonly expression: Float32Array
  /** [T * levels] row by row, MASKED where unknown; levels above the stage's are not read. */
  readonly codes: Int32Array
  readonly codebooks: Codebooks
  /** [T, coarseLevels * latentWidth] vectors that stand for the coarse levels' codes: what the coarse stage expects of them. */
  readonly expected?: Float32Array
}

/** Input rows of an acoustic stage. They go to `rows` [T, inputWidth] from `offset`. */
export const writeAcousticRows = (
  stage: 'coarse' | 'fine',
  config: StagesConfig,
  from: AcousticRows,
  rows: Float32Array,
  offset = 0,
): void => {
  const width = inputWidth(stage, config)
  const { to } = levelsOf(stage, config)
  const { latentWidth, codebookSize, levels, coarseLevels } = config
  const tokens = from.codes.length / levels
  for (let t = 0; t < tokens; t++) {
    const row = offset + t * width
    rows.set(from.score.subarray(t * SCORE_WIDTH, (t + 1) * SCORE_WIDTH), row)
    rows.set(from.expression.subarray(t * EXPRESSION_WIDTH, (t + 1) * EXPRESSION_WIDTH), row + SCORE_WIDTH)
    let at = row + SCORE_WIDTH + EXPRESSION_WIDTH
    for (let level = 0; level < to; level++, at += latentWidth + 1) {
      if (from.expected !== undefined && level < coarseLevels) {
        const start = (t * coarseLevels + level) * latentWidth
        rows.set(from.expected.subarray(start, start + latentWidth), at)
      } else {
        const code = from.codes[t * levels + level]
        if (code === MASKED) continue
        const start = (level * codebookSize + code) * latentWidth
        rows.set(from.codebooks.subarray(start, start + latentWidth), at)
      }
      rows[at + latentWidth] = 1
    }
  }
}
