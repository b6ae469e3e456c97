import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { encodeWav } from '#main/audio/io/wav.ts'
import { decodeClip, encodeClip } from '#main/networks/codec/codec.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { tf, type Tensor, type Tensor2D, type Tensor3D } from '#main/tensor/backend/tf.ts'
import { createLossMel, computeEncoderMel } from '#main/networks/codec/analyze.ts'
import type { CodecConfig } from '#main/networks/codec/config.ts'
import { CONTROL_WIDTH, encodeControls, type CodecControls } from '#main/networks/codec/controls.ts'
import { createCodecNetwork, type CodecNetwork } from '#main/networks/codec/network.ts'
import type { QuantizerResult } from '#main/networks/codec/quantizer.ts'
import { createExcitation, createRenderTables, disposeExcitation, renderBatch, type Excitation } from '#main/networks/codec/render-batch.ts'
import { isRoomName } from '#main/networks/codec/room.ts'
import { createSpectralLoss, type LossScale } from '#main/networks/codec/spectral-loss.ts'
import type { NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import { loadTensors, loadWeights } from '#main/tensor/checkpoint/weights.ts'
import { freezeWhere } from '#main/tensor/layers/parameters.ts'
import type { Stage } from '../loops/train-stage.ts'

/** A clip as the codec's trainer wants it. */
export interface TrainingClip {
  /** [length] samples from `from`, or the whole clip. */
  readonly audio: (from?: number, length?: number) => Float32Array
  readonly controls: Required<CodecControls>
  /** [F, nMels] from computeEncoderMel */
  readonly mel: Float32Array
}

export const prepareClip = (audio: TrainingClip['audio'], controls: Required<CodecControls>, config: CodecConfig): TrainingClip => ({
  audio,
  controls,
  mel: computeEncoderMel(audio(), controls.loudnessDb, config),
})

/** What an item is told: the codec's use (tokens), the first voice's (score), both, or neither. */
interface Mode {
  readonly hasTokens: boolean
  readonly hasScore: boolean
  /** Quantiser levels in use, nQ unless dropped out. */
  readonly levels: number
}

const drawMode = (random: Random, nQ: number): Mode => {
  const draw = random.next()
  if (draw < 0.45) return { hasTokens: true, hasScore: false, levels: random.next() < 0.3 ? 1 + random.integer(nQ) : nQ }
  if (draw < 0.6) return { hasTokens: true, hasScore: true, levels: random.next() < 0.5 ? 1 + random.integer(nQ) : nQ }
  return { hasTokens: false, hasScore: draw < 0.93, levels: 0 }
}

interface Item {
  readonly clip: TrainingClip
  readonly start: number
  readonly gainDb: number
  readonly mode: Mode
}

interface Batch {
  readonly mel: Tensor3D
  readonly encoderControls: Tensor3D
  readonly controls: Tensor3D
  readonly hasTokens: Tensor2D
  readonly levelMask: Tensor2D
  readonly excitation: Excitation
  readonly target: Tensor2D
}

const disposeBatch = (batch: Batch): void => {
  disposeExcitation(batch.excitation)
  tf.dispose([batch.mel, batch.encoderControls, batch.controls, batch.hasTokens, batch.levelMask, batch.target])
}

const cutControls = (controls: Required<CodecControls>, start: number, frames: number, gainDb: number): Required<CodecControls> => {
  const end = start + frames
  const { score } = controls
  return {
    f0: controls.f0.subarray(start, end),
    loudnessDb: controls.loudnessDb.slice(start, end).map((level) => Math.max(-100, level + gainDb)),
    score: {
      brightness: score.brightness.subarray(start, end),
      articulation: score.articulation.subarray(start, end),
      noteAge: score.noteAge.subarray(start, end),
      noteRemaining: score.noteRemaining.subarray(start, end),
      isNote: score.isNote.subarray(start, end),
    },
  }
}

export type CodecAdaptation = 'output' | 'decoder'

/** What a voice has of its own in the codec's decoder. */
export const isDecoderOutput = (name: string): boolean => /^(head\.|body$|decoder\.norm|decoder\.controls)/.test(name)

export interface CodecStageOptions {
  readonly config: CodecConfig
  readonly train: readonly TrainingClip[]
  readonly valid: readonly TrainingClip[]
  readonly seed: number
  readonly batchSize: number
  /** Frames per item, divisible by the token stride. */
  readonly frames: number
  /** Weights of an earlier run; the codebooks are fitted anew. */
  readonly startFrom?: Uint8Array | ReadonlyMap<string, NamedTensor>
  /**
   * Only the decoder learns, the usual thing from an earlier run's weights: while the encoder moves, the finer codebooks
   * chase it and most of their codes lie idle.
   */
  readonly isEncoderFrozen?: boolean
  /**
   * From a base's weights, codes unchanged: 'output' trains the output layers with their conditioning and the body's
   * resonances, as a voice on a frozen base has them; 'decoder' trains the whole decoder, the upper line.
   */
  readonly adaptation?: CodecAdaptation
  /** Learns the room of the recordings, too. */
  readonly hasRoom?: boolean
  /** Other than the usual ones; tests use small ones. */
  readonly lossScales?: readonly LossScale[]
  /** Identity of the corpus, for the checkpoint's fingerprint. */
  readonly corpusHash: string
}

/** Beginning of an item that the room needs to fill. */
const ROOM_SHARE = 0.15

/** Held-out clips written to listen to at each validation: as recorded, through tokens, and from the score alone. */
const PREVIEW_CLIPS = 2

/** Batches whose latents the codebooks are fitted to. */
const FIT_BATCHES = { moving: 24, frozen: 200 }

/** Fine frequency resolution where harmonics are to be told apart, fine time resolution for attacks. */
const createLossScales = (sampleRate: number): LossScale[] => [
  { size: 2048, highestHz: 12000, mel: createLossMel(sampleRate, 2048, { nMels: 112, fMax: 11900 }) },
  { size: 768, highestHz: 22050, mel: createLossMel(sampleRate, 768, { nMels: 64, fMax: 18000 }) },
  { size: 256, highestHz: 22050, mel: null },
]

/** Codec: spectral loss of what comes out, commitment of what was quantised. */
export const createCodecStage = (options: CodecStageOptions): Stage & { readonly network: CodecNetwork } => {
  const { config, batchSize, frames, seed } = options
  const { hopLength, nMels, tokenStride, nQ, sampleRate } = config
  const network = createCodecNetwork(config, createRandom(seed), { hasRoom: options.hasRoom === true })
  const isEncoderFrozen = options.isEncoderFrozen ?? options.startFrom !== undefined
  const { startFrom } = options
  if (startFrom instanceof Uint8Array) loadWeights(network.parameters, startFrom, 'the weights to start from')
  else if (startFrom !== undefined) loadTensors(network.parameters, startFrom, { name: 'the weights to start from', isOptional: isRoomName })
  if (isEncoderFrozen) freezeWhere(network.parameters, (name) => name.startsWith('encoder.'))
  if (options.adaptation === 'output') freezeWhere(network.parameters, (name) => !isDecoderOutput(name))
  const tables = createRenderTables(config)
  const spectralLoss = createSpectralLoss(sampleRate, options.lossScales ?? createLossScales(sampleRate))
  const samples = (frames - 1) * hopLength
  // An item begins in the room's silence, the recording does not: its beginning is not compared.
  const firstSample = options.hasRoom === true ? Math.floor(samples * ROOM_SHARE) : 0
  const usable = (clips: readonly TrainingClip[]): TrainingClip[] => clips.filter((clip) => clip.controls.f0.length >= frames)
  const train = usable(options.train)
  const valid = usable(options.valid)
  invariant(train.length > 0 && valid.length > 0, 'clips are shorter than a training segment')

  const buildBatch = (items: readonly Item[], random: Random): Batch => {
    const size = items.length
    const mel = new Float32Array(size * frames * nMels)
    const plain = new Float32Array(size * frames * CONTROL_WIDTH)
    const controls = new Float32Array(size * frames * CONTROL_WIDTH)
    const target = new Float32Array(size * samples)
    const hasTokens = new Float32Array(size)
    const levelMask = new Float32Array(size * (frames / tokenStride) * nQ)
    const f0: Float32Array[] = []
    const loudness: Float32Array[] = []
    items.forEach(({ clip, start, gainDb, mode }, b) => {
      const cut = cutControls(clip.controls, start, frames, gainDb)
      mel.set(clip.mel.subarray(start * nMels, (start + frames) * nMels), b * frames * nMels)
      plain.set(encodeControls(cut, false), b * frames * CONTROL_WIDTH)
      controls.set(encodeControls(cut, mode.hasScore), b * frames * CONTROL_WIDTH)
      const gain = 10 ** (gainDb / 20) // dB -> factor
      const audio = clip.audio(start * hopLength, samples)
      for (let n = 0; n < samples; n++) target[b * samples + n] = gain * audio[n]
      hasTokens[b] = mode.hasTokens ? 1 : 0
      for (let t = 0; t < frames / tokenStride; t++) for (let q = 0; q < mode.levels; q++) levelMask[(b * (frames / tokenStride) + t) * nQ + q] = 1
      f0.push(cut.f0)
      loudness.push(cut.loudnessDb)
    })
    return {
      mel: tf.tensor3d(mel, [size, frames, nMels]),
      encoderControls: tf.tensor3d(plain, [size, frames, CONTROL_WIDTH]),
      controls: tf.tensor3d(controls, [size, frames, CONTROL_WIDTH]),
      hasTokens: tf.tensor2d(hasTokens, [size, 1]),
      levelMask: tf.tensor2d(levelMask, [(size * frames) / tokenStride, nQ]),
      excitation: createExcitation(f0, loudness, { config, tables, seed: random.integer(2 ** 31) }),
      target: tf.tensor2d(target, [size, samples]),
    }
  }

  const drawItems = (step: number): { items: Item[]; random: Random } => {
    const random = createRandom(Math.imul(step + 1, 0x9e3779b1) ^ seed)
    random.next()
    const items = Array.from({ length: batchSize }, () => {
      const clip = random.pick(train)
      const start = random.integer(clip.controls.f0.length - frames + 1)
      return { clip, start, gainDb: random.between(-9, 3), mode: drawMode(random, nQ) }
    })
    return { items, random }
  }

  const forward = (batch: Batch): { audio: Tensor2D; result: QuantizerResult } => {
    const result = network.quantizer.quantize(network.encode(batch.mel, batch.encoderControls), batch.levelMask)
    const decoded = network.decode(result.quantized, batch.hasTokens, batch.controls)
    const dry = renderBatch(network, decoded, batch.excitation, tables)
    return { audio: network.room === null ? dry : network.room.apply(dry), result }
  }

  let pending: { residuals: Tensor2D[]; indices: Tensor[]; random: Random } | undefined

  const validationItems = (mode: Mode): Item[] =>
    valid.slice(0, 2 * batchSize).map((clip, i) => ({ clip, start: Math.floor(((clip.controls.f0.length - frames) * ((i * 7) % 10)) / 10), gainDb: 0, mode }))

  const validateMode = (mode: Mode): { loss: number; codes: Int32Array } => {
    const items = validationItems(mode)
    let total = 0
    const codes: number[] = []
    for (let first = 0; first < items.length; first += batchSize) {
      const group = items.slice(first, first + batchSize)
      const batch = buildBatch(group, createRandom(first))
      const { value, used, indices } = tf.tidy(() => {
        const { audio, result } = forward(batch)
        const value = spectralLoss(audio, batch.target, firstSample).dataSync()[0]
        return { value, used: result.codes.dataSync(), indices: result.indices }
      })
      tf.dispose(indices)
      total += value * group.length
      for (const code of used) codes.push(code)
      disposeBatch(batch)
    }
    return { loss: total / items.length, codes: Int32Array.from(codes) }
  }

  return {
    name: 'codec',
    network,
    parameters: network.parameters,
    isAveraged: isEncoderFrozen,
    fingerprint: { config, seed, batchSize, frames, corpus: options.corpusHash, isEncoderFrozen, ...(options.adaptation === undefined ? {} : { adaptation: options.adaptation }) },
    initialise() {
      if (options.adaptation !== undefined) return // the base's codes are to stay what they are
      const encodeSome = (): Tensor2D => {
        const latents: Tensor2D[] = []
        for (let i = 0; i < (isEncoderFrozen ? FIT_BATCHES.frozen : FIT_BATCHES.moving); i++) {
          const { items, random } = drawItems(-2 - i)
          const batch = buildBatch(items, random)
          latents.push(tf.tidy(() => network.encode(batch.mel, batch.encoderControls)))
          disposeBatch(batch)
        }
        const all = tf.concat(latents, 0) as Tensor2D
        tf.dispose(latents)
        return all
      }
      if (!isEncoderFrozen) {
        const raw = encodeSome()
        network.trackLatent(raw, 1)
        raw.dispose()
      }
      const centred = encodeSome()
      network.quantizer.initialise(centred, createRandom(seed))
      centred.dispose()
    },
    computeStep(step) {
      const { items, random } = drawItems(step)
      const batch = buildBatch(items, random)
      const offset = firstSample + random.integer(1024)
      const kept: Tensor[] = []
      let metrics: Record<string, number> = {}
      const { value, grads } = tf.variableGrads(
        () => {
          const { audio, result } = forward(batch)
          const spectral = spectralLoss(audio, batch.target, offset)
          metrics = { spectral: spectral.dataSync()[0], commitment: result.commitmentLoss.dataSync()[0] }
          const residuals = result.residuals.map((residual) => tf.keep(tf.clone(residual)))
          kept.push(...residuals)
          pending = { residuals, indices: result.indices, random }
          return tf.add(spectral, tf.mul(result.commitmentLoss, 0.25))
        },
        [...network.parameters.trainable.values()] as never,
      )
      const gradients: Record<string, Tensor> = {}
      for (const [name, variable] of network.parameters.trainable) gradients[name] = (grads as Record<string, Tensor>)[variable.name]
      const loss = value.dataSync()[0]
      value.dispose()
      disposeBatch(batch)
      return { loss, gradients, metrics }
    },
    finishStep() {
      if (pending === undefined) return
      if (!isEncoderFrozen) {
        network.quantizer.update(pending, pending.random)
        network.trackLatent(pending.residuals[0], 0.05)
      }
      tf.dispose([...pending.residuals, ...pending.indices])
      pending = undefined
    },
    preview(folder, step) {
      mkdirSync(folder, { recursive: true })
      for (const [index, clip] of valid.slice(0, PREVIEW_CLIPS).entries()) {
        const pcm = clip.audio()
        const { f0, loudnessDb } = clip.controls
        const { codes } = encodeClip(network, pcm, f0)
        const sounds = {
          original: pcm,
          tokens: decodeClip(network, codes, { controls: { f0, loudnessDb }, seed }),
          score: decodeClip(network, null, { controls: clip.controls, seed }),
        }
        for (const [name, sound] of Object.entries(sounds)) {
          const path = join(folder, `${String(step).padStart(6, '0')}-${index}-${name}.wav`)
          writeFileAtomicallySync(path, encodeWav([sound], { sampleRate, bits: 16, ditherSeed: 1 }))
        }
      }
    },
    validate() {
      const tokens = validateMode({ hasTokens: true, hasScore: false, levels: nQ })
      const score = validateMode({ hasTokens: false, hasScore: true, levels: 0 })
      const neither = validateMode({ hasTokens: false, hasScore: false, levels: 0 })
      const used = new Set(tokens.codes.filter((_, i) => i % nQ === 0)).size / config.codebookSize
      return { loss: tokens.loss + score.loss, tokens: tokens.loss, score: score.loss, neither: neither.loss, firstCodebookUse: used }
    },
  }
}
