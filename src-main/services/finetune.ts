import { existsSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import type { Api } from '#contract/api.ts'
import { describeError } from '#contract/errors.ts'
import {
  type CurvePoint,
  type FinetuneFinding,
  type FinetunePreflight,
  type FinetuneRun,
  finetuneSpecSchema,
  type FinetuneSpec,
  type FinetuneState,
} from '#contract/finetune.ts'
import type { Note } from '#contract/melody.ts'
import { judgeTraining } from '#main/datasets/judge-training.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import { ENOUGH_FILE, finetuneItemSchema, type FinetuneJob } from '#main/jobs/handlers/finetune-spec.ts'
import { foreseeRun, readRunBest, readRunCurve, readRunState } from '#main/jobs/handlers/finetune-reading.ts'
import type { JobKind } from '#main/jobs/queue/job-queue.ts'
import type { JobRecord } from '#main/jobs/queue/job-store.ts'
import type { ServiceContext } from './context.ts'
import {
  listRunIds,
  readRunFile,
  readTrainingSlices,
  runDirOf,
  runsDirOf,
  writeRunData,
  writeRunFile,
  type FinetuneFile,
} from './finetune-files.ts'
import { createInstrumentEar } from './finetune-instrument.ts'
import { findHum } from './hums.ts'
import { voiceFolders } from './voice-folders.ts'

const DEFAULT_VOICE = 'violin'
const HUMS = 3
const PREVIEW_SECONDS = 9
const DEMONSTRATION = { name: 'Scale and a turn', text: 'D4 E4 F#4 G4 A4 B4 C#5 D5 A4 F#4 D4 in quarter notes at 112' }
/** Shorter, and nothing but preparation fits in. */
const LEAST_MINUTES = 5

const jobSpec = (job: JobRecord): string => {
  const { spec } = job
  return typeof spec === 'object' && spec !== null && 'runId' in spec ? String(spec.runId) : ''
}

/** The next moment at which the local clock shows this time. */
export const nextTime = (clock: string, after: Date): Date => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  const at = new Date(after)
  at.setHours(hours, minutes, 0, 0)
  if (at.getTime() <= after.getTime()) at.setDate(at.getDate() + 1)
  return at
}

/** What the queue needs to know of training: where it runs, that it can be laid aside, what is kept of it. */
export const createFinetuneKind = ({ env, library }: Pick<ServiceContext, 'env' | 'library'>): JobKind => ({
  lane: 'training',
  isPausable: true,
  maximumAttempts: 100,
  pausingErrors: ['TRAINING_DISK_FULL', 'DISK_FULL'],
  ...(env.trainer === undefined ? {} : { runner: env.trainer }),
  resume(job) {
    const { id, spec, ...file } = readRunFile(env, jobSpec(job))
    const now = new Date(readTimestamp(env.clock))
    // A night that was interrupted still ends at the hour that was asked for; after that hour it has no limit any more.
    const deadline = spec.until === undefined ? null : nextTime(spec.until, new Date(spec.startAt ?? file.createdAt))
    const left = deadline === null ? null : (deadline.getTime() - now.getTime()) / 1000
    const wanted: FinetuneJob = {
      runDir: runDirOf(env, id),
      runId: id,
      cacheDir: env.dataDir,
      ...voiceFolders(env),
      voiceName: spec.voiceName,
      from: spec.from ?? DEFAULT_VOICE,
      preset: spec.preset,
      settings: spec.settings,
      minutes: minutesFor(spec, deadline, new Date(spec.startAt ?? file.createdAt)),
      seed: spec.seed,
      dataset: { name: file.datasetName, contentHash: file.datasetHash, seconds: file.datasetSeconds },
      licence: file.licence,
      hums: file.hums as FinetuneJob['hums'],
      now: now.toISOString(),
      secondsToDeadline: left !== null && left > 0 ? left : null,
    }
    return wanted
  },
  commitItem(job, rawItem) {
    const item = finetuneItemSchema.parse(rawItem)
    if (item.kind === 'voice') return item.voiceId
    const assetId = library.assets.save(readFileSync(item.path), 'wav', readTimestamp(env.clock))
    library.assets.hold(assetId, jobSpec(job))
    return assetId
  },
})

const minutesFor = (spec: FinetuneSpec, deadline: Date | null, start: Date): number =>
  deadline === null ? foreseeRun(spec, null).minutes : Math.min(24 * 60, (deadline.getTime() - start.getTime()) / 60_000) // ms -> min

const STATES: Readonly<Record<JobRecord['status'], FinetuneState>> = {
  queued: 'queued',
  running: 'running',
  paused: 'paused',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'stopped',
}

const mostSevere = (findings: readonly FinetuneFinding[]): FinetuneFinding | undefined => findings.find(({ isRefusal }) => isRefusal)

/** Training voices on a data set: foreseen, queued, followed, ended. */
export const createFinetunesService = (context: ServiceContext): Api['finetunes'] => {
  const { env, library, queue, understanding } = context

  const findJob = (id: string): JobRecord | undefined => queue.list().find((job) => job.id === id)

  const describe = (file: FinetuneFile, job: JobRecord | undefined = findJob(file.jobId)): FinetuneRun => {
    const { progress, plan, trainedSeconds, events, previews, scores, voiceId, verdict } = readRunState(runDirOf(env, file.id))
    const status = job === undefined ? 'stopped' : STATES[job.status]
    const isWaiting = status === 'queued' && job?.startAt != null && job.startAt > readTimestamp(env.clock)
    const starts = events.filter(({ kind }) => kind === 'started')
    const isOver = status === 'succeeded' || status === 'failed' || status === 'stopped'
    return {
      id: file.id,
      jobId: file.jobId,
      createdAt: file.createdAt,
      spec: file.spec,
      datasetName: file.datasetName,
      datasetHash: file.datasetHash,
      state: isWaiting ? 'waiting' : status,
      position: status === 'queued' ? (job?.position ?? null) : null,
      startedAt: starts[0]?.at ?? null,
      endedAt: isOver ? (events.at(-1)?.at ?? null) : null,
      verdict,
      trainedSeconds,
      progress,
      plan,
      best: readRunBest(runDirOf(env, file.id), plan),
      previews,
      events,
      scores,
      voiceId: status === 'succeeded' ? voiceId : null,
      error: job?.error == null ? null : { code: job.error.code, ...describeError(job.error.code, job.error.details) },
    }
  }

  const findDataset = (id: string): { name: string; contentHash: string } => {
    const row = library.datasets.find(id)
    if (row === null) throw new EngineError('NOT_FOUND', { kind: 'data set', id })
    if (row.build === null) throw new EngineError('DATASET_NOT_BUILT', { name: row.name })
    return { name: row.name, contentHash: row.build.contentHash }
  }

  const chooseHums = async (ids: readonly string[] | undefined): Promise<{ name: string; notes: Note[] }[]> => {
    const hums = ids?.map((id) => findHum(context, id)) ?? library.hums.list().slice(0, HUMS)
    const tunes = hums.flatMap(({ name, melody }) => {
      const start = melody.notes[0]?.onsetSeconds ?? 0
      const notes = melody.notes.filter(({ onsetSeconds }) => onsetSeconds - start < PREVIEW_SECONDS)
      return notes.length === 0 ? [] : [{ name, notes }]
    })
    if (tunes.length > 0) return tunes.slice(0, HUMS)
    return [{ name: DEMONSTRATION.name, notes: (await understanding.readMelodyText(DEMONSTRATION.text)).notes }]
  }

  const hearInstrument = createInstrumentEar(context)

  const check = async (spec: FinetuneSpec): Promise<FinetunePreflight> => {
    const { contentHash } = findDataset(spec.datasetId)
    const slices = readTrainingSlices(context, spec.datasetId)
    const soundsLike = await hearInstrument(contentHash, slices)
    const { data, findings } = judgeTraining(slices, { batchSize: spec.settings.batchSize, contentHash, soundsLike })
    const now = new Date(readTimestamp(env.clock))
    const start = spec.startAt === undefined ? now : new Date(Math.max(now.getTime(), Date.parse(spec.startAt)))
    const deadline = spec.until === undefined ? null : nextTime(spec.until, start)
    const free = { memory: freemem(), disk: freeDisk(env.dataDir) }
    const foreseen = foreseeRun(spec, { clips: data.clips, freeMemoryBytes: free.memory, seconds: data.trainSeconds + data.heldOutSeconds })
    const minutes = minutesFor(spec, deadline, start)
    const add = (code: FinetuneFinding['code'], isRefusal: boolean, message: string, remedy: string): void =>
      void findings.push({ code, isRefusal, message, remedy })
    const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
    if (foreseen.memoryBytes > free.memory)
      add(
        'memory',
        foreseen.batchSize === 1,
        `Training takes about ${gigabytes(foreseen.memoryBytes)} GB of memory; ${gigabytes(free.memory)} GB are free.`,
        'Close other programs.',
      )
    if (foreseen.diskBytes > free.disk)
      add(
        'disk',
        true,
        `Training takes about ${gigabytes(foreseen.diskBytes)} GB on the disk; ${gigabytes(free.disk)} GB are free.`,
        'Free some space first.',
      )
    if (minutes < LEAST_MINUTES)
      add('time', false, `In ${minutes.toFixed(0)} minutes hardly anything is learned.`, 'Give it half an hour at least.')
    return {
      memory: { neededBytes: foreseen.memoryBytes, freeBytes: free.memory },
      disk: { neededBytes: foreseen.diskBytes, freeBytes: free.disk },
      minutes,
      startsAt: start.toISOString(),
      endsAt: new Date(start.getTime() + 60_000 * minutes).toISOString(), // min -> ms
      batchSize: foreseen.batchSize,
      steps: foreseen.steps,
      data,
      machineFlops: null,
      backend: '',
      findings: [...findings].sort((a, b) => Number(b.isRefusal) - Number(a.isRefusal)),
      isRefused: mostSevere(findings) !== undefined,
    }
  }

  const enqueue = (runId: string, startAt: string | undefined): string =>
    queue.enqueue('finetune', { runId }, startAt === undefined ? {} : { startAt }).id

  return {
    check: (raw) => check(finetuneSpecSchema.parse(raw)),
    async start(raw) {
      const spec = finetuneSpecSchema.parse(raw)
      const refusal = mostSevere((await check(spec)).findings)
      if (refusal !== undefined) throw new EngineError('FINETUNE_REFUSED', { reason: refusal.message, how: refusal.remedy })
      const dataset = findDataset(spec.datasetId)
      const slices = readTrainingSlices(context, spec.datasetId)
      const id = createId('finetune', env.clock, env.random)
      writeRunData(context, id, slices)
      const file: FinetuneFile = {
        id,
        jobId: id,
        createdAt: readTimestamp(env.clock),
        spec,
        datasetName: dataset.name,
        datasetHash: dataset.contentHash,
        datasetSeconds: slices.reduce((sum, { item }) => sum + item.endSeconds - item.startSeconds, 0),
        licence: licenceOf(slices.map(({ item }) => item)),
        hums: await chooseHums(spec.humIds),
      }
      // The job reads the file as soon as it begins, which may be before `enqueue` answers.
      writeRunFile(env, file)
      const known = { ...file, jobId: enqueue(id, spec.startAt) }
      writeRunFile(env, known)
      return describe(known)
    },
    list: async () => {
      const jobs = new Map(queue.list().map((job) => [job.id, job]))
      return listRunIds(env).map((id) => {
        const file = readRunFile(env, id)
        return describe(file, jobs.get(file.jobId))
      })
    },
    get: async ({ runId }) => describe(readRunFile(env, runId)),
    curve: async ({ runId }): Promise<CurvePoint[]> => {
      readRunFile(env, runId)
      return readRunCurve(runDirOf(env, runId))
    },
    async resume({ runId }) {
      const file = readRunFile(env, runId)
      const status = findJob(file.jobId)?.status
      if (status === 'running' || status === 'succeeded') return describe(file)
      if (status === 'paused' || status === 'queued') {
        queue.resume(file.jobId)
        return describe(file)
      }
      const known = { ...file, jobId: enqueue(runId, undefined) }
      writeRunFile(env, known)
      return describe(known)
    },
    async stop({ runId }) {
      const file = readRunFile(env, runId)
      const status = findJob(file.jobId)?.status
      if (status === 'succeeded') return describe(file)
      writeFileSync(join(runDirOf(env, runId), ENOUGH_FILE), '')
      if (status === 'paused') queue.resume(file.jobId)
      else if (status !== 'running' && status !== 'queued') writeRunFile(env, { ...file, jobId: enqueue(runId, undefined) })
      return describe(readRunFile(env, runId))
    },
    async remove({ runId }) {
      const file = readRunFile(env, runId)
      const status = findJob(file.jobId)?.status
      if (status === 'running' || status === 'queued' || status === 'paused') queue.cancel(file.jobId)
      rmSync(runDirOf(env, runId), { recursive: true, force: true })
      library.assets.release(runId)
      return {}
    },
  }
}

/** The strictest of the recordings' licences in one word: one's own, free for all, or ask first. */
const licenceOf = (items: readonly { readonly licence: string; readonly isShareable: boolean }[]): string => {
  const licences = [...new Set(items.map(({ licence }) => licence))]
  return licences.length === 1 ? (licences[0] ?? 'unknown') : licences.sort().join(', ')
}

const freeDisk = (dataDir: string): number => {
  const { bavail, bsize } = statfsSync(existsSync(runsDirOf({ dataDir })) ? runsDirOf({ dataDir }) : dataDir)
  return bavail * bsize
}
