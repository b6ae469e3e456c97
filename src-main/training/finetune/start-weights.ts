import { invariant } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { isOutputLayer } from '#main/networks/stages/stage-network.ts'
import type { StageName } from '#main/networks/stages/config.ts'
import type { NamedTensor } from '#main/tensor/checkpoint/safetensors.ts'
import { isLoraName, type LoraSetting } from '#main/tensor/layers/lora.ts'

export type Tensors = ReadonlyMap<string, NamedTensor>

/** What a fine-tuning run begins with: the frozen base, and the voice that it goes on from. */
export interface StartWeights {
  readonly size: 'full' | 'toy'
  /** The base's stages. */
  readonly stages: Readonly<Record<StageName, Tensors>>
  /** The voice's adapters as they are in its files, null for the base itself. */
  readonly adapters: Readonly<Record<StageName, Tensors>> | null
  readonly adapterAlpha: number
  /** The codec whose tokens the stages write, the voice's decoder in it. */
  readonly codec: Tensors
}

const DOWN = /\.loraDown$/

/** Columns (of a down matrix) or rows (of an up matrix) beyond the old rank: small noise below, zeros above. */
const widen = (tensor: NamedTensor, rank: number, side: 'down' | 'up', options: { scale: number; seed: number }): NamedTensor => {
  const random = createRandom(options.seed)
  const [rows, columns] = tensor.shape
  if (side === 'up') {
    const data = new Float32Array(rank * columns)
    for (let i = 0; i < Math.min(rank, rows) * columns; i++) data[i] = tensor.data[i] * options.scale
    return { shape: [rank, columns], data }
  }
  const data = new Float32Array(rows * rank)
  for (let row = 0; row < rows; row++)
    for (let c = 0; c < rank; c++) data[row * rank + c] = c < columns ? tensor.data[row * columns + c] : random.normal() / Math.sqrt(rows)
  return { shape: [rows, rank], data }
}

/**
 * An adapter at another rank and scale that does the same as before. Where the rank is too low for it, or where there is none,
 * only output layers remain: the voice's, or the base's.
 */
export const fitAdapter = (
  base: Tensors,
  adapter: Tensors | null,
  options: LoraSetting & { readonly startAlpha: number; readonly seed: number },
): Map<string, NamedTensor> => {
  const { rank, alpha, startAlpha, seed } = options
  const outputs = [...base].filter(([name]) => isOutputLayer(name)).map(([name, tensor]) => [name, adapter?.get(name) ?? tensor] as const)
  const fitted = new Map<string, NamedTensor>(outputs)
  for (const [name, down] of adapter ?? []) {
    if (!DOWN.test(name)) continue
    const up = adapter?.get(name.replace(DOWN, '.loraUp'))
    invariant(up !== undefined, `the other half of ${name}`)
    const [, oldRank] = down.shape
    if (oldRank > rank) continue
    const scale = startAlpha / oldRank / (alpha / rank)
    fitted.set(name, widen(down, rank, 'down', { scale: 1, seed: seed + fitted.size }))
    fitted.set(name.replace(DOWN, '.loraUp'), widen(up, rank, 'up', { scale, seed }))
  }
  return fitted
}

/** Whether a low-rank pair belongs to one of the layers that are to be trained. */
export const isTarget = (name: string, targets: readonly ('attention' | 'feed-forward')[]): boolean =>
  isLoraName(name) &&
  ((name.includes('.attention.') && targets.includes('attention')) || (name.includes('.feed.') && targets.includes('feed-forward')))
