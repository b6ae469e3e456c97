import type { CurvePoint, FinetunePlan, FinetunePreflight, FinetuneRun, FinetuneSpec } from '#contract/finetune.ts'
import { estimateMemory, fitBatch } from '#main/training/finetune/fit-batch.ts'
import { fillSettings, makePlan, minutesOf, type StageCost } from '#main/training/finetune/make-plan.ts'
import { readBest, readCurve } from '#main/training/finetune/read-curve.ts'
import { readFinetuneState } from './finetune-state.ts'

/** What services may know of training runs without touching a network. */

export const readRunState = readFinetuneState

export const readRunCurve = (runDir: string): CurvePoint[] => {
  const { plan } = readFinetuneState(runDir)
  return plan === null ? [] : readCurve(runDir, plan.steps)
}

export const readRunBest = (runDir: string, plan: FinetunePlan | null): FinetuneRun['best'] =>
  plan === null ? [] : readBest(readCurve(runDir, plan.steps))

/** Seconds of a step for each clip in it on two CPU cores, until the machine itself has been measured. */
const USUAL_SECONDS: Readonly<Record<'decoder' | 'semantic' | 'coarse' | 'fine', number>> = {
  decoder: 0.115,
  semantic: 0.085,
  coarse: 0.1,
  fine: 0.07,
}
const CHECKPOINTS_BYTES = 160e6
/** 16-bit sound, curves, tokens. */
const BYTES_PER_SECOND = 2 * 44100 + 100 * 7 * 4 + 25 * 20 * 4

/** Length, steps, memory and disk of a run before anything is measured. */
export const foreseeRun = (
  spec: Pick<FinetuneSpec, 'preset' | 'minutes' | 'settings' | 'seed'>,
  data: { clips: number; seconds: number; freeMemoryBytes: number } | null,
): Pick<FinetunePreflight, 'minutes' | 'batchSize' | 'steps'> & { memoryBytes: number; diskBytes: number } => {
  const minutes = minutesOf(spec)
  const settings = fillSettings(spec.preset, spec.settings)
  const batchSize = fitBatch({
    wanted: spec.settings.batchSize,
    freeBytes: data?.freeMemoryBytes ?? Infinity,
    clips: data?.clips ?? Infinity,
  })
  const costs = Object.fromEntries(
    Object.entries(USUAL_SECONDS).map(([stage, seconds]) => [stage, { secondsPerStep: batchSize * seconds, flopsPerStep: 0 }]),
  ) as Record<keyof typeof USUAL_SECONDS, StageCost>
  const { steps } = makePlan({ ...settings, batchSize, seed: spec.seed, costs, seconds: 60 * minutes * 0.85, scoringSeconds: 0 })
  return {
    minutes,
    batchSize,
    steps,
    memoryBytes: estimateMemory(batchSize),
    diskBytes: CHECKPOINTS_BYTES + (data?.seconds ?? 0) * BYTES_PER_SECOND,
  }
}
