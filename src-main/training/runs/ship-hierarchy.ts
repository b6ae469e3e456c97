import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isOutputLayer } from '#main/networks/stages/stage-network.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { encodeSafetensors, readSafetensors, type NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import { isLoraName } from '#main/tensor/layers/lora.ts'
import { isDecoderOutput } from './codec-stage.ts'
import { readCurve } from './ship-weights.ts'

interface ShippedFile {
  readonly file: string
  readonly sha256: string
  readonly bytes: number
}

interface Card {
  readonly modelsDir: string
  readonly id: string
  readonly title: string
  readonly licence: string
  readonly source: string
  /** 'toy' in tests. */
  readonly size?: 'full' | 'toy'
}

type StagePaths = Readonly<Record<'semantic' | 'coarse' | 'fine', string>>

/** Writes the chosen tensors of a weight file in half precision, its run's held-out curve beside it. */
const shipFile = (card: Card, name: string, path: string, isShipped: (tensor: string) => boolean = () => true): ShippedFile => {
  const { tensors, metadata } = readSafetensors(path)
  const { stage = name, step = '', scores = '', format, kind, config } = metadata
  const chosen = new Map<string, NamedTensor>([...tensors].filter(([tensor]) => isShipped(tensor)))
  // What a tokenizer's file says of itself is needed to open it again.
  const own = { ...(format === undefined ? {} : { format }), ...(kind === undefined ? {} : { kind }), ...(config === undefined ? {} : { config }) }
  const bytes = encodeSafetensors({ tensors: chosen, metadata: { stage, step, scores, ...own } }, 'F16')
  const file = `${card.id}/${name}.safetensors`
  const target = join(card.modelsDir, file)
  mkdirSync(dirname(target), { recursive: true })
  writeFileAtomicallySync(target, bytes)
  const curve = readCurve(dirname(path)).map((point) => JSON.stringify(point))
  if (curve.length > 0) writeFileAtomicallySync(target.replace(/\.safetensors$/, '-curve.json'), Buffer.from(`[\n  ${curve.join(',\n  ')}\n]\n`))
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
}

const shipStages = (card: Card, paths: StagePaths, isShipped?: (tensor: string) => boolean): Record<string, ShippedFile> =>
  Object.fromEntries(Object.entries(paths).map(([stage, path]) => [stage, shipFile(card, stage, path, isShipped)]))

const addEntry = (modelsDir: string, entry: { id: string }): void => {
  const path = join(modelsDir, 'manifest.json')
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { models: { id: string }[] }).models : []
  const models = [...known.filter(({ id }) => id !== entry.id), entry]
  writeFileAtomicallySync(path, Buffer.from(`${JSON.stringify({ models }, null, 2)}\n`))
}

/** What the manifest says of every model. */
const describeCard = ({ id, title, licence, source, size }: Card, codec: ShippedFile) => ({
  id,
  title,
  ...codec,
  licence,
  sampleRate: 44100,
  source,
  ...(size === undefined ? {} : { size }),
})

/**
 * Puts a trained base into a models folder: codec, joint embedding, vocabulary, the three stages.
 *
 * @throws EngineError MODEL_NOT_INSTALLED when a weight file is missing, FILE_UNWRITABLE, DISK_FULL
 */
export const shipBase = (
  card: Card & { codecPath: string; mulanPath: string; semanticTokensPath: string; composerPath?: string; stages: StagePaths },
): { id: string } => {
  const codec = shipFile(card, 'codec', card.codecPath)
  const entry = {
    ...describeCard(card, codec),
    mulan: shipFile(card, 'mulan', card.mulanPath),
    semanticTokens: shipFile(card, 'semantic-tokens', card.semanticTokensPath),
    ...(card.composerPath === undefined ? {} : { composer: shipFile(card, 'composer', card.composerPath) }),
    stages: shipStages(card, card.stages),
  }
  addEntry(card.modelsDir, entry)
  return entry
}

/**
 * Puts a voice that adapts a base into the same folder: adapters of the stages (low-rank updates and output layers, or whole
 * stages where everything was trained), the decoder's own layers, and the codec that plays without tokens.
 *
 * @throws EngineError MODEL_NOT_INSTALLED when a weight file is missing, FILE_UNWRITABLE, DISK_FULL
 */
export const shipVoice = (
  card: Card & { base: string; isFull: boolean; alpha: number; adapters: StagePaths; decoderPath?: string; isFullDecoder?: boolean; codecPath: string },
): { id: string } => {
  const isAdapter = card.isFull ? undefined : (name: string): boolean => isLoraName(name) || isOutputLayer(name)
  const entry = {
    ...describeCard(card, shipFile(card, 'codec', card.codecPath)),
    base: card.base,
    adapterAlpha: card.alpha,
    adapters: shipStages(card, card.adapters, isAdapter),
    ...(card.decoderPath === undefined
      ? {}
      : { decoder: shipFile(card, 'decoder', card.decoderPath, card.isFullDecoder === true ? (name) => /^(decoder\.|head\.|body$)/.test(name) : isDecoderOutput) }),
  }
  addEntry(card.modelsDir, entry)
  return entry
}
