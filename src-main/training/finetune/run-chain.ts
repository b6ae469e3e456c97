/**
 * The stages of a fine-tuning run one after the other, as one schedule with one step count. Killed at any moment and begun again
 * it ends with the same weights: the plan is fixed, each stage resumes from its own checkpoint, finished ones are left alone.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FinetuneStage } from '#contract/finetune.ts'
import { Cancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { trainStage, type Stage, type TrainEnd, type TrainProgress } from '../loops/train-stage.ts'
import type { RunPlan, StagePlan } from './make-plan.ts'

export interface ChainEvent {
  readonly kind: 'diverged' | 'early-stop' | 'given-up'
  readonly stage: FinetuneStage
  /** Of the whole run. */
  readonly step: number
}

export interface ChainProgress {
  readonly stage: FinetuneStage
  readonly stageStep: number
  readonly stageSteps: number
  /** Of the whole run. */
  readonly step: number
  readonly totalSteps: number
  readonly loss: number
  readonly validation: number | null
  readonly learningRate: number
  readonly secondsPerStep: number
  readonly flops: number
  /** Training time of the whole run so far. */
  readonly seconds: number
  /** Training time to come, at the present pace. */
  readonly secondsLeft: number
}

interface ChainOptions {
  readonly runDir: string
  readonly plan: RunPlan
  /** Opens a stage; it is closed with `close` when it ends. */
  readonly open: (stage: FinetuneStage) => Stage
  readonly close: (stage: Stage) => void
  readonly signal: AbortSignal
  /** Whether the run is to end with what it has. */
  readonly isEnough: () => boolean
  readonly onProgress: (progress: ChainProgress) => void
  readonly onEvent: (event: ChainEvent) => void
  /** Plays something with the weights of the moment; `step` of the whole run. Must not throw. */
  readonly preview: (step: number, trainedSeconds: number) => Promise<void>
}

interface StageEnd {
  readonly end: TrainEnd | 'given-up'
  readonly step: number
  readonly seconds: number
}

const END = 'end.json'

const readEnd = (runDir: string, stage: FinetuneStage): StageEnd | null => {
  const path = join(runDir, stage, END)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as StageEnd) : null
}

const trainOne = async (
  plan: StagePlan,
  options: ChainOptions,
  before: { steps: number; seconds: number; laterSeconds: number; totalSteps: number },
): Promise<StageEnd> => {
  const { runDir, signal } = options
  const stage = options.open(plan.stage)
  let seconds = 0
  let step = 0
  try {
    const onProgress = (progress: TrainProgress): void => {
      seconds = progress.seconds
      step = progress.step
      const pace = progress.secondsPerStep > 0 ? progress.secondsPerStep : plan.cost.secondsPerStep
      options.onProgress({
        stage: plan.stage,
        stageStep: progress.step,
        stageSteps: plan.steps,
        step: before.steps + progress.step,
        totalSteps: before.totalSteps,
        loss: progress.loss,
        validation: progress.validation?.['loss'] ?? null,
        learningRate: progress.learningRate,
        secondsPerStep: pace,
        flops: plan.cost.flopsPerStep / pace,
        seconds: before.seconds + progress.seconds,
        secondsLeft: (plan.steps - progress.step) * pace + before.laterSeconds,
      })
    }
    const result = await trainStage(stage, {
      runDir: join(runDir, plan.stage),
      totalSteps: plan.steps,
      peakLearningRate: plan.stage === 'decoder' ? options.plan.decoderLearningRate : options.plan.learningRate,
      warmupSteps: plan.warmupSteps,
      decaySteps: plan.decaySteps,
      checkpointEverySteps: plan.checkpointEverySteps,
      validateEverySteps: plan.validateEverySteps,
      validatesStart: true,
      ...(options.plan.patience > 0 ? { patience: options.plan.patience } : {}),
      signal,
      isEnough: options.isEnough,
      onProgress,
      onEvent: (event) => options.onEvent({ kind: event.kind, stage: plan.stage, step: before.steps + event.step }),
      afterStep: async (done) => {
        if (done % plan.previewEverySteps === 0 || done === plan.steps) await options.preview(before.steps + done, before.seconds + seconds)
      },
    })
    return { end: result.end, step: result.step, seconds }
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'TRAINING_DIVERGED') throw error
    // Twice without numbers: the best weights so far are kept, and the next stage has its turn.
    options.onEvent({ kind: 'given-up', stage: plan.stage, step: before.steps + step })
    return { end: 'given-up', step, seconds }
  } finally {
    options.close(stage)
  }
}

/**
 * Trains what the plan says, from wherever the run folder stands.
 *
 * @returns steps and training seconds
 * @throws  Cancelled when the signal fires: everything is kept; EngineError DISK_FULL, CHECKPOINT_UNUSABLE
 */
export const runChain = async (options: ChainOptions): Promise<{ steps: number; seconds: number }> => {
  const { runDir, plan } = options
  const totalSteps = plan.stages.reduce((sum, { steps }) => sum + steps, 0)
  let steps = 0
  let seconds = 0
  for (const [index, stagePlan] of plan.stages.entries()) {
    const known = readEnd(runDir, stagePlan.stage)
    const laterSeconds = plan.stages.slice(index + 1).reduce((sum, { steps: count, cost }) => sum + count * cost.secondsPerStep, 0)
    let end = known
    if (end === null) {
      mkdirSync(join(runDir, stagePlan.stage), { recursive: true })
      end = await trainOne(stagePlan, options, { steps, seconds, laterSeconds, totalSteps })
      if (end.end === 'interrupted') throw new Cancelled()
      writeFileAtomicallySync(join(runDir, stagePlan.stage, END), JSON.stringify(end))
    }
    steps += stagePlan.steps
    seconds += end.seconds
  }
  return { steps, seconds }
}
