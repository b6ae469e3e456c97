/**
 * The one training loop. A stage says how to build a batch, a loss and a validation; the loop owns optimiser, schedule,
 * checkpoints, exact resume, the NaN rule and the log. The trainer that makes the base is the one that users run.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { encodeSafetensors, type NamedTensor, readSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { tf, type Tensor, type Variable } from '#main/tensor/backend/tf.ts'
import { allParameters, type Parameters } from '#main/tensor/layers/parameters.ts'
import { createAdam, type Adam } from '#main/tensor/optim/adam.ts'

export interface Stage {
  readonly name: string
  readonly parameters: Parameters
  /**
   * Whether averaged weights are the ones to use. Not where codebooks follow a moving encoder: an average of the
   * encoder lags behind them, and its codes mean nothing to them.
   */
  readonly isAveraged: boolean
  /** Everything that a checkpoint must agree on. */
  readonly fingerprint: Record<string, unknown>
  /** Runs once before step 0 (codebooks, normalisation); must be deterministic by seed. */
  initialise?(): void
  /** Loss, its gradients by parameter name, and numbers for the log. A pure function of weights and step. */
  computeStep(step: number): { loss: number; gradients: Record<string, Tensor>; metrics: Record<string, number> }
  /** After the weights moved: codebook updates and the like. */
  finishStep?(step: number): void
  /** Held-out numbers with the weights for use in place; `loss` decides which weights are best. */
  validate(): Record<string, number> & { loss: number }
  /** Writes something to listen to; a failure is logged and never stops the run. */
  preview?(folder: string, step: number): void
}

export interface TrainOptions {
  readonly runDir: string
  readonly totalSteps: number
  readonly peakLearningRate: number
  readonly warmupSteps: number
  /** Steps of falling learning rate at the end. */
  readonly decaySteps: number
  readonly checkpointEverySteps: number
  /** However slow the machine has become: no more is lost than the work of so long. */
  readonly checkpointEverySeconds?: number
  readonly validateEverySteps: number
  /** Measures and keeps the weights it starts from too, so that the best ones are never worse than those. */
  readonly validatesStart?: boolean
  /** Ends the stage after so many measurements without gain, once half of its steps are done; never when left out. */
  readonly patience?: number
  readonly signal?: AbortSignal
  /** Asked after every step; true ends the stage with what it has. */
  readonly isEnough?: () => boolean
  readonly onProgress?: (progress: TrainProgress) => void
  /** Awaited after every step: previews, which change nothing. */
  readonly afterStep?: (step: number) => Promise<void>
  /** What the person should know of besides numbers. */
  readonly onEvent?: (event: TrainEvent) => void
}

export interface TrainEvent {
  readonly kind: 'diverged' | 'early-stop'
  readonly step: number
}

export interface TrainProgress {
  readonly step: number
  readonly totalSteps: number
  readonly loss: number
  readonly learningRate: number
  readonly secondsPerStep: number
  /** Time spent on the stage so far, pauses and work done twice left out. */
  readonly seconds: number
  readonly metrics: Record<string, number>
  readonly validation?: Record<string, number>
}

/** Why a stage ended. */
export type TrainEnd = 'total' | 'interrupted' | 'early-stop' | 'enough'

const CHECKPOINT = 'checkpoint.safetensors'
const CHECKPOINT_SECONDS = 480

/** Warm up, hold, fall: a held rate lets a run be made longer or be cut without changing its beginning. */
export const learningRateAt = (
  step: number,
  options: Pick<TrainOptions, 'totalSteps' | 'peakLearningRate' | 'warmupSteps' | 'decaySteps'>,
): number => {
  const { totalSteps, peakLearningRate, warmupSteps, decaySteps } = options
  if (step < warmupSteps) return (peakLearningRate * (step + 1)) / warmupSteps
  const into = step - (totalSteps - decaySteps)
  if (into <= 0) return peakLearningRate
  return peakLearningRate * (0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * Math.min(into, decaySteps)) / decaySteps)))
}

const snapshot = (group: Map<string, Variable>, prefix: string, into: Map<string, NamedTensor>): void => {
  for (const [name, variable] of group) into.set(`${prefix}${name}`, { shape: variable.shape, data: variable.dataSync() as Float32Array })
}

const restore = (group: Map<string, Variable>, prefix: string, from: Map<string, NamedTensor>, path: string): void => {
  for (const [name, variable] of group) {
    const value = from.get(`${prefix}${name}`)
    if (value === undefined || value.shape.join() !== variable.shape.join())
      throw new EngineError('CHECKPOINT_UNUSABLE', { path, reason: `it lacks ${name} or has another size of it` })
    const fresh = tf.tensor(value.data, variable.shape, 'float32')
    variable.assign(fresh)
    fresh.dispose()
  }
}

interface RunState {
  readonly adam: Adam
  readonly stage: Stage
  readonly path: string
  /** 1, or 0.5 after a divergence. */
  rateFactor: number
  bestLoss: number
  /** Held-out loss smoothed, its best, and measurements since then. */
  smoothed: { loss: number; best: number; since: number }
  seconds: number
}

const saveCheckpoint = (state: RunState): void => {
  const tensors = new Map<string, NamedTensor>()
  snapshot(allParameters(state.stage.parameters), 'w.', tensors)
  snapshot(state.adam.moments, '', tensors)
  snapshot(state.adam.ema, 'ema.', tensors)
  const metadata = {
    stage: state.stage.name,
    step: String(state.adam.step),
    rateFactor: String(state.rateFactor),
    bestLoss: String(state.bestLoss),
    smoothed: JSON.stringify([state.smoothed.loss, state.smoothed.best, state.smoothed.since].map(String)),
    seconds: String(state.seconds),
    fingerprint: JSON.stringify(state.stage.fingerprint),
  }
  writeFileAtomicallySync(state.path, encodeSafetensors({ tensors, metadata }))
}

/** Puts a run back exactly where its checkpoint left it. */
const loadCheckpoint = (state: RunState): void => {
  const { tensors, metadata } = readSafetensors(state.path)
  if (metadata['fingerprint'] !== JSON.stringify(state.stage.fingerprint))
    throw new EngineError('CHECKPOINT_UNUSABLE', { path: state.path, reason: 'it was made with other settings or another corpus' })
  restore(allParameters(state.stage.parameters), 'w.', tensors, state.path)
  restore(state.adam.moments, '', tensors, state.path)
  restore(state.adam.ema, 'ema.', tensors, state.path)
  state.adam.step = Number(metadata['step'])
  state.rateFactor = Number(metadata['rateFactor'])
  state.bestLoss = Number(metadata['bestLoss'])
  const [loss = Infinity, best = Infinity, since = 0] = (JSON.parse(metadata['smoothed'] ?? '[]') as string[]).map(Number)
  state.smoothed = { loss, best, since }
  state.seconds = Number(metadata['seconds'] ?? 0)
}

/** Weights for use: trainable ones (averaged where that makes sense) and state ones, as a safetensors file. */
const exportWeights = (state: RunState, path: string, scores: Record<string, number>): void => {
  const tensors = new Map<string, NamedTensor>()
  snapshot(state.stage.isAveraged ? state.adam.ema : state.stage.parameters.trainable, '', tensors)
  snapshot(state.stage.parameters.state, '', tensors)
  const metadata = {
    stage: state.stage.name,
    step: String(state.adam.step),
    scores: JSON.stringify(scores),
    fingerprint: JSON.stringify(state.stage.fingerprint),
  }
  writeFileAtomicallySync(path, encodeSafetensors({ tensors, metadata }))
}

/** Runs `work` with the weights for use in the network's place. */
const withAveragedWeights = <T>(state: RunState, work: () => T): T => {
  const { trainable } = state.stage.parameters
  if (!state.stage.isAveraged) return work()
  const raw = new Map([...trainable].map(([name, variable]) => [name, tf.clone(variable)]))
  for (const [name, variable] of trainable) variable.assign(state.adam.ema.get(name) as Variable)
  try {
    return work()
  } finally {
    for (const [name, variable] of trainable) {
      variable.assign(raw.get(name) as Tensor)
      raw.get(name)?.dispose()
    }
  }
}

/** Log lines after the checkpoint's step belong to work that will be done again. */
const trimLog = (path: string, step: number): void => {
  if (!existsSync(path)) return
  const text = readFileSync(path, 'utf8')
  let kept = 0
  for (const line of text.split('\n')) {
    const number = /"step":(\d+)/.exec(line)?.[1]
    if (number === undefined || Number(number) > step) break
    kept += Buffer.byteLength(line) + 1
  }
  truncateSync(path, Math.min(kept, Buffer.byteLength(text)))
}

const average = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length)

/** Held-out numbers of the weights for use; the best ones are written out. */
const measure = (state: RunState, runDir: string): Record<string, number> => {
  const validation = withAveragedWeights(state, () => state.stage.validate())
  if (validation.loss < state.bestLoss) {
    state.bestLoss = validation.loss
    exportWeights(state, join(runDir, 'best.safetensors'), validation)
  }
  const { loss, best, since } = state.smoothed
  const next = Number.isFinite(loss) ? 0.5 * loss + 0.5 * validation.loss : validation.loss
  state.smoothed = next < best ? { loss: next, best: next, since: 0 } : { loss: next, best, since: since + 1 }
  return validation
}

/**
 * Trains a stage up to `totalSteps`, resuming from `runDir` when a checkpoint lies there.
 * Killed at any moment and started again, it ends with the same weights as an undisturbed run on the same machine.
 *
 * @returns steps done, best validation loss, and why it ended
 * @throws EngineError CHECKPOINT_UNUSABLE, DISK_FULL, TRAINING_DIVERGED (a second time without numbers)
 */
export const trainStage = async (
  stage: Stage,
  options: TrainOptions,
): Promise<{ step: number; bestLoss: number; isFinished: boolean; end: TrainEnd }> => {
  mkdirSync(options.runDir, { recursive: true })
  const path = join(options.runDir, CHECKPOINT)
  const logPath = join(options.runDir, 'log.jsonl')
  const state: RunState = {
    adam: createAdam(stage.parameters.trainable),
    stage,
    path,
    rateFactor: 1,
    bestLoss: Infinity,
    smoothed: { loss: Infinity, best: Infinity, since: 0 },
    seconds: 0,
  }
  const log = (line: object): void => appendLog(logPath, line)
  const report = (progress: TrainProgress): void => {
    log(progress)
    options.onProgress?.(progress)
  }
  try {
    if (existsSync(path)) {
      loadCheckpoint(state)
      trimLog(logPath, state.adam.step)
    } else {
      rmSync(logPath, { force: true })
      stage.initialise?.()
      if (options.validatesStart === true) {
        const validation = measure(state, options.runDir)
        const { totalSteps } = options
        report({
          step: 0,
          totalSteps,
          loss: validation['loss'] ?? 0,
          learningRate: 0,
          secondsPerStep: 0,
          seconds: 0,
          metrics: {},
          validation,
        })
      }
      saveCheckpoint(state)
    }
    return await runSteps(state, options, { logPath, log, report })
  } finally {
    for (const variable of [...state.adam.moments.values(), ...state.adam.ema.values()]) variable.dispose()
  }
}

const runSteps = async (
  state: RunState,
  options: TrainOptions,
  { logPath, log, report }: { logPath: string; log: (line: object) => void; report: (progress: TrainProgress) => void },
): Promise<{ step: number; bestLoss: number; isFinished: boolean; end: TrainEnd }> => {
  const { stage } = state
  const finish = (end: TrainEnd): { step: number; bestLoss: number; isFinished: boolean; end: TrainEnd } => ({
    step: state.adam.step,
    bestLoss: state.bestLoss,
    isFinished: end !== 'interrupted',
    end,
  })
  const isStalled = (): boolean =>
    options.patience !== undefined && state.smoothed.since >= options.patience && state.adam.step >= options.totalSteps / 2
  let losses: number[] = []
  let started = performance.now()
  let savedAt = started
  const longestMs = 1000 * (options.checkpointEverySeconds ?? CHECKPOINT_SECONDS) // s -> ms
  if (isStalled()) return finish('early-stop')
  while (state.adam.step < options.totalSteps) {
    if (options.signal?.aborted === true) {
      saveCheckpoint(state)
      return finish('interrupted')
    }
    if (options.isEnough?.() === true) {
      saveCheckpoint(state)
      return finish('enough')
    }
    const index = state.adam.step
    const learningRate = learningRateAt(index, options) * state.rateFactor
    const stepStarted = performance.now()
    const { loss, gradients, metrics } = stage.computeStep(index)
    const norm = Number.isFinite(loss) ? state.adam.apply(gradients, learningRate) : NaN
    tf.dispose(gradients)
    if (!Number.isFinite(norm)) {
      stage.finishStep?.(index) // lets go of what it held for this step; codebooks come back with the checkpoint
      if (state.rateFactor < 1) throw new EngineError('TRAINING_DIVERGED', { step: index })
      loadCheckpoint(state)
      state.rateFactor = 0.5
      losses = []
      trimLog(logPath, state.adam.step)
      log({ step: state.adam.step, event: 'diverged: back to the last checkpoint at half the rate' })
      options.onEvent?.({ kind: 'diverged', step: state.adam.step })
      saveCheckpoint(state)
      continue
    }
    stage.finishStep?.(index)
    state.seconds += (performance.now() - stepStarted) / 1000 // ms -> s
    const step = state.adam.step
    losses.push(loss)
    const isValidation = step % options.validateEverySteps === 0 || step === options.totalSteps
    if (step % 20 === 0 || isValidation) {
      const secondsPerStep = (performance.now() - started) / 1000 / losses.length
      const progress = {
        step,
        totalSteps: options.totalSteps,
        loss: average(losses),
        learningRate,
        secondsPerStep,
        seconds: state.seconds,
        metrics: { ...metrics, gradientNorm: norm },
      }
      losses = []
      if (isValidation) {
        const validation = measure(state, options.runDir)
        withAveragedWeights(state, () => tryPreview(stage, options.runDir, step, log))
        report({ ...progress, validation })
      } else report(progress)
      started = performance.now()
      if (isValidation && isStalled()) {
        saveCheckpoint(state)
        options.onEvent?.({ kind: 'early-stop', step })
        return finish('early-stop')
      }
    }
    if (step % options.checkpointEverySteps === 0 || step === options.totalSteps || performance.now() - savedAt >= longestMs) {
      saveCheckpoint(state)
      savedAt = performance.now()
    }
    await options.afterStep?.(step)
    await new Promise((resolve) => setImmediate(resolve)) // lets signals in
  }
  return finish('total')
}

const appendLog = (path: string, line: object): void => {
  try {
    appendFileSync(path, `${JSON.stringify(line)}\n`)
  } catch (cause) {
    const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
    throw new EngineError(isFull ? 'DISK_FULL' : 'FILE_UNWRITABLE', { path }, { cause })
  }
}

const tryPreview = (stage: Stage, runDir: string, step: number, log: (line: object) => void): void => {
  try {
    stage.preview?.(join(runDir, 'previews'), step)
  } catch (error) {
    log({ step, event: 'preview failed', reason: String(error) })
  }
}
