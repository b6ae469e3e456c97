import { z } from 'zod'
import { voiceColumnSchema } from './evaluation.ts'
import { idSchema } from './ids.ts'

/** A night of training on the person's own recordings: what is asked, what is foreseen, how it goes, what comes out. */

export const FINETUNE_PRESETS = ['gentle', 'normal', 'long'] as const
export type FinetunePreset = (typeof FINETUNE_PRESETS)[number]

/** What is trained, in the order of the schedule. */
export const FINETUNE_STAGES = ['decoder', 'semantic', 'coarse', 'fine'] as const
export type FinetuneStage = (typeof FINETUNE_STAGES)[number]

/** Layers of the stages that get a low-rank update. */
export const LORA_TARGETS = ['attention', 'feed-forward'] as const

/** Minutes of each preset on whatever machine; "normal" stays below two hours with preparation and scores. */
export const PRESET_MINUTES: Readonly<Record<FinetunePreset, number>> = { gentle: 20, normal: 45, long: 420 }

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

/** What a composer who wants to may change; everything left out is the preset's. */
export const finetuneSettingsSchema = z.object({
  rank: z.number().int().min(1).max(64).optional(),
  alpha: z.number().positive().max(256).optional(),
  targets: z.array(z.enum(LORA_TARGETS)).min(1).optional(),
  /** Highest learning rate of the stages' adapters and of the decoder. */
  learningRate: z.number().positive().max(0.1).optional(),
  decoderLearningRate: z.number().positive().max(0.1).optional(),
  /** Clips in a step; fitted to the memory where left out. */
  batchSize: z.number().int().min(1).max(64).optional(),
  /** Shares of the time by stage; missing ones are not trained. */
  shares: z.partialRecord(z.enum(FINETUNE_STAGES), z.number().min(0).max(1)).optional(),
  /** Looks at the held-out sessions without gain before a stage ends by itself; 0 never. */
  patience: z.number().int().min(0).max(100).optional(),
})
export type FinetuneSettings = z.infer<typeof finetuneSettingsSchema>

export const finetuneSpecSchema = z.object({
  datasetId: idSchema,
  /** What the new voice is to be called. */
  voiceName: z.string().trim().min(1).max(80),
  /** Voice to start from, by its name in models or the id of an own one ("train on"); the shipped violin where left out. */
  from: z.string().max(200).optional(),
  preset: z.enum(FINETUNE_PRESETS).default('normal'),
  /** Instead of the preset's length. */
  minutes: z
    .number()
    .positive()
    .max(24 * 60)
    .optional(),
  /** Local clock time to be ready by, "06:30": the next one to come after the start. */
  until: clockTime.optional(),
  /** When to begin: ISO time; at once, or when the run before has ended, where left out. */
  startAt: z.iso.datetime().optional(),
  settings: finetuneSettingsSchema.default({}),
  seed: z.number().int().min(0).max(4294967295).default(1),
  /** Up to three hums played at every preview; the newest ones, or the demonstration tunes, where left out. */
  humIds: z.array(idSchema).max(3).optional(),
  /** What the page or the terminal is to do at the end. */
  afterwards: z.enum(['nothing', 'sleep', 'shut-down']).default('nothing'),
})
export type FinetuneSpec = z.infer<typeof finetuneSpecSchema>

/** What is wrong or lacking; a refusal keeps the run from starting. Message and remedy are in words. */
const FINDING_CODES = [
  'too-little', // seconds below the least
  'little', // usable, but more would be better
  'few-clips', // fewer clips than a batch holds: the batch is made smaller
  'no-held-out', // one session only: the last clips of it are held out instead
  'silence', // nothing, or too little, sounds
  'no-pitch', // nothing has a steady pitch
  'one-note', // one pitch only
  'narrow-range', // a few notes only
  'wrong-instrument', // does not sound like what the voice plays
  'several-instruments',
  'uneven-level',
  'not-shareable', // licences say that the voice must not be passed on
  'memory',
  'disk',
  'time', // the time asked for is too short for a useful run
  'battery',
] as const

const findingSchema = z.object({
  code: z.enum(FINDING_CODES),
  isRefusal: z.boolean(),
  message: z.string(),
  remedy: z.string(),
})
export type FinetuneFinding = z.infer<typeof findingSchema>

const amount = z.object({ neededBytes: z.number(), freeBytes: z.number() })

const finetunePreflightSchema = z.object({
  memory: amount,
  disk: amount,
  /** Foreseen length, and when it begins and ends if it is started now. */
  minutes: z.number(),
  startsAt: z.string(),
  endsAt: z.string(),
  batchSize: z.number().int(),
  /** Foreseen steps by stage. */
  steps: z.partialRecord(z.enum(FINETUNE_STAGES), z.number().int()),
  data: z.object({
    contentHash: z.string(),
    clips: z.number().int(),
    trainSeconds: z.number(),
    heldOutSeconds: z.number(),
    sessions: z.number().int(),
    heldOutSessions: z.number().int(),
    /** MIDI numbers, null where nothing has a pitch. */
    pitchLow: z.number().nullable(),
    pitchHigh: z.number().nullable(),
    distinctNotes: z.number().int(),
  }),
  /** Compute of this machine, FLOP/s of plain matrix products; null before it was measured. */
  machineFlops: z.number().nullable(),
  backend: z.string(),
  findings: z.array(findingSchema),
  isRefused: z.boolean(),
})
export type FinetunePreflight = z.infer<typeof finetunePreflightSchema>

/** 'waiting' for its start time, 'stopped' by a cancel: it can be resumed. */
const FINETUNE_STATES = ['waiting', 'queued', 'running', 'paused', 'succeeded', 'stopped', 'failed'] as const
export type FinetuneState = (typeof FINETUNE_STATES)[number]

const FINETUNE_PHASES = ['preparing', 'encoding', 'measuring', 'training', 'scoring', 'writing'] as const

/** Where a run stands; every few steps. */
export const finetuneProgressSchema = z.object({
  phase: z.enum(FINETUNE_PHASES),
  stage: z.enum(FINETUNE_STAGES).nullable(),
  /** Of the whole run, all stages after each other. Zero before the plan is made. */
  step: z.number().int(),
  totalSteps: z.number().int(),
  /** Of the stage. */
  stageStep: z.number().int(),
  stageSteps: z.number().int(),
  /** 0..1 of the whole run, preparation and scores included. */
  fraction: z.number(),
  secondsLeft: z.number().nullable(),
  endsAt: z.string().nullable(),
  /** Of the last steps; null before the first. */
  loss: z.number().nullable(),
  validation: z.number().nullable(),
  learningRate: z.number().nullable(),
  secondsPerStep: z.number().nullable(),
  batchSize: z.number().int().nullable(),
  /** Work done for each second, and what plain matrix products reach here. */
  flops: z.number().nullable(),
  machineFlops: z.number().nullable(),
  /** A few words for the person. */
  message: z.string(),
})
export type FinetuneProgress = z.infer<typeof finetuneProgressSchema>

const curvePointSchema = z.object({
  stage: z.enum(FINETUNE_STAGES),
  /** Of the whole run. */
  step: z.number().int(),
  /** Training time since the run's beginning, pauses left out. */
  seconds: z.number(),
  loss: z.number(),
  /** On held-out sessions, averaged weights; only where it was measured. */
  validation: z.number().nullable(),
  learningRate: z.number(),
})
export type CurvePoint = z.infer<typeof curvePointSchema>

/** The best look at the held-out sessions, by stage; its weights are the ones kept. */
const bestPointSchema = z.object({
  stage: z.enum(FINETUNE_STAGES),
  step: z.number().int(),
  validation: z.number(),
  first: z.number(),
})

/** One hum played by the weights of the moment; the same three each time. A failed one has no sound and a reason. */
export const finetunePreviewSchema = z.object({
  step: z.number().int(),
  seconds: z.number(),
  hum: z.number().int().min(0).max(2),
  humName: z.string(),
  /** Sound to play from `assetPath`. */
  assetId: idSchema.nullable(),
  reason: z.string().nullable(),
})
export type FinetunePreview = z.infer<typeof finetunePreviewSchema>

/** What happened, for the history: "went back to the last good point at half the rate". */
export const finetuneEventSchema = z.object({
  at: z.string(),
  step: z.number().int(),
  kind: z.enum([
    'warning',
    'given-up',
    'started',
    'resumed',
    'paused',
    'diverged',
    'early-stop',
    'disk-full',
    'preview-failed',
    'smaller-batch',
    'finished',
    'stopped',
    'failed',
  ]),
  message: z.string(),
})
export type FinetuneEvent = z.infer<typeof finetuneEventSchema>

/** The starting voice and the new one on held-out recordings, measured alike. */
export const finetuneScoresSchema = z.object({
  phrases: z.number().int(),
  seconds: z.number(),
  referenceMulanCycle: z.number().nullable(),
  before: voiceColumnSchema,
  after: voiceColumnSchema,
})
export type FinetuneScores = z.infer<typeof finetuneScoresSchema>

/** Everything that decides how long and with what a run trains, once its plan is made. */
export const finetunePlanSchema = z.object({
  rank: z.number().int(),
  alpha: z.number(),
  targets: z.array(z.enum(LORA_TARGETS)),
  batchSize: z.number().int(),
  learningRate: z.number(),
  decoderLearningRate: z.number(),
  patience: z.number().int(),
  seed: z.number().int(),
  steps: z.partialRecord(z.enum(FINETUNE_STAGES), z.number().int()),
})
export type FinetunePlan = z.infer<typeof finetunePlanSchema>

const finetuneRunSchema = z.object({
  id: idSchema,
  /** The job that runs it now, or ran it last; pauses and cancels go by it. */
  jobId: idSchema,
  createdAt: z.string(),
  spec: finetuneSpecSchema,
  /** As it was called when the run began. */
  datasetName: z.string(),
  datasetHash: z.string(),
  state: z.enum(FINETUNE_STATES),
  /** Where it waits: runs begin in the order of these numbers. */
  position: z.number().int().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** In plain words how it ended: "Stopped by itself: no gain for 40 minutes." Null before. */
  verdict: z.string().nullable(),
  /** Training time so far, pauses left out. */
  trainedSeconds: z.number(),
  progress: finetuneProgressSchema.nullable(),
  plan: finetunePlanSchema.nullable(),
  best: z.array(bestPointSchema),
  previews: z.array(finetunePreviewSchema),
  events: z.array(finetuneEventSchema),
  scores: finetuneScoresSchema.nullable(),
  /** The voice that came out. */
  voiceId: idSchema.nullable(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
})
export type FinetuneRun = z.infer<typeof finetuneRunSchema>

const withRun = z.object({ runId: idSchema })

export const FINETUNE_METHODS = {
  /** What would happen: memory, disk, minutes, what the data lacks. Starts nothing. */
  'finetunes.check': { input: finetuneSpecSchema, output: finetunePreflightSchema },
  /** Queues a run; FINETUNE_REFUSED where the check refuses. Pause, resume and cancel it by its job. */
  'finetunes.start': { input: finetuneSpecSchema, output: finetuneRunSchema },
  /** Newest first: what runs, what waits, and history. */
  'finetunes.list': { input: z.object({}), output: z.array(finetuneRunSchema) },
  /** Ask again at each `jobs.changed` of its job. */
  'finetunes.get': { input: withRun, output: finetuneRunSchema },
  'finetunes.curve': { input: withRun, output: z.array(curvePointSchema) },
  /** Goes on where it stood, to the same total, after a pause, a stop, a failure or a full disk. */
  'finetunes.resume': { input: withRun, output: finetuneRunSchema },
  /** Ends training here: a voice is made of the best weights so far. `resume` of a cancelled run goes on instead. */
  'finetunes.stop': { input: withRun, output: finetuneRunSchema },
  /** Deletes the run's folder (checkpoints, curves, previews). The voice stays. */
  'finetunes.remove': { input: withRun, output: z.object({}) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
