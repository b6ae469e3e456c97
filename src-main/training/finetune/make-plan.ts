import {
  FINETUNE_STAGES,
  PRESET_MINUTES,
  type FinetunePlan,
  type FinetuneSettings,
  type FinetunePreset,
  type FinetuneStage,
} from '#contract/finetune.ts'

/**
 * How long which part trains. A run's plan is made once, from measured seconds a step, and kept: a resumed run goes to the same
 * totals, whatever the machine does meanwhile.
 */

interface FullSettings extends Pick<FinetunePlan, 'rank' | 'alpha' | 'targets' | 'learningRate' | 'decoderLearningRate' | 'patience'> {
  /** Of the training time. */
  readonly shares: Readonly<Record<FinetuneStage, number>>
}

/**
 * Defaults by preset, from models/finetune-sweep.md, which `test/suites/sweep-finetune.ts` writes: of the rates 0.0024 leads in both
 * token stages (a longer run takes the smaller one), half the decoder's rate is worse and twice is equal; both kinds of layers beat
 * one, rank 16 beats 8 by 1 % where there is time for it.
 */
const PRESET_SETTINGS: Readonly<Record<FinetunePreset, FullSettings>> = {
  gentle: {
    rank: 8,
    alpha: 16,
    targets: ['attention', 'feed-forward'],
    learningRate: 0.0024,
    decoderLearningRate: 0.0007,
    patience: 6,
    shares: { decoder: 0.6, semantic: 0.12, coarse: 0.18, fine: 0.1 },
  },
  normal: {
    rank: 8,
    alpha: 16,
    targets: ['attention', 'feed-forward'],
    learningRate: 0.0024,
    decoderLearningRate: 0.0007,
    patience: 8,
    shares: { decoder: 0.6, semantic: 0.12, coarse: 0.18, fine: 0.1 },
  },
  long: {
    rank: 16,
    alpha: 32,
    targets: ['attention', 'feed-forward'],
    learningRate: 0.0012,
    decoderLearningRate: 0.0007,
    patience: 10,
    shares: { decoder: 0.7, semantic: 0.08, coarse: 0.14, fine: 0.08 },
  },
}

/** More steps than these only learn the phrases by heart: the stages see each clip often enough. */
const MOST_STEPS: Readonly<Record<FinetuneStage, number>> = { decoder: 40_000, semantic: 1500, coarse: 2500, fine: 2000 }
const LEAST_STEPS = 20
const CHECKPOINT_SECONDS = 300
const PREVIEW_SECONDS = 1200
const LOOKS = 20

/** Settings with what was left out filled in. */
export const fillSettings = (preset: FinetunePreset, settings: FinetuneSettings): FullSettings => {
  const { shares, ...rest } = settings
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const defaults = PRESET_SETTINGS[preset]
  const none = { decoder: 0, semantic: 0, coarse: 0, fine: 0 }
  return { ...defaults, ...given, shares: shares === undefined ? defaults.shares : { ...none, ...shares } }
}

/** Minutes of a whole run. */
export const minutesOf = (spec: { readonly preset: FinetunePreset; readonly minutes?: number | undefined }): number =>
  spec.minutes ?? PRESET_MINUTES[spec.preset]

export interface StageCost {
  readonly secondsPerStep: number
  readonly flopsPerStep: number
}

/** One stage's part of the plan. */
export interface StagePlan {
  readonly stage: FinetuneStage
  readonly steps: number
  readonly warmupSteps: number
  readonly decaySteps: number
  readonly validateEverySteps: number
  readonly checkpointEverySteps: number
  readonly previewEverySteps: number
  readonly cost: StageCost
}

export interface RunPlan extends FinetunePlan {
  readonly stages: readonly StagePlan[]
  /** Kept back for the scores at the end. */
  readonly scoringSeconds: number
}

const planStage = (stage: FinetuneStage, steps: number, cost: StageCost): StagePlan => {
  const validateEverySteps = Math.max(10, Math.round(steps / LOOKS))
  return {
    stage,
    steps,
    warmupSteps: Math.min(100, Math.ceil(steps / 10)),
    decaySteps: Math.round(steps * 0.4),
    validateEverySteps,
    checkpointEverySteps: Math.max(1, Math.min(100, Math.ceil(steps / 8), Math.floor(CHECKPOINT_SECONDS / cost.secondsPerStep))),
    previewEverySteps: Math.max(validateEverySteps, Math.round(PREVIEW_SECONDS / cost.secondsPerStep)),
    cost,
  }
}

/**
 * Steps by stage that fill a time.
 *
 * @param options what the run is to be like; `seconds` of training (preparation and scores are taken off already), or `fixed` steps
 *                to take instead, for tests and comparisons
 */
export const makePlan = (
  options: Pick<FinetunePlan, 'rank' | 'alpha' | 'targets' | 'learningRate' | 'decoderLearningRate' | 'patience' | 'batchSize' | 'seed'> & {
    readonly shares: Readonly<Record<FinetuneStage, number>>
    readonly costs: Readonly<Record<FinetuneStage, StageCost>>
    readonly seconds: number
    readonly scoringSeconds: number
    readonly fixed?: Partial<Readonly<Record<FinetuneStage, number>>> | undefined
  },
): RunPlan => {
  const { shares, costs, seconds, fixed, ...rest } = options
  const sum = FINETUNE_STAGES.reduce((total, stage) => total + shares[stage], 0) || 1
  // A look at the held-out clips costs about as much as a few steps.
  const stepsOf = (stage: FinetuneStage, budget: number): number =>
    Math.min(MOST_STEPS[stage], Math.max(LEAST_STEPS, Math.floor((budget * 0.93) / costs[stage].secondsPerStep)))
  const steps = new Map<FinetuneStage, number>()
  let left = seconds
  // What the stages do not need, because more would not help them, goes to the decoder, which comes last in this sum.
  for (const stage of [...FINETUNE_STAGES].reverse()) {
    if (shares[stage] === 0) continue
    const budget = stage === 'decoder' ? left : (seconds * shares[stage]) / sum
    const count = fixed?.[stage] ?? stepsOf(stage, budget)
    steps.set(stage, count)
    left -= Math.min(budget, (count * costs[stage].secondsPerStep) / 0.93)
  }
  const stages = FINETUNE_STAGES.flatMap((stage) => {
    const count = steps.get(stage)
    return count === undefined ? [] : [planStage(stage, count, costs[stage])]
  })
  return { ...rest, stages, steps: Object.fromEntries(steps) }
}
