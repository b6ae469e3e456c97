import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { encodeSafetensors, readSafetensors } from '#main/tensor/checkpoint/safetensors.ts'

export interface ShippedModel {
  readonly id: string
  readonly title: string
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  readonly licence: string
  readonly sampleRate: number
  readonly source: string
}

export interface ShipOptions {
  /** A run's best.safetensors, its log beside it. */
  readonly weightsPath: string
  readonly modelsDir: string
  readonly id: string
  readonly title: string
  readonly licence: string
  readonly sampleRate: number
  readonly source: string
}

const readLog = (path: string): { step: number; loss: number; validation?: Record<string, number> }[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"validation"'))
        .map((line) => JSON.parse(line) as { step: number; loss: number; validation?: Record<string, number> })
    : []

/** Held-out losses of a run, step by step, for its card. */
export const readCurve = (runDir: string): Record<string, number>[] =>
  readLog(join(runDir, 'log.jsonl')).map(({ step, loss, validation }) => ({ step, training: loss, ...validation }))

/**
 * Rounds a run's best weights to half precision, puts them into models/ and names them in its manifest with their
 * checksum, with the run's held-out curve beside them. The same weights give the same bytes.
 *
 * @throws EngineError MODEL_NOT_INSTALLED when the run has no weights yet, FILE_UNWRITABLE, DISK_FULL
 */
export const shipWeights = (options: ShipOptions): ShippedModel => {
  const { tensors, metadata } = readSafetensors(options.weightsPath)
  const { stage = '', step = '', scores = '' } = metadata
  const bytes = encodeSafetensors({ tensors, metadata: { stage, step, scores } }, 'F16')
  const file = join(options.id, `${stage}.safetensors`)
  const path = join(options.modelsDir, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileAtomicallySync(path, bytes)
  const { id, title, licence, sampleRate, source } = options
  const model: ShippedModel = { id, title, file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, licence, sampleRate, source }
  const curve = readCurve(dirname(options.weightsPath)).map((point) => JSON.stringify(point))
  writeFileAtomicallySync(join(options.modelsDir, id, `${stage}-curve.json`), Buffer.from(`[\n  ${curve.join(',\n  ')}\n]\n`))
  const manifestPath = join(options.modelsDir, 'manifest.json')
  const known = existsSync(manifestPath) ? (JSON.parse(readFileSync(manifestPath, 'utf8')) as { models: ShippedModel[] }).models : []
  const models = [...known.filter((other) => other.id !== id), model]
  writeFileAtomicallySync(manifestPath, Buffer.from(`${JSON.stringify({ models }, null, 2)}\n`))
  return model
}
