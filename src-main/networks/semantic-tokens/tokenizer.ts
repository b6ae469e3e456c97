import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  readSafetensors,
  type TensorFile,
} from '#main/tensor/checkpoint/safetensors.ts'
import { loadWeights } from '#main/tensor/checkpoint/weights.ts'
import { allParameters, disposeParameters } from '#main/tensor/layers/parameters.ts'
import { nearestCentres, normaliseColumns } from './cluster.ts'
import { describePerformance, DESCRIPTOR_WIDTH, type SemanticControls } from './describe-performance.ts'
import { createSemanticEncoder, readClip, stackLogMel, type SemanticEncoder, type SemanticEncoderConfig } from './encoder.ts'

export type SemanticTokenKind = 'descriptors' | 'learned'

/** Says in one of a few hundred words, 25 times a second, what happens in a performance. */
export interface SemanticTokenizer {
  readonly kind: SemanticTokenKind
  readonly vocabularySize: number
  /**
   * @param pcm       [S] at 44.1 kHz
   * @param controls  f0 in Hz and loudnessDb in dBFS, [F] each at 100 Hz
   * @returns         [T] 0..vocabularySize-1, T = ceil(F / 4)
   */
  encode(pcm: Float32Array, controls: SemanticControls): Int32Array
  /** Gives back the encoder's memory; descriptors hold none. */
  dispose(): void
}

/** What a tokenizer is made of: its features' means and spreads [D], its vocabulary [K, D], and the encoder where it learned one. */
export interface SemanticTokenizerParts {
  readonly mean: Float32Array
  readonly deviation: Float32Array
  readonly codebook: Float32Array
  readonly encoder?: SemanticEncoder
}

/** Features of a clip before normalisation. [T, D] */
export const featuresOf = (pcm: Float32Array, controls: SemanticControls, encoder?: SemanticEncoder): Float32Array =>
  encoder === undefined ? describePerformance(pcm, controls) : readClip(encoder, stackLogMel(pcm, controls, encoder.config))

export const createSemanticTokenizer = (parts: SemanticTokenizerParts): SemanticTokenizer => {
  const { mean, deviation, codebook, encoder } = parts
  const width = mean.length
  return {
    kind: encoder === undefined ? 'descriptors' : 'learned',
    vocabularySize: codebook.length / width,
    encode: (pcm, controls) => nearestCentres(normaliseColumns(featuresOf(pcm, controls, encoder), { mean, deviation }), codebook, width),
    dispose() {
      if (encoder !== undefined) disposeParameters(encoder.parameters)
    },
  }
}

const FORMAT = 'fiddlehead-semantic-tokens-1'
const ENCODER = 'encoder.'

/**
 * A tokenizer as a safetensors file.
 *
 * @param metadata more to say about it: corpus, seed, scores
 */
export const packSemanticTokenizer = (parts: SemanticTokenizerParts, metadata: Record<string, string> = {}): Uint8Array => {
  const { mean, deviation, codebook, encoder } = parts
  const width = mean.length
  const tensors = new Map<string, NamedTensor>([
    ['mean', { shape: [width], data: mean }],
    ['deviation', { shape: [width], data: deviation }],
    ['codebook', { shape: [codebook.length / width, width], data: codebook }],
  ])
  for (const [name, variable] of encoder === undefined ? [] : allParameters(encoder.parameters))
    tensors.set(`${ENCODER}${name}`, { shape: variable.shape, data: variable.dataSync() as Float32Array })
  const kind: SemanticTokenKind = encoder === undefined ? 'descriptors' : 'learned'
  const config = encoder === undefined ? {} : { config: JSON.stringify(encoder.config) }
  return encodeSafetensors({ tensors, metadata: { ...metadata, ...config, format: FORMAT, kind } })
}

const rebuildEncoder = ({ tensors, metadata }: TensorFile, name: string): SemanticEncoder => {
  const text = metadata['config']
  if (text === undefined) throw new EngineError('MODEL_DAMAGED', { model: name, reason: 'it does not say how its encoder is built' })
  const encoder = createSemanticEncoder(JSON.parse(text) as SemanticEncoderConfig, createRandom(0))
  const own = [...tensors].filter(([key]) => key.startsWith(ENCODER)).map(([key, value]) => [key.slice(ENCODER.length), value] as const)
  try {
    loadWeights(encoder.parameters, encodeSafetensors({ tensors: new Map(own), metadata: {} }), name)
  } catch (error) {
    disposeParameters(encoder.parameters)
    throw error
  }
  return encoder
}

/**
 * Opens a fitted tokenizer. A learned one needs an open tensor backend (`ensureBackend`).
 *
 * @param source a file's path or its bytes
 * @throws       EngineError MODEL_NOT_INSTALLED when there is no such file, MODEL_DAMAGED when it is no tokenizer of ours
 */
export const openSemanticTokenizer = (source: string | Uint8Array): SemanticTokenizer => {
  const name = typeof source === 'string' ? source : 'semantic tokens'
  const file = typeof source === 'string' ? readSafetensors(source) : decodeSafetensors(source, name)
  const [mean, deviation, codebook] = ['mean', 'deviation', 'codebook'].map((key) => file.tensors.get(key))
  const { format, kind } = file.metadata
  if (format !== FORMAT || (kind !== 'descriptors' && kind !== 'learned') || !mean || !deviation || !codebook)
    throw new EngineError('MODEL_DAMAGED', { model: name, reason: 'it holds no semantic tokens' })
  const width = mean.data.length
  const isFitting =
    deviation.data.length === width && codebook.shape.length === 2 && codebook.shape[1] === width && codebook.data.length > 0
  if (!isFitting || (kind === 'descriptors' && width !== DESCRIPTOR_WIDTH))
    throw new EngineError('MODEL_DAMAGED', { model: name, reason: 'its vocabulary has another width than its features' })
  const parts = { mean: mean.data, deviation: deviation.data, codebook: codebook.data }
  return createSemanticTokenizer(kind === 'learned' ? { ...parts, encoder: rebuildEncoder(file, name) } : parts)
}
