import type { FinetuneStage } from '#contract/finetune.ts'

/**
 * Memory of a training step for each clip in it, bytes, largest while gradients are taken. Resident size on the CPU with the full
 * networks was 0.82 GB before and 1.17 GB with steps of four clips in the decoder (104 frames of sound); doubled, because eager
 * tensors are let go of late.
 */
const BYTES_PER_CLIP: Readonly<Record<FinetuneStage, number>> = { decoder: 180e6, semantic: 60e6, coarse: 80e6, fine: 60e6 }
/** Networks, optimiser, tables and the program itself. */
const FIXED_BYTES = 0.9e9
const USABLE_SHARE = 0.7
const USUAL_BATCH = 8

/** Memory that a run of this batch size needs. */
export const estimateMemory = (batchSize: number, size: 'full' | 'toy' = 'full'): number =>
  size === 'toy' ? 300e6 : FIXED_BYTES + batchSize * Math.max(...Object.values(BYTES_PER_CLIP))

/**
 * The largest useful batch that the memory holds and the clips fill.
 *
 * @returns at least 1
 */
export const fitBatch = (options: { wanted?: number | undefined; freeBytes: number; clips: number }): number => {
  const fits = Math.floor((options.freeBytes * USABLE_SHARE - FIXED_BYTES) / Math.max(...Object.values(BYTES_PER_CLIP)))
  return Math.max(1, Math.min(options.wanted ?? USUAL_BATCH, fits, options.clips))
}
