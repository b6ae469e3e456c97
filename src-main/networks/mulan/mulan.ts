import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { tf, type Tensor, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { readSafetensors, type TensorFile } from '#main/tensor/checkpoint/safetensors.ts'
import { loadTensors, loadWeights } from '#main/tensor/checkpoint/weights.ts'
import { disposeParameters } from '#main/tensor/layers/parameters.ts'
import { hearClip, writeFeatures, type Cut, type HeardClip } from './analyze.ts'
import { featureWidth, MULAN_CONFIG, MULAN_FRAME_RATE, type MulanConfig } from './config.ts'
import { createMulanNetwork, toUnit, type MulanNetwork } from './network.ts'
import { createSentenceEncoder, type SentenceEncoder } from './sentence-encoder.ts'
import { sentenceEncoderPath } from './vocabulary.ts'

/** The joint embedding of words and sound. Sound is mono at 44.1 kHz, one second at least. */
export interface Mulan {
  readonly config: MulanConfig
  /** @returns [embeddingWidth] of unit length @throws EngineError SENTENCE_ENCODER_MISSING */
  embedText(text: string): Promise<Float32Array>
  embedTexts(texts: readonly string[]): Promise<Float32Array[]>
  /** @returns [embeddingWidth] of unit length @throws EngineError AUDIO_TOO_SHORT */
  embedAudio(pcm: Float32Array): Float32Array
  /**
   * Features of overlapping windows, for the Fréchet audio distance.
   *
   * @returns N rows of [embeddingWidth], of free length; N = 1 + floor((seconds - windowSeconds) / hopSeconds)
   * @throws  EngineError AUDIO_TOO_SHORT
   */
  embedWindows(pcm: Float32Array, options?: { windowSeconds?: number; hopSeconds?: number }): Float32Array[]
  /** @returns [nQ] codes of a vector of the joint space */
  tokens(vector: Float32Array): Int32Array
  /** @returns [embeddingWidth] the vector that codes stand for */
  lookUp(tokens: ArrayLike<number>): Float32Array
  dispose(): void
}

const WINDOWS_AT_ONCE = 128

/** Items of equal length through the tower. @returns [B, embeddingWidth] of free length */
export const hearCuts = (network: MulanNetwork, items: readonly { clip: HeardClip; cut: Cut }[]): Tensor2D => {
  const width = featureWidth(network.config)
  const frames = Math.max(...items.map(({ cut }) => cut.frames))
  const features = new Float32Array(items.length * frames * width)
  items.forEach(({ clip, cut }, b) => writeFeatures(clip, cut, network.config, features, b * frames * width))
  const lengths = items.map(({ cut }) => cut.frames)
  return tf.tidy(() => network.hear(tf.tensor3d(features, [items.length, frames, width]), lengths))
}

const splitRows = (values: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width))

/** Free vectors to the joint space: unit length, the tower's mean out, unit length again. [N, embeddingWidth] */
export const toJoint = (x: Tensor2D, center: Tensor): Tensor2D => tf.tidy(() => toUnit(tf.sub(toUnit(x), center)))

/** A network with its weights as the thing that others use; the sentence encoder is opened when the first text comes. */
export const createMulan = (network: MulanNetwork, openEncoder: () => SentenceEncoder): Mulan => {
  const { config } = network
  const width = config.embeddingWidth
  let encoder: SentenceEncoder | undefined
  const embedTexts = (texts: readonly string[]): Float32Array[] => {
    if (texts.length === 0) return []
    encoder ??= openEncoder()
    const vectors = encoder.encode(texts)
    return tf.tidy(() => {
      const all = Float32Array.from(vectors.flatMap((vector) => [...vector]))
      const read = network.read(tf.tensor2d(all, [texts.length, config.textWidth]))
      return splitRows(toJoint(read, network.textCenter).dataSync() as Float32Array, width)
    })
  }
  return {
    config,
    embedText: (text) => Promise.resolve().then(() => embedTexts([text])[0]),
    embedTexts: (texts) => Promise.resolve().then(() => embedTexts(texts)),
    embedAudio(pcm) {
      const clip = hearClip(pcm, config)
      return tf.tidy(() => {
        const heard = hearCuts(network, [{ clip, cut: { start: 0, frames: clip.frames } }])
        return (toJoint(heard, network.audioCenter).dataSync() as Float32Array).slice()
      })
    },
    embedWindows(pcm, { windowSeconds = 1, hopSeconds = 0.5 } = {}) {
      const clip = hearClip(pcm, config)
      const frames = Math.max(1, Math.round(windowSeconds * MULAN_FRAME_RATE))
      const cuts: Cut[] = []
      for (let start = 0, i = 0; start + frames <= clip.frames; start = Math.round(++i * hopSeconds * MULAN_FRAME_RATE))
        cuts.push({ start, frames })
      const rows: Float32Array[] = []
      for (let first = 0; first < cuts.length; first += WINDOWS_AT_ONCE) {
        const items = cuts.slice(first, first + WINDOWS_AT_ONCE).map((cut) => ({ clip, cut }))
        rows.push(...tf.tidy(() => splitRows(hearCuts(network, items).dataSync() as Float32Array, width)))
      }
      return rows
    },
    tokens: (vector) => network.codebooks.quantize(vector),
    lookUp: (tokens) => network.codebooks.lookUp(tokens),
    dispose() {
      encoder?.dispose()
      disposeParameters(network.parameters)
    },
  }
}

/** @throws EngineError SENTENCE_ENCODER_MISSING, MODEL_DAMAGED */
export const openSentenceEncoder = (path = sentenceEncoderPath()): SentenceEncoder => {
  let file: TensorFile
  try {
    file = readSafetensors(path)
  } catch (cause) {
    if (cause instanceof EngineError && cause.code === 'MODEL_NOT_INSTALLED')
      throw new EngineError('SENTENCE_ENCODER_MISSING', { path }, { cause })
    throw cause
  }
  return createSentenceEncoder(file)
}

/**
 * Opens a trained MuLan. The backend must be up (`ensureBackend`).
 *
 * @param weights             bytes of mulan.safetensors or its path
 * @param options.encoderPath the sentence encoder's file, where it is not at its usual place
 * @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED
 */
export const openMulan = (weights: Uint8Array | string, options: { encoderPath?: string; config?: MulanConfig } = {}): Mulan => {
  const network = createMulanNetwork(options.config ?? MULAN_CONFIG, createRandom(1))
  try {
    if (typeof weights === 'string') loadTensors(network.parameters, readSafetensors(weights).tensors, { name: 'mulan' })
    else loadWeights(network.parameters, weights, 'mulan')
  } catch (error) {
    disposeParameters(network.parameters)
    throw error
  }
  return createMulan(network, () => openSentenceEncoder(options.encoderPath))
}
