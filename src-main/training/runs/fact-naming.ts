import { MUSIC_FACTS, type MusicFact, type MusicFacts } from '#main/corpus/captions/music-facts.ts'
import type { Random } from '#main/foundation/random.ts'
import { tf, type Scalar, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { createDense } from '#main/tensor/layers/dense.ts'
import type { Parameters } from '#main/tensor/layers/parameters.ts'

/** The name under which the classifier's weights stand: they teach the towers and are not shipped. */
const NAMING = 'naming'
export const isNamingParameter = (name: string): boolean => name.startsWith(`${NAMING}.`)

/** Facts about a clip's whole course: a part of it need not show them. */
const COURSE_FACTS: ReadonlySet<MusicFact> = new Set(['change', 'key', 'mode', 'contour', 'mood', 'genre'])

/** What is true of any part of a clip. */
export const withoutCourse = (facts: MusicFacts): MusicFacts =>
  Object.fromEntries(Object.entries(facts).filter(([fact]) => !COURSE_FACTS.has(fact as MusicFact)))

/** Unit vectors are short: so much stretches them before the classifier. */
const STRETCH = 8

export interface FactNaming {
  /**
   * Mean cross-entropy over each row's facts, nats.
   *
   * @param units [N, width] unit vectors of sounds or of words
   * @param facts what is known of each row; facts or values that training has not seen are left out
   */
  loss(units: Tensor2D, facts: readonly MusicFacts[]): Scalar
}

/**
 * One linear classifier that tells every fact (instrument, articulation, mode, contour, ...) from either tower's vector. As it
 * is the same for sounds and for words, both are drawn to the same places, fact by fact, which whole captions alone leave vague.
 */
export const createFactNaming = (
  parameters: Parameters,
  clips: readonly { readonly facts: MusicFacts }[],
  { width, random }: { readonly width: number; readonly random: Random },
): FactNaming => {
  const columns = new Map<string, number>()
  const factOf: number[] = []
  MUSIC_FACTS.forEach((fact, index) => {
    const values = [...new Set(clips.map(({ facts }) => facts[fact]))].filter((value) => value !== undefined).sort()
    for (const value of values) {
      columns.set(`${fact} ${value}`, factOf.length)
      factOf.push(index)
    }
  })
  const size = Math.max(1, factOf.length)
  const layer = createDense(parameters, `${NAMING}.out`, [width, size], { random, activation: 'linear', scale: 1 / Math.sqrt(width) })
  return {
    loss(units, facts) {
      const rows = facts.length
      const targets = new Float32Array(rows * size)
      facts.forEach((known, row) => {
        const found = Object.entries(known)
          .map(([fact, value]) => columns.get(`${fact} ${value}`))
          .filter((column) => column !== undefined)
        for (const column of found) targets[row * size + column] = 1 / (found.length * rows)
      })
      const member = tf.tensor2d(
        factOf.length === 0 ? [0] : factOf.flatMap((fact) => MUSIC_FACTS.map((_, index) => (index === fact ? 1 : 0))),
        [size, factOf.length === 0 ? 1 : MUSIC_FACTS.length],
      )
      const logits = tf.clipByValue(layer(tf.mul(units, STRETCH) as Tensor2D), -30, 30)
      // A softmax over the values of each fact apart, as two products.
      const sums = tf.matMul(tf.matMul(tf.exp(logits as Tensor), member), member, false, true)
      const logShares = tf.sub(logits, tf.log(tf.add(sums, 1e-20)))
      return tf.neg(tf.sum(tf.mul(logShares, tf.tensor2d(targets, [rows, size])))) as Scalar
    },
  }
}
