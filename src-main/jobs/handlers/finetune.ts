import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { FINETUNE_STAGES, type FinetuneStage } from '#contract/finetune.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { Cancelled, isCancelled, throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { measureMatmul } from '#main/tensor/backend/measure-matmul.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { fitBatch } from '#main/training/finetune/fit-batch.ts'
import { fillSettings, makePlan, type RunPlan, type StageCost } from '#main/training/finetune/make-plan.ts'
import { isOutOfMemory, measureStep } from '#main/training/finetune/measure-step.ts'
import { runChain } from '#main/training/finetune/run-chain.ts'
import { closeStage, openStage, type StageContext } from '#main/training/finetune/stages.ts'
import type { TaskContext, TaskHandler } from '../runner/runner.ts'
import { encodeClips, prepareClips, type PreparedClips } from './finetune-clips.ts'
import { hashFile, openStart, openTokenizers, playHum, writeCandidate, type OpenedStart } from './finetune-engine.ts'
import { finishRun, settingOf, TRAINED, type Run } from './finetune-result.ts'
import { ENOUGH_FILE, finetuneJobSchema, type FinetuneItem, type ParsedFinetuneJob } from './finetune-spec.ts'
import { openJournal, type FinetuneJournal } from './finetune-state.ts'

/** Parts of the run for the bar: making clips, reading tokens, measuring; then training; then scores. */
const PREPARED = 0.06
/** Playing one held-out phrase on both voices and measuring it, a first guess. */
const PHRASE_SECONDS = 14
/** How far a run may go over its time when the machine becomes slower than it was measured. */
const OVERRUN = 1.1
const PLAN_FILE = 'run-plan.json'
/** Room that is left on the disk for the last checkpoint, the library and everything else: below it a run is laid aside. */
const LEAST_FREE_BYTES: Readonly<Record<'full' | 'toy', number>> = { full: 500e6, toy: 2e6 }

const stageContext = (
  { job, opened, prepared }: Run,
  plan: Pick<RunPlan, 'rank' | 'alpha' | 'targets' | 'batchSize' | 'seed'>,
): StageContext => ({
  start: opened.start,
  setting: { rank: plan.rank, alpha: plan.alpha, targets: plan.targets, batchSize: plan.batchSize, seed: plan.seed },
  clipsDir: prepared.clipsDir,
  dataHash: job.dataset.contentHash,
})

/** What a step of each stage costs at a batch size. Out of memory passes. */
const measureCosts = async (run: Run, wanted: readonly FinetuneStage[], batchSize: number): Promise<Record<FinetuneStage, StageCost>> => {
  const { rank, alpha, targets } = fillSettings(run.job.preset, run.job.settings)
  const context = stageContext(run, { rank, alpha, targets, batchSize, seed: run.job.seed })
  const costs: Partial<Record<FinetuneStage, StageCost>> = {}
  for (const name of FINETUNE_STAGES) {
    throwIfCancelled(run.context.signal)
    if (!wanted.includes(name)) continue
    const stage = openStage(name, context)
    try {
      costs[name] = await measureStep(stage)
    } finally {
      closeStage(stage)
    }
  }
  const none: StageCost = { secondsPerStep: 1, flopsPerStep: 0 }
  return { decoder: none, semantic: none, coarse: none, fine: none, ...costs }
}

/** The run's plan: as it was made, or made now from what a step costs. */
const makeRunPlan = async (run: Run, secondsSoFar: number): Promise<RunPlan> => {
  const { job, journal, prepared, opened } = run
  const path = join(job.runDir, PLAN_FILE)
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as RunPlan
  const settings = fillSettings(job.preset, job.settings)
  const wanted = FINETUNE_STAGES.filter((stage) => settings.shares[stage] > 0)
  let batchSize = fitBatch({
    wanted: job.settings.batchSize,
    freeBytes: opened.start.size === 'toy' ? Infinity : freemem(),
    clips: prepared.clips,
  })
  if (job.settings.batchSize !== undefined && batchSize < job.settings.batchSize)
    journal.event(
      'smaller-batch',
      `The batch holds ${batchSize} clips instead of ${job.settings.batchSize}: so many fit the memory and the data.`,
    )
  let costs: Record<FinetuneStage, StageCost> | undefined
  while (costs === undefined) {
    try {
      costs = await measureCosts(run, wanted, batchSize)
    } catch (error) {
      if (!isOutOfMemory(error) || batchSize === 1) throw error
      batchSize = Math.max(1, batchSize >> 1)
      journal.event('smaller-batch', `The memory is too small for more than ${batchSize} clips at once.`)
    }
  }
  const { rank, alpha, targets, learningRate, decoderLearningRate, patience, shares } = settings
  const total = Math.min(60 * job.minutes, job.secondsToDeadline ?? Infinity)
  const scoringSeconds = Math.min(job.phrases * PHRASE_SECONDS, 0.15 * total)
  const plan = makePlan({
    rank,
    alpha,
    targets,
    learningRate,
    decoderLearningRate,
    patience,
    batchSize,
    seed: job.seed,
    shares,
    costs,
    seconds: Math.max(1, total - secondsSoFar - scoringSeconds),
    scoringSeconds,
    fixed: job.fixedSteps,
  })
  writeFileAtomicallySync(path, JSON.stringify(plan))
  return plan
}

/** Three hums by the weights of the moment. Whatever goes wrong is said and nothing more. */
const createPreviews = (run: Run, plan: RunPlan) => {
  const { job, journal, opened, context } = run
  const folder = join(job.runDir, 'previews')
  return async (step: number, seconds: number): Promise<void> => {
    if (job.hums.length === 0) return
    const note = (hum: number, assetId: string | null, reason: string | null): void => {
      const others = journal.state.previews.filter((preview) => preview.step !== step || preview.hum !== hum)
      journal.change({ previews: [...others, { step, seconds, hum, humName: job.hums[hum]?.name ?? '', assetId, reason }] })
    }
    let candidate: ReturnType<typeof writeCandidate> | undefined
    try {
      mkdirSync(folder, { recursive: true })
      candidate = writeCandidate(job.runDir, opened, { ...settingOf(plan), name: String(step) })
      for (const [index, hum] of job.hums.entries()) {
        const { pcm, sampleRate } = await playHum(hum.notes, { ...candidate, modelsDir: job.modelsDir, seed: job.seed }, context.signal)
        const path = join(folder, `${String(step).padStart(6, '0')}-${index}.wav`)
        writeFileAtomicallySync(path, encodeWav([pcm], { sampleRate, bits: 16, ditherSeed: 1 }))
        note(index, hashFile(path), null)
        context.onItem({ kind: 'preview', path } satisfies FinetuneItem)
      }
    } catch (error) {
      if (isCancelled(error)) return
      const reason = error instanceof Error ? error.message : String(error)
      for (const [index] of job.hums.entries()) {
        if (!journal.state.previews.some((preview) => preview.step === step && preview.hum === index)) note(index, null, reason)
      }
      journal.event('preview-failed', `A preview could not be played: ${reason}`, step)
    } finally {
      candidate?.remove()
    }
  }
}

const EVENT_WORDS = {
  diverged: 'The numbers went wrong; training went back to the last good point and goes on at half the rate.',
  'early-stop': 'No gain on the held-out recordings any more; this part has ended by itself.',
  'given-up': 'The numbers went wrong twice; this part keeps its best weights, and the next one begins.',
} as const

const PART_WORDS: Readonly<Record<FinetuneStage, string>> = {
  decoder: 'tone and room',
  semantic: 'phrasing',
  coarse: 'colour',
  fine: 'detail',
}

const describeTime = (seconds: number): string =>
  seconds >= 5400
    ? `${(seconds / 3600).toFixed(1)} h`
    : seconds >= 90
      ? `${Math.round(seconds / 60)} min`
      : `${Math.max(1, Math.round(seconds))} s`

const train = async (
  run: Run,
  plan: RunPlan,
  { secondsSoFar, watchDisk }: { secondsSoFar: number; watchDisk: () => void },
): Promise<string> => {
  const { job, journal, context } = run
  const machineFlops = measureMatmul() * 1e9
  const started = performance.now()
  const before = journal.state.trainedSeconds
  const limit = OVERRUN * 60 * job.minutes - plan.scoringSeconds - secondsSoFar
  let reason = 'Every step is done.'
  const isEnough = (): boolean => {
    watchDisk()
    if (existsSync(join(job.runDir, ENOUGH_FILE))) {
      reason = 'Ended on request.'
      return true
    }
    const elapsed = (performance.now() - started) / 1000
    const isLate = job.secondsToDeadline !== null && secondsSoFar + elapsed > job.secondsToDeadline - plan.scoringSeconds
    if (isLate) reason = 'Ended to be ready in time.'
    else if (before + elapsed > limit && job.fixedSteps === undefined)
      reason = 'Ended because its time was over; the machine was slower than at the start.'
    else return false
    return true
  }
  await runChain({
    runDir: job.runDir,
    plan,
    open: (stage) => openStage(stage, stageContext(run, plan)),
    close: closeStage,
    signal: context.signal,
    isEnough,
    onProgress: (progress) => {
      const share = progress.totalSteps === 0 ? 1 : progress.step / progress.totalSteps
      const left = progress.secondsLeft + plan.scoringSeconds
      journal.change({ trainedSeconds: progress.seconds })
      journal.progress({
        phase: 'training',
        stage: progress.stage,
        step: progress.step,
        totalSteps: progress.totalSteps,
        stageStep: progress.stageStep,
        stageSteps: progress.stageSteps,
        fraction: PREPARED + (TRAINED - PREPARED) * share,
        secondsLeft: left,
        loss: progress.loss,
        ...(progress.validation === null ? {} : { validation: progress.validation }),
        learningRate: progress.learningRate,
        secondsPerStep: progress.secondsPerStep,
        batchSize: plan.batchSize,
        flops: progress.flops,
        machineFlops,
        message: `${PART_WORDS[progress.stage]}: step ${progress.step} of ${progress.totalSteps}, loss ${progress.loss.toFixed(3)}, ${describeTime(left)} left`,
      })
    },
    onEvent: ({ kind, step }) => {
      if (kind === 'early-stop') reason = 'Stopped by itself: the held-out recordings gained nothing more.'
      journal.event(kind, EVENT_WORDS[kind], step)
    },
    preview: createPreviews(run, plan),
  })
  return reason
}

/** What a process that was killed left half written. */
const sweepLeftovers = (runDir: string): void => {
  for (const entry of existsSync(runDir) ? readdirSync(runDir, { recursive: true, withFileTypes: true }) : []) {
    if (entry.isFile() && entry.name.endsWith('.part')) rmSync(join(entry.parentPath, entry.name), { force: true })
  }
  rmSync(join(runDir, 'candidates'), { recursive: true, force: true })
}

/** What can be exchanged in a test: the networks that read clips, and how much room the disk has. */
interface FinetuneEngine {
  readonly openTokenizers: typeof openTokenizers
  readonly measureFreeBytes?: (folder: string) => number
}

const measureFreeBytes = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error &&
  ((error instanceof EngineError && error.code === 'DISK_FULL') ||
    ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')))

/** Notes how a run ended where the disk takes it: a full one must not turn a pause into a failure. */
const noteEnd = (journal: FinetuneJournal, kind: 'paused' | 'disk-full' | 'failed', message: string): void => {
  try {
    journal.event(kind, message)
  } catch (error) {
    if (!isDiskFull(error)) throw error
  }
}

const prepare = async (
  job: ParsedFinetuneJob,
  opened: OpenedStart,
  { journal, context, engine }: { journal: FinetuneJournal; context: TaskContext; engine: FinetuneEngine },
): Promise<PreparedClips> => {
  const { signal } = context
  const say = (phase: 'preparing' | 'encoding', fraction: number, message: string): void =>
    journal.progress({ phase, stage: null, fraction: PREPARED * fraction, message })
  say('preparing', 0, 'reading the recordings')
  const prepared = await prepareClips(
    { runDir: job.runDir, size: opened.start.size },
    { signal, onProgress: (fraction) => say('preparing', 0.5 * fraction, 'reading the recordings') },
  )
  const { tokenizers, close } = engine.openTokenizers(opened)
  try {
    await encodeClips(
      { runDir: job.runDir, clipsDir: prepared.clipsDir, cacheDir: job.cacheDir, codecHash: opened.codecHash, tokenizers },
      { signal, onProgress: (fraction) => say('encoding', 0.5 + 0.4 * fraction, 'writing them as tokens') },
    )
  } finally {
    close()
  }
  return prepared
}

/**
 * A night of training on a person's recordings, from the run's folder: begins, or goes on where an earlier attempt stood. On a
 * signal it keeps everything and ends as cancelled; so it does when the disk is nearly full, and ends as TRAINING_DISK_FULL.
 */
export const createFinetuneHandler = (engine: FinetuneEngine): TaskHandler => ({
  async run(rawSpec, context) {
    const job = finetuneJobSchema.parse(rawSpec)
    const began = performance.now()
    mkdirSync(job.runDir, { recursive: true })
    sweepLeftovers(job.runDir)
    const journal = openJournal(job.runDir, job.now, context)
    const disk = new AbortController()
    const watched = { ...context, signal: AbortSignal.any([context.signal, disk.signal]) }
    const isResumed = journal.state.events.length > 0
    journal.event(isResumed ? 'resumed' : 'started', isResumed ? `Goes on from step ${journal.state.progress?.step ?? 0}.` : 'Started.')
    try {
      await ensureBackend()
      const opened = openStart(job.from, job.modelsDir, job.voicesDir)
      const prepared = await prepare(job, opened, { journal, context: watched, engine })
      if (prepared.skipped > 0 && !isResumed) journal.event('warning', `${prepared.skipped} slices hold no note and are left out.`)
      const run: Run = { job, journal, opened, prepared, context: watched }
      const measureFree = engine.measureFreeBytes ?? measureFreeBytes
      const watchDisk = (): void => {
        if (measureFree(job.runDir) < LEAST_FREE_BYTES[opened.start.size]) disk.abort()
      }
      journal.progress({ phase: 'measuring', stage: null, fraction: PREPARED * 0.95, message: 'measuring the machine' })
      const secondsSoFar = (performance.now() - began) / 1000
      const plan = await makeRunPlan(run, secondsSoFar)
      const { stages: _stages, scoringSeconds: _scoring, ...shown } = plan
      journal.change({ plan: shown })
      const verdict = await train(run, plan, { secondsSoFar, watchDisk })
      const voiceId = await finishRun(run, plan, verdict)
      context.onItem({ kind: 'voice', voiceId } satisfies FinetuneItem)
      journal.event('finished', verdict)
      journal.progress({ phase: 'writing', stage: null, fraction: 1, secondsLeft: 0, message: verdict })
      rmSync(join(job.runDir, ENOUGH_FILE), { force: true })
      return { voiceId, verdict }
    } catch (error) {
      if (context.signal.aborted) {
        noteEnd(journal, 'paused', 'Laid aside; nothing is lost.')
        throw new Cancelled()
      }
      if (disk.signal.aborted || isDiskFull(error)) {
        noteEnd(journal, 'disk-full', 'The disk is full; laid aside until there is room again.')
        throw new EngineError('TRAINING_DISK_FULL', {}, { cause: error })
      }
      noteEnd(journal, 'failed', error instanceof Error ? error.message : String(error))
      throw error
    }
  },
})

export const finetuneHandler: TaskHandler = createFinetuneHandler({ openTokenizers })
