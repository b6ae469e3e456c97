import { z } from 'zod'
import { COVERAGE_METHODS } from './coverage.ts'
import { DATASET_METHODS } from './datasets.ts'
import { EVALUATION_METHODS } from './evaluation.ts'
import { lanesSchema, laneMoveSchema } from './expression.ts'
import { FINETUNE_METHODS } from './finetune.ts'
import { FOLDER_METHODS } from './folders.ts'
import { idSchema } from './ids.ts'
import { IMPORT_METHODS, type ImportReport } from './imports.ts'
import { LIBRARY_METHODS } from './library.ts'
import { PROJECT_METHODS } from './project-methods.ts'
import { PROJECT_SAMPLE_RATES } from './project.ts'
import { SOURCE_METHODS, type SourceScanning } from './sources.ts'
import { VOICE_METHODS } from './voices.ts'
import { melodySchema, noteSchema, pitchTrackSchema } from './melody.ts'
import { DEFAULT_FREEDOM } from './take-edit.ts'
import { ownSchema, recipeSchema } from './recipe.ts'

/** What crosses between a window and the engine. Methods take one object and return plain, cloneable data. */

export { idSchema }
const withHum = z.object({ humId: idSchema })
const withTake = z.object({ takeId: idSchema })
const seedSchema = z.number().int().min(0).max(4294967295)

export const humSchema = z.object({
  id: idSchema,
  name: z.string(),
  createdAt: z.string(),
  source: z.enum(['microphone', 'file', 'midi', 'text', 'demo']),
  /** Null where the melody was typed or read from MIDI: there is nothing to listen to. */
  assetId: idSchema.nullable(),
  melody: melodySchema,
  /** Sentences for the person, e.g. that the recording clips. */
  warnings: z.array(z.string()),
})
export type Hum = z.infer<typeof humSchema>

/** How well a take plays the melody it was given, measured from its sound. */
export const matchScoreSchema = z.object({
  /** 0..100, one number for the list. */
  percent: z.number(),
  /** Share of voiced frames within 50 cents, octave-folded, 0..1. */
  rawPitchAccuracy: z.number(),
  medianCents: z.number(),
  onsetF1: z.number(),
  medianOnsetMs: z.number(),
  missedNotes: z.number().int(),
  addedNotes: z.number().int(),
})
export type MatchScore = z.infer<typeof matchScoreSchema>

export const takeSchema = z.object({
  id: idSchema,
  humId: idSchema,
  createdAt: z.string(),
  prompt: z.string(),
  lanes: lanesSchema,
  notes: z.array(noteSchema),
  seed: z.number().int(),
  voice: z.string(),
  modelHash: z.string(),
  assetId: idSchema,
  durationSeconds: z.number(),
  truePeakDb: z.number(),
  score: matchScoreSchema,
  isFavourite: z.boolean(),
  /** What the person wrote about it. */
  note: z.string(),
  /** 400 peak values 0..1 for the waveform. */
  peaks: z.array(z.number()),
  /** Null for takes made before recipes were kept. */
  recipe: recipeSchema.nullable(),
})
export type Take = z.infer<typeof takeSchema>

export const jobSchema = z.object({
  id: idSchema,
  kind: z.enum(['render', 'evaluate-voice', 'finetune', 'compare-voices']),
  status: z.enum(['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled']),
  /** 0..1 */
  progress: z.number(),
  message: z.string(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
  createdAt: z.string(),
  /** Those that wait begin in this order. */
  position: z.number().int(),
  /** A queued job waits until then. */
  startAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** Ids of what the job made: takes, an evaluation, a voice, a comparison. */
  results: z.array(idSchema),
})
export type Job = z.infer<typeof jobSchema>

export const promptReadingSchema = z.object({
  lanes: lanesSchema,
  moves: z.array(laneMoveSchema),
  /** The melody that the prompt names, or null. */
  melody: melodySchema.nullable(),
})
export type PromptReading = z.infer<typeof promptReadingSchema>

export const promptTokensSchema = z.object({
  tokens: z.array(z.object({ text: z.string(), id: z.number().int(), isContinued: z.boolean() })),
  limit: z.number().int(),
})
export type PromptTokens = z.infer<typeof promptTokensSchema>

/** What the person has written and drawn for a hum, rendered or not; kept so that closing the program loses nothing. */
export const draftSchema = z.object({
  prompt: z.string().max(20000),
  lanes: lanesSchema,
  /** Names of the lanes drawn by hand: a new reading of the prompt leaves them alone. */
  drawnLanes: z.array(z.string()),
  /** 0 follows the melody's every detail, 1 plays freely. */
  freedom: z.number().min(0).max(1).default(DEFAULT_FREEDOM),
  /** How much of the singer is kept; all of the timing and loudness where left out. */
  own: ownSchema.optional(),
})
export type Draft = z.infer<typeof draftSchema>

export const voiceSchema = z.object({
  name: z.string(),
  title: z.string(),
  modelHash: z.string(),
  licence: z.string(),
  sampleRate: z.number(),
})
export type Voice = z.infer<typeof voiceSchema>

/** How a hum becomes notes for the violin. */
export const snapSchema = z.object({
  /**
   * 'gentle', the default: the singer's own tuning is taken out, notes near a key of the keyboard move half-way to it, those
   * between two keys stay as sung. 'chromatic' moves every note to its nearest key, 'auto' to the likeliest scale, a name
   * such as "D major" to that scale; 'off' keeps the pitches as they were sung.
   */
  key: z.string().default('gentle'),
  /** Onsets as they were sung, or moved to this note value. */
  grid: z.enum(['off', '1/4', '1/8', '1/16']).default('off'),
  /** Quarter notes a minute for the grid; estimated from the onsets where left out. */
  bpm: z.number().min(20).max(300).optional(),
})

/** The same for notes that a person has seen and perhaps moved: pitches stay unless a key is asked for. */
export const tidySchema = snapSchema.extend({ key: z.string().default('off') })

export const settingsSchema = z.object({
  voice: z.string(),
  takesPerRender: z.number().int().min(1).max(5),
  sampleRate: z.literal(PROJECT_SAMPLE_RATES),
  bits: z.union([z.literal(16), z.literal(24), z.literal(32)]),
  countInBeats: z.number().int().min(0).max(8),
  bpm: z.number().min(20).max(300),
  theme: z.enum(['system', 'light', 'dark']),
  hasSeenWelcome: z.boolean(),
  /** Language of the page; "system" follows the browser or the desktop. */
  language: z.enum(['system', 'en', 'de']),
  /** Keys that the person has chosen, by command; '' is none. What is not named has its usual key. */
  keys: z.record(z.string(), z.string()),
  /** Device ids as the browser names them; '' is the system's choice. */
  microphone: z.string(),
  speaker: z.string(),
  /** Round trip through speakers and microphone as measured by clicks; null where nobody measured it. */
  recordingLatencySeconds: z.number().min(0).max(1).nullable(),
  /** Exports are put there; '' asks the browser, or is asked for in the desktop window. */
  exportFolder: z.string().max(4000),
})
export type Settings = z.infer<typeof settingsSchema>

export const aboutSchema = z.object({
  version: z.string(),
  backend: z.string(),
  backendReason: z.string(),
  dataDir: z.string(),
  voices: z.array(voiceSchema),
})
export type About = z.infer<typeof aboutSchema>

/** Where every host serves an asset to its page, beside the page itself: read-only, with byte ranges. */
export const assetPath = (assetId: string): string => `/assets/${assetId}`

/** Sound files larger than this are refused before they are sent. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024

/** Every method: name -> schema of its one argument and of its result. `serve()` parses both directions' inputs with it. */
export const METHODS = {
  'hums.fromFile': {
    input: z.object({ fileName: z.string(), bytes: z.instanceof(Uint8Array), snap: snapSchema.optional() }),
    output: humSchema,
  },
  'hums.fromRecording': {
    input: z.object({
      pcm: z.instanceof(Float32Array),
      sampleRate: z.number().min(8000).max(192000),
      name: z.string().optional(),
      snap: snapSchema.optional(),
    }),
    output: humSchema,
  },
  'hums.fromText': { input: z.object({ text: z.string().max(20000) }), output: humSchema },
  /** Composes a melody by what the prompt's words ask of it: key, mode, tempo, kind of tune, shape. */
  'hums.compose': {
    input: z.object({
      prompt: z.string().max(20000),
      seconds: z.number().min(2).max(60),
      seed: z.number().int().min(0).max(4294967295).optional(),
    }),
    output: humSchema,
  },
  'hums.demo': { input: z.object({}), output: humSchema },
  'hums.list': { input: z.object({}), output: z.array(humSchema) },
  'hums.get': { input: withHum, output: humSchema },
  'hums.setNotes': { input: withHum.extend({ notes: z.array(noteSchema) }), output: humSchema },
  'hums.snap': { input: withHum.extend({ snap: tidySchema }), output: humSchema },
  'hums.rename': { input: withHum.extend({ name: z.string().min(1).max(200) }), output: humSchema },
  /** Null where nothing was written for the hum yet. */
  'hums.getDraft': { input: withHum, output: draftSchema.nullable() },
  'hums.setDraft': { input: withHum.extend({ draft: draftSchema }), output: draftSchema },
  'hums.remove': { input: withHum, output: z.object({}) },
  /** By known words alone: at once. */
  'prompts.read': { input: z.object({ text: z.string().max(20000) }), output: promptReadingSchema },
  /** By known words, and clauses that have none by their meaning; as `read` where the sentence encoder is not installed. */
  'prompts.understand': { input: z.object({ text: z.string().max(20000) }), output: promptReadingSchema },
  /** A text as the joint embedding reads it: pieces of words, each a token. Beyond `limit` nothing is read. */
  'prompts.tokens': { input: z.object({ text: z.string().max(20000) }), output: promptTokensSchema },
  'takes.render': {
    input: withHum.extend({
      prompt: z.string().max(20000),
      lanes: lanesSchema,
      count: z.number().int().min(1).max(20),
      seed: z.number().int().min(0).max(4294967295).optional(),
      voice: z.string().optional(),
      durationSeconds: z.number().positive().max(600).optional(),
      /** 0 follows the melody's every detail, 1 plays freely. */
      freedom: z.number().min(0).max(1).optional(),
      /** How much of the singer is kept. */
      own: ownSchema.optional(),
    }),
    output: z.object({ jobId: idSchema }),
  },
  /** Plays a stretch of a take anew, its notes unchanged: a new take; what lies outside sounds as before. */
  'takes.retake': {
    input: withTake.extend({ fromSeconds: z.number().min(0), toSeconds: z.number().positive(), seed: seedSchema.optional() }),
    output: z.object({ jobId: idSchema }),
  },
  /** Plays a take a little otherwise: new takes with a share of it written anew. */
  'takes.vary': {
    input: withTake.extend({ strength: z.number().min(0.05).max(1), count: z.number().int().min(1).max(20), seed: seedSchema.optional() }),
    output: z.object({ jobIds: z.array(idSchema) }),
  },
  /** Goes on after a take's end with notes that are composed to follow: a new take, as before up to there. */
  'takes.continue': {
    input: withTake.extend({ seconds: z.number().min(2).max(60), seed: seedSchema.optional() }),
    output: z.object({ jobId: idSchema }),
  },
  /** The take's recipe once more, on another voice where one is named. */
  'takes.rerun': {
    input: withTake.extend({ voice: z.string().optional() }),
    output: z.object({ jobId: idSchema }),
  },
  'takes.list': { input: z.object({ humId: idSchema.optional() }), output: z.array(takeSchema) },
  'takes.setFavourite': { input: withTake.extend({ isFavourite: z.boolean() }), output: takeSchema },
  'takes.setNote': { input: withTake.extend({ note: z.string().trim().max(2000) }), output: takeSchema },
  'takes.remove': { input: withTake, output: z.object({}) },
  /** The take's measured pitch, for drawing over the melody. */
  'takes.pitchTrack': { input: withTake, output: pitchTrackSchema },
  /** Writes the WAV and answers an asset to download; `path` where the host may write to the user's disk. */
  'exports.wav': {
    input: withTake.extend({
      sampleRate: z.union([z.literal(44100), z.literal(48000)]),
      bits: z.union([z.literal(16), z.literal(24), z.literal(32)]),
    }),
    output: z.object({ assetId: idSchema, fileName: z.string() }),
  },
  'exports.midi': { input: withHum, output: z.object({ assetId: idSchema, fileName: z.string() }) },
  'jobs.list': { input: z.object({}), output: z.array(jobSchema) },
  'jobs.cancel': { input: z.object({ jobId: idSchema }), output: jobSchema },
  /** Lays a job aside; the machine is free within seconds. Only training can be paused while it runs. */
  'jobs.pause': { input: z.object({ jobId: idSchema }), output: jobSchema },
  /** Goes on with a paused job, or begins at once with one that waits for its hour. */
  'jobs.resume': { input: z.object({ jobId: idSchema }), output: jobSchema },
  /** Gives a job that waits another place among its like: 0 is the next to begin. */
  'jobs.move': { input: z.object({ jobId: idSchema, place: z.number().int().min(0).max(10_000) }), output: jobSchema },
  'settings.get': { input: z.object({}), output: settingsSchema },
  'settings.set': { input: settingsSchema.partial(), output: settingsSchema },
  'system.about': { input: z.object({}), output: aboutSchema },
  ...FOLDER_METHODS,
  ...EVALUATION_METHODS,
  ...FINETUNE_METHODS,
  ...VOICE_METHODS,
  ...PROJECT_METHODS,
  ...LIBRARY_METHODS,
  ...IMPORT_METHODS,
  ...DATASET_METHODS,
  ...COVERAGE_METHODS,
  ...SOURCE_METHODS,
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>

export type MethodName = keyof typeof METHODS
export type MethodInput<M extends MethodName> = z.input<(typeof METHODS)[M]['input']>
export type MethodOutput<M extends MethodName> = z.output<(typeof METHODS)[M]['output']>

type Namespace<M> = M extends `${infer N}.${string}` ? N : never
/** The services as the client sees them: `api.hums.list({})`. Derived from METHODS, so the two never part. */
export type Api = {
  [N in Namespace<MethodName>]: {
    [M in MethodName as M extends `${N}.${infer Rest}` ? Rest : never]: (input: MethodInput<M>) => Promise<MethodOutput<M>>
  }
}

/** Pushes from the engine. They say what changed; the page asks for the rest. */
export interface PushEvents {
  'jobs.changed': Job
  'library.changed': { kinds: ('hums' | 'takes' | 'settings' | 'recordings' | 'datasets' | 'projects' | 'voices')[] }
  'imports.changed': ImportReport
  'sources.scanning': SourceScanning
}

export const PUSH_NAMES = [
  'jobs.changed',
  'library.changed',
  'imports.changed',
  'sources.scanning',
] as const satisfies readonly (keyof PushEvents)[]
