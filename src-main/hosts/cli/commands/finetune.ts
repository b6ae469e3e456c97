import { Option, type Command } from 'commander'
import { setTimeout as wait } from 'node:timers/promises'
import {
  FINETUNE_PRESETS,
  LORA_TARGETS,
  type FinetunePreflight,
  type FinetunePreset,
  type FinetuneRun,
  type FinetuneSpec,
} from '#contract/finetune.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { readWhole } from '../arguments.ts'
import { describeCycle } from './describe-evaluation.ts'
import { addLibraryOptions, withLibrary, type LibraryOptions, type LibrarySession } from '../library-session.ts'
import { createProgress, printResult, warn } from '../terminal.ts'

interface FinetuneOptions extends LibraryOptions {
  readonly dataset?: string
  readonly voice?: string
  readonly preset: FinetunePreset
  readonly minutes?: number
  readonly until?: string
  readonly start?: string
  readonly from?: string
  readonly rank?: number
  readonly alpha?: number
  readonly targets?: (typeof LORA_TARGETS)[number][]
  readonly rate?: number
  readonly decoderRate?: number
  readonly batch?: number
  readonly seed: number
  readonly resume?: boolean
  readonly check?: boolean
}

const LOOK_MS = 1000

const readNumber =
  (name: string, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value > 0 && value <= most))
      throw new EngineError('INVALID_ARGUMENT', { what: `${name} takes a number above 0 and up to ${most}, not "${text}".` })
    return value
  }

const readClock =
  (name: string) =>
  (text: string): string => {
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text))
      throw new EngineError('INVALID_ARGUMENT', { what: `${name} takes a time of day such as 06:30, not "${text}".` })
    return text
  }

/** The next time that the clock shows this, as ISO. */
const nextMoment = (clock: string): string => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  const at = new Date()
  at.setHours(hours, minutes, 0, 0)
  if (at.getTime() <= Date.now()) at.setDate(at.getDate() + 1)
  return at.toISOString()
}

const clockOf = (iso: string): string => new Date(iso).toTimeString().slice(0, 5)
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
const gigaflops = (flops: number): string => (flops / 1e9).toFixed(1)

const describePreflight = ({ memory, disk, minutes, endsAt, data, batchSize, findings }: FinetunePreflight): string[] => [
  `${data.clips} clips, ${(data.trainSeconds / 60).toFixed(1)} min to learn from and ${(data.heldOutSeconds / 60).toFixed(1)} min held out, ${data.sessions} sessions, ${data.distinctNotes} notes`,
  `about ${Math.round(minutes)} min: ends about ${clockOf(endsAt)}; memory ${gigabytes(memory.neededBytes)} of ${gigabytes(memory.freeBytes)} free, disk ${gigabytes(disk.neededBytes)} of ${gigabytes(disk.freeBytes)} free, ${batchSize} clips at once`,
  ...findings.map(({ isRefusal, message, remedy }) => `${isRefusal ? 'No: ' : 'Note: '}${message} ${remedy}`),
]

const describeScores = ({ scores }: FinetuneRun): string[] => {
  if (scores === null) return []
  const { before, after } = scores
  const line = (name: string, value: (column: typeof before) => number | null, digits: number): string[] => {
    const [a, b] = [value(before), value(after)]
    return a === null || b === null ? [] : [`${name}: ${a.toFixed(digits)} before, ${b.toFixed(digits)} now`]
  }
  return [
    `on ${scores.phrases} held-out phrases, ${Math.round(scores.seconds)} s:`,
    ...line('  Fréchet audio distance', ({ fad }) => fad, 1),
    ...line('  log-mel distance, dB²', ({ logMelMse }) => logMelMse, 1),
    ...describeCycle(before, after).map((text) => `  ${text}`),
    ...line('  raw pitch accuracy, %', ({ rawPitchAccuracy }) => 100 * rawPitchAccuracy, 2),
    ...line('  onset F1', ({ onsetF1 }) => onsetF1, 3),
  ]
}

const describeRun = (run: FinetuneRun): string[] => [
  run.state === 'succeeded'
    ? `${run.spec.voiceName} is trained: voice ${run.voiceId ?? ''}. ${run.verdict ?? ''}`
    : run.state === 'failed'
      ? `Training failed: ${run.error?.message ?? ''} ${run.error?.remedy ?? ''}`
      : `Training of ${run.spec.voiceName} is ${run.state}. Go on with it by: finetune --resume --voice ${JSON.stringify(run.spec.voiceName)}`,
  ...run.best.map(
    ({ stage, first, validation, step }) =>
      `${stage}: held-out loss ${first.toFixed(3)} at first, ${validation.toFixed(3)} at best (step ${step})`,
  ),
  ...describeScores(run),
  ...run.events.filter(({ kind }) => kind === 'warning' || kind === 'diverged' || kind === 'given-up').map(({ message }) => message),
]

const describeProgress = ({ progress, state, spec }: FinetuneRun): string => {
  if (state === 'waiting') return `waits until ${spec.startAt === undefined ? '' : clockOf(spec.startAt)}`
  if (progress === null) return state
  const { message, endsAt, flops, machineFlops } = progress
  const speed = flops === null || machineFlops === null ? '' : `, ${gigaflops(flops)} of ${gigaflops(machineFlops)} GFLOP/s`
  return `${message}${endsAt === null ? '' : `, ends ${clockOf(endsAt)}`}${speed},`
}

/** Follows a run to its end or until it is laid aside. Ctrl+C lays it aside; nothing is lost. */
const follow = async ({ api }: LibrarySession, runId: string): Promise<FinetuneRun> => {
  const progress = createProgress()
  let isPausing = false
  const pause = (): void => {
    isPausing = true
    void api.finetunes.get({ runId }).then(({ jobId }) => api.jobs.pause({ jobId }))
  }
  process.once('SIGINT', pause)
  process.once('SIGTERM', pause)
  try {
    for (;;) {
      const run = await api.finetunes.get({ runId })
      progress.show(run.progress?.fraction ?? 0, isPausing ? 'laying it aside' : describeProgress(run))
      if (run.state !== 'running' && run.state !== 'queued' && run.state !== 'waiting') return run
      await wait(LOOK_MS)
    }
  } finally {
    progress.end()
    process.off('SIGINT', pause)
    process.off('SIGTERM', pause)
  }
}

const readSpec = async ({ api }: LibrarySession, options: FinetuneOptions): Promise<FinetuneSpec> => {
  if (options.dataset === undefined || options.voice === undefined)
    throw new EngineError('INVALID_ARGUMENT', { what: 'Name the data set with --dataset and the new voice with --voice.' })
  const { dataset: name, rank, alpha, targets, rate, decoderRate, batch } = options
  const dataset = (await api.datasets.list({})).find(({ id, name: title }) => id === name || title === name)
  if (dataset === undefined) throw new EngineError('NOT_FOUND', { kind: 'data set', id: name })
  return {
    datasetId: dataset.id,
    voiceName: options.voice,
    preset: options.preset,
    seed: options.seed,
    afterwards: 'nothing',
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.minutes === undefined ? {} : { minutes: options.minutes }),
    ...(options.until === undefined ? {} : { until: options.until }),
    ...(options.start === undefined ? {} : { startAt: nextMoment(options.start) }),
    settings: {
      ...(rank === undefined ? {} : { rank }),
      ...(alpha === undefined ? {} : { alpha }),
      ...(targets === undefined ? {} : { targets }),
      ...(rate === undefined ? {} : { learningRate: rate }),
      ...(decoderRate === undefined ? {} : { decoderLearningRate: decoderRate }),
      ...(batch === undefined ? {} : { batchSize: batch }),
    },
  }
}

/** The newest run that is not done, of this voice where one is named. */
const findUnfinished = async ({ api }: LibrarySession, voice: string | undefined): Promise<FinetuneRun> => {
  const run = (await api.finetunes.list({})).find(
    ({ state, spec }) => state !== 'succeeded' && (voice === undefined || spec.voiceName === voice),
  )
  if (run === undefined) throw new EngineError('NOT_FOUND', { kind: 'unfinished training run', id: voice ?? 'at all' })
  return run
}

const finetune = (options: FinetuneOptions): Promise<void> =>
  withLibrary(options, async (session) => {
    const { api } = session
    let run: FinetuneRun
    if (options.resume === true) run = await api.finetunes.resume({ runId: (await findUnfinished(session, options.voice)).id })
    else {
      const spec = await readSpec(session, options)
      const preflight = await api.finetunes.check(spec)
      if (options.check === true) {
        printResult(options, preflight, describePreflight(preflight))
        return
      }
      for (const line of describePreflight(preflight)) warn(line)
      run = await api.finetunes.start(spec)
    }
    const ended = await follow(session, run.id)
    printResult(options, ended, describeRun(ended))
    if (ended.state === 'failed') process.exitCode = 1
  })

export const addFinetune = (program: Command): void => {
  addLibraryOptions(
    program
      .command('finetune')
      .description('train a voice on the recordings of a data set; Ctrl+C lays it aside, --resume goes on')
      .option('--dataset <name>', 'the data set, built before')
      .option('--voice <name>', 'what the new voice is to be called')
      .addOption(new Option('--preset <name>', 'how long and how boldly').choices([...FINETUNE_PRESETS]).default('normal'))
      .addOption(new Option('--minutes <n>', 'so long instead').argParser(readNumber('--minutes', 24 * 60)))
      .addOption(new Option('--until <time>', 'be ready by this time of day').argParser(readClock('--until')))
      .addOption(new Option('--start <time>', 'begin at this time of day').argParser(readClock('--start')))
      .option('--from <voice>', 'the voice to start from; the shipped violin unless told')
      .option('--resume', 'go on with the newest run that is not done, of --voice where it is given')
      .option('--check', 'only say what would happen')
      .addOption(new Option('--seed <n>', 'of everything that is drawn').argParser(readWhole('--seed', 0, 2 ** 32 - 1)).default(1))
      .addOption(new Option('--rank <n>', 'of the low-rank updates').argParser(readWhole('--rank', 1, 64)))
      .addOption(new Option('--alpha <n>', 'their scale, times the rank').argParser(readNumber('--alpha', 256)))
      .addOption(new Option('--targets <names...>', 'layers that get them').choices([...LORA_TARGETS]))
      .addOption(new Option('--rate <n>', 'learning rate of the stages').argParser(readNumber('--rate', 0.1)))
      .addOption(new Option('--decoder-rate <n>', 'learning rate of the decoder').argParser(readNumber('--decoder-rate', 0.1)))
      .addOption(new Option('--batch <n>', 'clips at once; fitted to the memory unless told').argParser(readWhole('--batch', 1, 64))),
  ).action(finetune)
}
