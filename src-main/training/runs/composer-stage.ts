import { invariant } from '#main/foundation/engine-error.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { METRES, PERIOD_BARS, STEP_COUNT, type ComposerConfig } from '#main/networks/composer/config.ts'
import { encodeNotes, NOTE_WIDTH } from '#main/networks/composer/encode-notes.ts'
import { createComposerNetwork, type ComposerNetwork } from '#main/networks/composer/network.ts'
import { countBar, RHYTHM_SIZE } from '#main/networks/composer/rhythm.ts'
import { tf, type Scalar, type Tensor } from '#main/tensor/backend/tf.ts'
import { createTransformerTables, type TransformerTables } from '#main/tensor/layers/transformer.ts'
import type { Stage } from '../loops/train-stage.ts'
import { barLengths, drawExercise, drawGuise, toPhrase, type BarredTune, type ComposerPhrase } from './train-composer-data.ts'

export interface ComposerStageOptions {
  readonly config: ComposerConfig
  readonly train: readonly BarredTune[]
  readonly valid: readonly BarredTune[]
  readonly seed: number
  readonly batchSize: number
}

/** Notes of an item; all items of a step have as many, so that none needs filling up. */
const LENGTHS = [12, 20, 28, 40, 56] as const
const EXERCISE_SHARE = 0.08
const VALID_LENGTH = 40
const VALID_ITEMS = 128

interface Item {
  readonly phrase: ComposerPhrase
  readonly start: number
  readonly random: Random
}

const cutItem = (phrase: ComposerPhrase, length: number, random: Random): Item | undefined => {
  if (phrase.ids.length < length) return undefined
  const { bar } = METRES[phrase.conditions.metre]
  const isBarStart = (i: number): boolean => i === 0 || phrase.places[i].position === 0
  const starts = phrase.places.flatMap((place, i) => (i + length <= phrase.ids.length && isBarStart(i) && place.position < bar ? [i] : []))
  return { phrase, start: random.pick(starts), random }
}

const drawItem = (tunes: readonly BarredTune[], length: number, random: Random): Item => {
  for (let tries = 0; ; tries++) {
    const tune = random.next() < EXERCISE_SHARE ? drawExercise(random) : tries < 20 ? drawGuise(random.pick(tunes), random) : random.pick(tunes)
    const phrase = toPhrase(tune)
    const item = phrase === undefined ? undefined : cutItem(phrase, length, random)
    if (item !== undefined) return item
    invariant(tries < 2000, 'no tune is as long as a training item')
  }
}

/** Which notes are to be found: scattered ones, whole stretches, or all from some note on. */
const drawMask = (length: number, random: Random): Uint8Array => {
  const mask = new Uint8Array(length)
  const kind = random.next()
  const share = Math.cos((Math.PI / 2) * random.next())
  const wanted = Math.max(1, Math.round(share * length))
  if (kind < 0.15) return mask.fill(1, length - wanted)
  const span = kind < 0.45 ? 6 : 1
  let hidden = 0
  for (let tries = 0; hidden < wanted && tries < 20 * length; tries++) {
    const start = random.integer(length)
    for (let t = start; t < Math.min(length, start + span) && hidden < wanted; t++) {
      if (mask[t] === 0) hidden++
      mask[t] = 1
    }
  }
  return mask
}

interface Batch {
  readonly features: Tensor
  readonly ids: Tensor
  readonly targets: Tensor
  readonly weights: Tensor
}

const buildBatch = (items: readonly Item[], length: number): Batch => {
  const size = items.length * length
  const rows = new Float32Array(size * NOTE_WIDTH)
  const ids = new Int32Array(size)
  const targets = new Int32Array(size)
  const weights = new Float32Array(size)
  items.forEach(({ phrase, start, random }, b) => {
    const { metre, mode, genre } = phrase.conditions
    const hasHeight = random.next() < 0.35
    const places = phrase.places.slice(start, start + length).map((place) => (hasHeight ? place : { ...place, height: null }))
    const conditions = { metre, mode: random.next() < 0.1 ? null : mode, genre: random.next() < 0.25 ? null : genre }
    encodeNotes(places, conditions, rows, b * length * NOTE_WIDTH)
    const mask = drawMask(length, random)
    for (let t = 0; t < length; t++) {
      const id = phrase.ids[start + t]
      targets[b * length + t] = id
      ids[b * length + t] = mask[t] === 1 ? STEP_COUNT : id
      weights[b * length + t] = mask[t]
    }
  })
  return {
    features: tf.tensor3d(rows, [items.length, length, NOTE_WIDTH]),
    ids: tf.tensor1d(ids, 'int32'),
    targets: tf.tensor1d(targets, 'int32'),
    weights: tf.tensor1d(weights),
  }
}

/** Mean negative log-likelihood of the hidden pitches, nats, and the share found. */
const computeLoss = (network: ComposerNetwork, batch: Batch, tables: TransformerTables): { loss: Scalar; found: Scalar } => {
  const logits = network.logits(batch.features, batch.ids, tables)
  const right = tf.oneHot(batch.targets as never, STEP_COUNT).toFloat()
  const each = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), right), 1))
  const count = tf.maximum(tf.sum(batch.weights), 1)
  const hits = tf.equal(tf.argMax(logits, 1), batch.targets).toFloat()
  return {
    loss: tf.div(tf.sum(tf.mul(each, batch.weights)), count) as Scalar,
    found: tf.div(tf.sum(tf.mul(hits, batch.weights)), count) as Scalar,
  }
}

const GUISES_COUNTED = 6

/** Counts of note lengths over tunes in their guises. [RHYTHM_SIZE] */
const countRhythms = (tunes: readonly BarredTune[], random: Random): Float32Array => {
  const counts = new Float32Array(RHYTHM_SIZE)
  const guises = tunes.flatMap((tune) => [tune, ...Array.from({ length: GUISES_COUNTED }, () => drawGuise(tune, random))])
  for (const tune of [...guises, ...Array.from({ length: tunes.length }, () => drawExercise(random))]) {
    if (tune.genre === null) continue
    for (const { bar, lengths, isWhole } of barLengths(tune))
      if (isWhole) countBar(counts, { genre: tune.genre, metre: tune.metre, isLast: bar === PERIOD_BARS - 1 }, lengths)
  }
  return counts
}

/** How often bar `j` of a first period repeats bar `i`: in notes, in rhythm. [2, 8, 8] */
const countRepeats = (tunes: readonly BarredTune[]): Float32Array => {
  const same = new Float32Array(2 * PERIOD_BARS * PERIOD_BARS)
  const seen = new Float32Array(PERIOD_BARS)
  for (const tune of tunes) {
    const bars = barLengths(tune).slice(0, PERIOD_BARS)
    bars.forEach((bar, j) => {
      seen[j]++
      for (let i = 0; i < j; i++) {
        const isRhythm = bar.lengths.join() === bars[i].lengths.join()
        if (isRhythm && bar.pitches.join() === bars[i].pitches.join()) same[j * PERIOD_BARS + i]++
        if (isRhythm) same[(PERIOD_BARS + j) * PERIOD_BARS + i]++
      }
    })
  }
  return same.map((count, at) => count / Math.max(1, seen[Math.floor(at / PERIOD_BARS) % PERIOD_BARS]))
}

/** Training of the composer: hidden pitches of known tunes are found again; rhythm and form are counted once. */
export const createComposerStage = (options: ComposerStageOptions): Stage & { readonly network: ComposerNetwork } => {
  const { config, train, valid, seed, batchSize } = options
  invariant(train.length > 0 && valid.length > 0, 'the composer needs tunes of both splits')
  const network = createComposerNetwork(config, createRandom(seed))
  const tables = new Map<number, TransformerTables>()
  const tablesFor = (length: number): TransformerTables => {
    const known = tables.get(length) ?? createTransformerTables(config.transformer, length)
    tables.set(length, known)
    return known
  }
  const validRandom = createRandom(4711)
  const validItems = Array.from({ length: VALID_ITEMS }, (_, i) => {
    const random = validRandom.fork()
    const phrase = toPhrase(i % 2 === 0 ? valid[(i / 2) % valid.length] : drawGuise(valid[((i - 1) / 2) % valid.length], random))
    return (phrase === undefined ? undefined : cutItem(phrase, VALID_LENGTH, random)) ?? drawItem(valid, VALID_LENGTH, random)
  })

  return {
    name: 'composer',
    network,
    parameters: network.parameters,
    isAveraged: true,
    fingerprint: { config, seed, batchSize, tunes: train.length, first: train[0].id },
    initialise() {
      tf.tidy(() => {
        network.rhythm.assign(tf.tensor1d(countRhythms(train, createRandom(seed ^ 0x51ed))))
        network.form.assign(tf.tensor(countRepeats(train), [2, PERIOD_BARS, PERIOD_BARS]))
      })
    },
    computeStep(step) {
      const random = createRandom(Math.imul(step + 1, 0x9e3779b1) ^ seed)
      random.next()
      const length = random.pick(LENGTHS)
      const table = tablesFor(length)
      const batch = buildBatch(
        Array.from({ length: batchSize }, () => drawItem(train, length, random.fork())),
        length,
      )
      let metrics: Record<string, number> = {}
      const { value, grads } = tf.variableGrads(
        () => {
          const { loss, found } = computeLoss(network, batch, table)
          metrics = { found: found.dataSync()[0] }
          return loss
        },
        [...network.parameters.trainable.values()] as never,
      )
      const gradients: Record<string, Tensor> = {}
      for (const [name, variable] of network.parameters.trainable) gradients[name] = (grads as Record<string, Tensor>)[variable.name]
      const loss = value.dataSync()[0]
      value.dispose()
      tf.dispose([batch.features, batch.ids, batch.targets, batch.weights])
      return { loss, gradients, metrics }
    },
    validate() {
      const table = tablesFor(VALID_LENGTH)
      let loss = 0
      let found = 0
      let groups = 0
      for (let first = 0; first < validItems.length; first += 32) {
        const items = validItems.slice(first, first + 32).map((item, i) => ({ ...item, random: createRandom(1000 + first + i) }))
        const batch = buildBatch(items, VALID_LENGTH)
        const [value, hits] = tf.tidy(() => {
          const result = computeLoss(network, batch, table)
          return [result.loss.dataSync()[0], result.found.dataSync()[0]]
        })
        tf.dispose([batch.features, batch.ids, batch.targets, batch.weights])
        loss += value
        found += hits
        groups++
      }
      return { loss: loss / groups, found: found / groups }
    },
  }
}
