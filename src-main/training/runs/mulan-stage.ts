import { createRandom, type Random } from '#main/foundation/random.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import type { MusicFact, MusicFacts } from '#main/corpus/captions/music-facts.ts'
import type { Cut } from '#main/networks/mulan/analyze.ts'
import { MULAN_FRAME_RATE, type MulanConfig } from '#main/networks/mulan/config.ts'
import { hearCuts } from '#main/networks/mulan/mulan.ts'
import { createMulanNetwork, toUnit, type MulanNetwork } from '#main/networks/mulan/network.ts'
import { tf, type Scalar, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import type { Stage } from '../loops/train-stage.ts'
import { createFactNaming, withoutCourse } from './fact-naming.ts'
import type { MulanClip } from './train-mulan-data.ts'

export interface MulanStageOptions {
  readonly config: MulanConfig
  readonly train: readonly MulanClip[]
  readonly valid: readonly MulanClip[]
  readonly seed: number
  readonly batchSize: number
  /** Identity of the corpora, for the checkpoint's fingerprint. */
  readonly corpusHash: string
}

/** Longest parts of clips in a batch, seconds; one is drawn for each step. */
const PART_SECONDS = [2, 3, 4, 6, 9] as const
/** Share of the loss that has both towers name the facts by one common classifier. */
const NAMING_SHARE = 0.5
const GAIN_DB = 2
const TEXT_NOISE = 0.02
const HIGHEST_SCALE = Math.log(60)

interface Item {
  readonly clip: MulanClip
  readonly cut: Cut
  readonly caption: number
}

/** Whether all that a caption says is true of a clip. */
const fits = (stated: MusicFacts, facts: MusicFacts): boolean =>
  (Object.keys(stated) as MusicFact[]).every((fact) => stated[fact] === facts[fact])

/** Whether nearly all of the clip is heard, so that what is true of its whole course is true of the part. */
const isWhole = ({ clip, cut }: Item): boolean => cut.frames > 0.8 * clip.heard.frames

/** Shares of each text among those that are true of a sound, and of each sound among those that a text is true of. */
const shareMatches = (items: readonly Item[]): { ofTexts: Tensor2D; ofSounds: Tensor2D } => {
  const matches = items.map((sound, i) =>
    items.map((text, j) => (i === j || fits(text.clip.captions[text.caption].stated, sound.clip.facts) ? 1 : 0)),
  )
  const transposed = items.map((_, j) => matches.map((row) => row[j]))
  const normalise = (rows: number[][]): Tensor2D =>
    tf.tensor2d(
      rows.map((row) => {
        const sum = row.reduce((total, x) => total + x, 0)
        return row.map((x) => x / sum)
      }),
    )
  return { ofTexts: normalise(matches), ofSounds: normalise(transposed) }
}

const crossEntropy = (logits: Tensor2D, targets: Tensor2D): Scalar =>
  tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), targets), 1))) as Scalar

/**
 * Contrastive training of both towers. Texts that are also true of another clip of the batch count as its own, not against it.
 *
 * @source InfoNCE in both directions with a learned temperature (CLIP, arXiv 2103.00020; MuLan, arXiv 2208.12415)
 */
export const createMulanStage = (options: MulanStageOptions): Stage & { readonly network: MulanNetwork } => {
  const { config, train, valid, seed } = options
  invariant(train.length > 1 && valid.length > 1, 'contrastive training needs clips to compare')
  const batchSize = Math.min(options.batchSize, train.length)
  const network = createMulanNetwork(config, createRandom(seed))
  const naming = createFactNaming(network.parameters, train, { width: config.embeddingWidth, random: createRandom(seed + 1) })

  const drawItems = (step: number): { items: Item[]; random: Random } => {
    const random = createRandom(Math.imul(step + 1, 0x9e3779b1) ^ seed)
    random.next()
    const longest = random.pick(PART_SECONDS) * MULAN_FRAME_RATE
    const order = train.map((_, index) => index)
    const items = Array.from({ length: batchSize }, (_, b) => {
      const j = b + random.integer(order.length - b)
      ;[order[b], order[j]] = [order[j], order[b]]
      const clip = train[order[b]]
      const frames = Math.min(longest, clip.heard.frames)
      const start = random.integer(clip.heard.frames - frames + 1)
      const gainDb = random.between(-GAIN_DB, GAIN_DB)
      return { clip, cut: { start, frames, gainDb }, caption: random.integer(clip.captions.length) }
    })
    return { items, random }
  }

  const readItems = (items: readonly Item[], random?: Random): Tensor2D => {
    const { textWidth } = config
    const values = new Float32Array(items.length * textWidth)
    items.forEach(({ clip, caption }, b) => values.set(clip.textVectors[caption], b * textWidth))
    if (random !== undefined) for (let i = 0; i < values.length; i++) values[i] += TEXT_NOISE * random.normal()
    return network.read(tf.tensor2d(values, [items.length, textWidth]))
  }

  const compare = (items: readonly Item[], random?: Random): { loss: Scalar; logits: Tensor2D } => {
    const heard = items.map(({ clip, cut }) => ({ clip: clip.heard, cut }))
    const sounds = toUnit(hearCuts(network, heard))
    const texts = toUnit(readItems(items, random))
    const scale = tf.exp(tf.minimum(network.logScale, HIGHEST_SCALE))
    const logits = tf.mul(tf.matMul(sounds, texts, false, true), scale) as Tensor2D
    const { ofTexts, ofSounds } = shareMatches(items)
    const contrast = tf.mul(tf.add(crossEntropy(logits, ofTexts), crossEntropy(tf.transpose(logits), ofSounds)), 0.5)
    const heardFacts = items.map((item) => (isWhole(item) ? item.clip.facts : withoutCourse(item.clip.facts)))
    const named = tf.add(
      naming.loss(sounds, heardFacts),
      naming.loss(
        texts,
        items.map(({ clip, caption }) => clip.captions[caption].stated),
      ),
    )
    return { loss: tf.add(contrast, tf.mul(named, NAMING_SHARE)) as Scalar, logits }
  }

  const shareRight = (items: readonly Item[], logits: readonly (readonly number[])[]): number =>
    logits.filter((row, text) => {
      const sound = row.indexOf(Math.max(...row))
      return fits(items[text].clip.captions[items[text].caption].stated, items[sound].clip.facts)
    }).length / items.length

  return {
    name: 'mulan',
    network,
    parameters: network.parameters,
    isAveraged: true,
    fingerprint: { config, seed, batchSize, parts: PART_SECONDS, naming: NAMING_SHARE, corpus: options.corpusHash, captions: train[0].captions.length },
    computeStep(step) {
      const { items, random } = drawItems(step)
      let metrics: Record<string, number> = {}
      const { value, grads } = tf.variableGrads(
        () => {
          const { loss } = compare(items, random)
          metrics = { scale: Math.exp(network.logScale.dataSync()[0]) }
          return loss
        },
        [...network.parameters.trainable.values()] as never,
      )
      const gradients: Record<string, Tensor> = {}
      for (const [name, variable] of network.parameters.trainable) gradients[name] = (grads as Record<string, Tensor>)[variable.name]
      const loss = value.dataSync()[0]
      value.dispose()
      return { loss, gradients, metrics }
    },
    validate: () =>
      tf.tidy(() => {
        const items = valid.flatMap((clip) =>
          clip.captions.slice(0, 2).map((_, caption) => ({ clip, cut: { start: 0, frames: clip.heard.frames }, caption })),
        )
        const halves = [0, 1].map((caption) => items.filter((item) => item.caption === caption)).filter((half) => half.length > 1)
        const results = halves.map((half) => {
          const { loss, logits } = compare(half)
          return { loss: loss.dataSync()[0], found: shareRight(half, tf.transpose(logits).arraySync()) }
        })
        const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
        return { loss: mean(results.map(({ loss }) => loss)), fittingClipFirst: mean(results.map(({ found }) => found)) }
      }),
  }
}
