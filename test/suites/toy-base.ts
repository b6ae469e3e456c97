import type { VoiceCard } from '#contract/voices.ts'
import { createRandom } from '#main/foundation/random.ts'
import { TOY_CODEC_CONFIG } from '#main/networks/codec/config.ts'
import { createCodecNetwork } from '#main/networks/codec/network.ts'
import { TOY_STAGES_CONFIG, STAGE_NAMES, type StageName } from '#main/networks/stages/config.ts'
import { createStageNetwork, isOutputLayer } from '#main/networks/stages/stage-network.ts'
import { DESCRIPTOR_WIDTH } from '#main/networks/semantic-tokens/describe-performance.ts'
import { packSemanticTokenizer } from '#main/networks/semantic-tokens/tokenizer.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { encodeSafetensors, type NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import { isLoraName } from '#main/tensor/layers/lora.ts'
import { allParameters, disposeParameters, type Parameters } from '#main/tensor/layers/parameters.ts'
import { hashBase } from '#main/voices/model-files.ts'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface ToyFile {
  readonly file: string
  readonly sha256: string
  readonly bytes: Uint8Array
}

const readOut = (parameters: Parameters, isKept: (name: string) => boolean = () => true): Map<string, NamedTensor> => {
  const tensors = new Map(
    [...allParameters(parameters)]
      .filter(([name]) => isKept(name))
      .map(([name, variable]) => [name, { shape: [...variable.shape], data: Float32Array.from(variable.dataSync()) }]),
  )
  disposeParameters(parameters)
  return tensors
}

const makeFile = (file: string, tensors: Map<string, NamedTensor>): ToyFile => {
  const bytes = encodeSafetensors({ tensors, metadata: {} }, 'F16')
  return { file, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

const nameOf = ({ file, sha256 }: ToyFile): { file: string; sha256: string } => ({ file, sha256 })

const makeCodec = (seed: number): Map<string, NamedTensor> => readOut(createCodecNetwork(TOY_CODEC_CONFIG, createRandom(seed)).parameters)

const forStages = <T>(make: (name: StageName) => T): Record<StageName, T> =>
  Object.fromEntries(STAGE_NAMES.map((name) => [name, make(name)])) as Record<StageName, T>

/** A vocabulary of random words. */
const makeWords = (file: string, seed: number): ToyFile => {
  const random = createRandom(seed)
  const bytes = packSemanticTokenizer({
    mean: new Float32Array(DESCRIPTOR_WIDTH),
    deviation: new Float32Array(DESCRIPTOR_WIDTH).fill(1),
    codebook: Float32Array.from({ length: TOY_STAGES_CONFIG.semanticVocabulary * DESCRIPTOR_WIDTH }, () => random.normal()),
  })
  return { file, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** A models folder with one base of random, seeded weights: codec, stages, and a joint embedding that nobody asks. */
export const writeToyBase = async (modelsDir: string, seed = 1): Promise<{ baseHash: string }> => {
  await ensureBackend()
  const codec = makeFile('base/codec.safetensors', makeCodec(seed))
  const mulan = makeFile('base/mulan.safetensors', new Map())
  const stages = forStages((name) =>
    makeFile(`base/${name}.safetensors`, readOut(createStageNetwork(name, TOY_STAGES_CONFIG, createRandom(seed + 1)).parameters)),
  )
  const semanticTokens = makeWords('base/semantic-tokens.safetensors', seed)
  mkdirSync(join(modelsDir, 'base'), { recursive: true })
  for (const { file, bytes } of [codec, mulan, semanticTokens, ...Object.values(stages)]) writeFileSync(join(modelsDir, file), bytes)
  const base = {
    id: 'base',
    size: 'toy' as const,
    ...nameOf(codec),
    mulan: nameOf(mulan),
    semanticTokens: nameOf(semanticTokens),
    stages: forStages((name) => nameOf(stages[name])),
  }
  const shipped = { ...base, title: 'Toy base', licence: 'MIT', sampleRate: 44100 }
  writeFileSync(join(modelsDir, 'manifest.json'), JSON.stringify({ models: [shipped] }))
  return { baseHash: hashBase(base) }
}

/** A voice that adapts the toy base, as training leaves it: low-rank pairs and output layers, and one codec. */
export const makeToyVoice = async (
  baseHash: string,
  { id, seed, codecSeed = 1 }: { id: string; seed: number; codecSeed?: number },
): Promise<{ card: VoiceCard; files: Map<string, Uint8Array> }> => {
  await ensureBackend()
  const random = createRandom(seed)
  const codecTensors = makeCodec(codecSeed)
  for (const [name, { data }] of codecTensors)
    if (name.startsWith('head.') || name === 'body') data.forEach((value, i) => (data[i] = value + 0.01 * random.normal()))
  const codec = makeFile('codec.safetensors', codecTensors)
  const adapters = forStages((name) => {
    const { parameters } = createStageNetwork(name, TOY_STAGES_CONFIG, random, { rank: 2, alpha: 4 })
    const tensors = readOut(parameters, (tensor) => isLoraName(tensor) || isOutputLayer(tensor))
    for (const [tensor, { data }] of tensors) if (tensor.endsWith('.loraUp')) data.forEach((_, i) => (data[i] = 0.05 * random.normal()))
    return makeFile(`${name}.safetensors`, tensors)
  })
  const card: VoiceCard = {
    format: 'fiddlehead-voice',
    version: 1,
    id,
    title: id.replaceAll('-', ' '),
    createdAt: '2026-01-02T05:52:00.000Z',
    licence: 'MIT',
    model: {
      id,
      size: 'toy',
      base: 'base',
      ...nameOf(codec),
      adapterAlpha: 4,
      adapters: forStages((name) => nameOf(adapters[name])),
    },
    baseHash,
    origin: {
      kind: 'fine-tune',
      dataset: { name: 'My recordings', contentHash: 'abc', seconds: 900 },
      startedFrom: 'base',
      preset: 'normal',
      settings: { rank: 2 },
      runId: 'run-1',
    },
    curve: [{ step: 10, train: 2, validation: 1.9 }],
    bestStep: 10,
    scores: { before: null, after: null },
    previews: [{ file: 'previews/1.wav', title: 'A hum', step: null }],
  }
  return {
    card,
    files: new Map<string, Uint8Array>([
      ...[codec, ...Object.values(adapters)].map(({ file, bytes }) => [file, bytes] as const),
      ['previews/1.wav', new TextEncoder().encode('not really a sound')],
    ]),
  }
}
