import { z } from 'zod'
import { cleaningChainSchema, cleaningReportSchema } from './cleaning.ts'
import { idSchema } from './ids.ts'
import { melodySchema } from './melody.ts'

/** The library of recordings: what is kept of a recording and of its slices; how they are searched and edited. */

/** A finding about a slice or a recording's sound. */
export const markSchema = z.object({
  /** e.g. 'clipping', 'noise', 'polyphony', 'tuning', 'reverb', 'bandwidth', 'duplicate', 'silence' */
  code: z.string(),
  /** One sentence for the person, with its measurement. */
  message: z.string(),
  /** True where the slice is left out of data sets unless the person says otherwise. */
  isDisqualifying: z.boolean(),
})
export type Mark = z.infer<typeof markSchema>

const MEASURED = {
  caption: z.string(),
  key: z.string().nullable(),
  bpm: z.number().nullable(),
  /** MIDI note numbers, null where nothing is voiced. */
  pitchLow: z.number().nullable(),
  pitchHigh: z.number().nullable(),
  register: z.string().nullable(),
  articulation: z.string().nullable(),
  dynamics: z.string().nullable(),
  loudnessDb: z.number().nullable(),
  /** 0..1, 1 = nothing to complain of. */
  quality: z.number().min(0).max(1),
  marks: z.array(markSchema),
}

/** One note's measurement and everything else that was found out, as the analysis gave it. */
export const detailsSchema = z.record(z.string(), z.unknown())

/** What is measured of a slice and, summed up, of a recording: the same in the analysis, the library, lists and archives. */
export const measurementsSchema = z.object({ ...MEASURED, details: detailsSchema })
export type Measurements = z.infer<typeof measurementsSchema>

/** The chain that cleans a recording when it is heard, cut or exported; null for none. The stored sound stays as it came. */
const cleaningSchema = cleaningChainSchema.nullable()

export const LICENCES = [
  'unknown',
  'own',
  'public-domain',
  'CC0-1.0',
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-NC-SA-4.0',
  'CC-BY-ND-4.0',
  'research-only',
  'other',
] as const

/** Whose a recording is and what may be done with it; one note for many recordings. */
export const rightsSchema = z.object({
  id: idSchema,
  licence: z.enum(LICENCES),
  holder: z.string(),
  note: z.string(),
  /** May data sets with it be exported and voices trained on it be given away? */
  isShareable: z.boolean(),
})
export type Rights = z.infer<typeof rightsSchema>

export const sessionSchema = z.object({
  id: idSchema,
  name: z.string(),
  note: z.string(),
  createdAt: z.string(),
  recordingCount: z.number().int(),
})
export type RecordingSession = z.infer<typeof sessionSchema>

const SHARED_ROW = {
  ...MEASURED,
  /** Row number: stays the same as long as the row lives; cheap to send by the thousand. */
  seq: z.number().int(),
  id: idSchema,
  name: z.string(),
  tags: z.array(z.string()),
  sessionId: idSchema.nullable(),
  sessionName: z.string().nullable(),
  licence: z.enum(LICENCES),
  instrument: z.string(),
  durationSeconds: z.number(),
  isKept: z.boolean(),
}

export const recordingRowSchema = z.object({
  ...SHARED_ROW,
  kind: z.enum(['audio', 'melody']),
  format: z.string(),
  fileName: z.string(),
  assetId: idSchema,
  importedAt: z.string(),
  sampleRate: z.number(),
  channelCount: z.number().int(),
  byteLength: z.number().int(),
  sliceCount: z.number().int(),
  keptSliceCount: z.number().int(),
  /** The recording that sounds the same, where there is one. */
  duplicateOf: idSchema.nullable(),
  rightsId: idSchema.nullable(),
})
export type RecordingRow = z.infer<typeof recordingRowSchema>

export const sliceRowSchema = z.object({
  ...SHARED_ROW,
  recordingId: idSchema,
  index: z.number().int(),
  startSeconds: z.number(),
  endSeconds: z.number(),
  isCaptionEdited: z.boolean(),
  /** Null: the marks decide. */
  keptByHand: z.boolean().nullable(),
  hasVector: z.boolean(),
})
export type SliceRow = z.infer<typeof sliceRowSchema>

export const recordingSchema = recordingRowSchema.extend({
  melody: melodySchema.nullable(),
  details: detailsSchema,
  cleaning: cleaningSchema,
  rights: rightsSchema.nullable(),
  /** Where files with this content were found. */
  provenance: z.array(z.object({ path: z.string(), foundAt: z.string(), source: z.string().nullable() })),
  slices: z.array(sliceRowSchema),
})
export type Recording = z.infer<typeof recordingSchema>

export const UNITS = ['slices', 'recordings'] as const
const unitSchema = z.enum(UNITS)

/** What is wanted of the library; everything that is given must hold. Saved with a data set as its query. */
export const libraryQuerySchema = z.object({
  /** Words, all of them, each as a beginning; "in quotes" as they stand; -word leaves out. */
  words: z.string().max(500).optional(),
  tags: z.array(z.string()).optional(),
  withoutTags: z.array(z.string()).optional(),
  kind: z.enum(['audio', 'melody']).optional(),
  instruments: z.array(z.string()).optional(),
  sessionIds: z.array(idSchema).optional(),
  licences: z.array(z.enum(LICENCES)).optional(),
  isShareable: z.boolean().optional(),
  recordingId: idSchema.optional(),
  importId: idSchema.optional(),
  keys: z.array(z.string()).optional(),
  registers: z.array(z.string()).optional(),
  articulations: z.array(z.string()).optional(),
  dynamics: z.array(z.string()).optional(),
  minimumSeconds: z.number().min(0).optional(),
  maximumSeconds: z.number().min(0).optional(),
  minimumBpm: z.number().min(0).optional(),
  maximumBpm: z.number().min(0).optional(),
  /** Contains only notes from … */
  lowestPitch: z.number().optional(),
  /** … to this one. */
  highestPitch: z.number().optional(),
  minimumQuality: z.number().min(0).max(1).optional(),
  /** Has none of these marks. */
  withoutMarks: z.array(z.string()).optional(),
  withMarks: z.array(z.string()).optional(),
  isKept: z.boolean().optional(),
  isDuplicate: z.boolean().optional(),
})
export type LibraryQuery = z.infer<typeof libraryQuerySchema>

export const SORTS = ['added', 'name', 'duration', 'quality', 'pitch', 'loudness', 'tempo'] as const
export const librarySortSchema = z.object({ by: z.enum(SORTS).default('added'), isDescending: z.boolean().default(false) })
export type LibrarySort = z.infer<typeof librarySortSchema>

/** Rows that a command is about: named one by one, or all that a query finds. */
export const selectionSchema = z.union([
  z.object({ seqs: z.array(z.number().int()).max(200_000) }),
  z.object({ query: libraryQuerySchema }),
])
export type Selection = z.infer<typeof selectionSchema>

/** What is to change in every selected row; what is left out stays. */
export const libraryChangesSchema = z.object({
  name: z.string().min(1).max(300).optional(),
  caption: z.string().max(5000).optional(),
  /** Plain text in captions, every occurrence. */
  replaceInCaption: z.object({ find: z.string().min(1), replacement: z.string() }).optional(),
  appendToCaption: z.string().optional(),
  addTags: z.array(z.string().trim().min(1).max(60)).optional(),
  removeTags: z.array(z.string()).optional(),
  /** Recordings, or the recordings of the slices. */
  sessionId: idSchema.nullable().optional(),
  rightsId: idSchema.nullable().optional(),
  instrument: z.string().max(60).optional(),
  cleaning: cleaningSchema.optional(),
  /** Slices: true and false by hand, null leaves it to the marks. */
  keptByHand: z.boolean().nullable().optional(),
})
export type LibraryChanges = z.infer<typeof libraryChangesSchema>

export const editSchema = z.object({
  id: z.number().int(),
  at: z.string(),
  /** What was done, in a few words: "Tags of 12 slices". */
  label: z.string(),
  count: z.number().int(),
  isUndone: z.boolean(),
})
export type LibraryEdit = z.infer<typeof editSchema>

const pageInput = z.object({
  unit: unitSchema.default('slices'),
  query: libraryQuerySchema.default({}),
  sort: librarySortSchema.default({ by: 'added', isDescending: false }),
})
const rowSchema = z.union([sliceRowSchema, recordingRowSchema])
const withRecording = z.object({ recordingId: idSchema })
const floats = z.instanceof(Float32Array)
/** A part of a recording, heard or seen with or without its cleaning, or with the given one. */
const spanWithCleaning = withRecording.extend({
  startSeconds: z.number().min(0).default(0),
  endSeconds: z.number().positive().optional(),
  cleaning: z.union([z.literal('stored'), z.literal('none'), z.object({ chain: cleaningSchema })]).default('none'),
})

export const LIBRARY_METHODS = {
  /** One page; `after` is the `next` of the page before. */
  'library.search': {
    input: pageInput.extend({ after: z.string().nullable().default(null), limit: z.number().int().min(1).max(500).default(100) }),
    output: z.object({ rows: z.array(rowSchema), total: z.number().int(), next: z.string().nullable() }),
  },
  /** The whole order at once, row numbers only: for a list of any length and for selecting in it. Rows come by `library.rows`. */
  'library.order': { input: pageInput, output: z.object({ seqs: z.instanceof(Int32Array) }) },
  'library.rows': {
    input: z.object({ unit: unitSchema.default('slices'), seqs: z.array(z.number().int()).max(1000) }),
    output: z.array(rowSchema),
  },
  /** Slices that sound like one of the library, or like what a prompt says; nearest first. */
  'library.similar': {
    input: z.object({
      to: z.union([z.object({ sliceId: idSchema }), z.object({ prompt: z.string().min(1).max(2000) })]),
      query: libraryQuerySchema.default({}),
      limit: z.number().int().min(1).max(500).default(50),
    }),
    output: z.array(z.object({ similarity: z.number(), row: sliceRowSchema })),
  },
  /** What there is to filter by, with counts of recordings. */
  'library.facets': {
    input: z.object({}),
    output: z.object({
      recordingCount: z.number().int(),
      sliceCount: z.number().int(),
      keptSliceCount: z.number().int(),
      seconds: z.number(),
      withVectorCount: z.number().int(),
      tags: z.array(z.object({ name: z.string(), count: z.number().int() })),
      instruments: z.array(z.object({ name: z.string(), count: z.number().int() })),
      keys: z.array(z.object({ name: z.string(), count: z.number().int() })),
      registers: z.array(z.object({ name: z.string(), count: z.number().int() })),
      articulations: z.array(z.object({ name: z.string(), count: z.number().int() })),
      dynamics: z.array(z.object({ name: z.string(), count: z.number().int() })),
      marks: z.array(z.object({ name: z.string(), count: z.number().int() })),
      licences: z.array(z.object({ name: z.string(), count: z.number().int() })),
    }),
  },
  'library.recording': { input: withRecording, output: recordingSchema },
  /** Outline for drawing: lowest and highest sample of `count` equal parts, full scale = 1. */
  'library.waveform': {
    input: withRecording.extend({
      startSeconds: z.number().min(0).default(0),
      endSeconds: z.number().positive().optional(),
      count: z.number().int().min(1).max(8000).default(800),
    }),
    output: z.object({ minima: floats, maxima: floats }),
  },
  /** Small outlines for a list: of each row `count` peaks, 255 = full scale; zeros where there is no sound. */
  'library.outlines': {
    input: z.object({
      unit: unitSchema.default('slices'),
      seqs: z.array(z.number().int()).max(200),
      count: z.number().int().min(1).max(400).default(100),
    }),
    output: z.object({ peaks: z.instanceof(Uint8Array) }),
  },
  /** A span as a spectrogram (columns x bands, logarithmic in Hz, 0 = -100 dB) with its peaks, and what a cleaning did to it. */
  'library.picture': {
    input: spanWithCleaning.extend({
      columns: z.number().int().min(1).max(2000).default(600),
      bands: z.number().int().min(1).max(400).default(128),
    }),
    output: z.object({
      levels: z.instanceof(Uint8Array),
      peaks: floats,
      lowestHz: z.number(),
      highestHz: z.number(),
      report: z.array(cleaningReportSchema),
    }),
  },
  /** Measured curves at 100 Hz; f0 is 0 where nothing is voiced. */
  'library.curves': { input: withRecording, output: z.object({ frameRate: z.number(), f0: floats, loudnessDb: floats }) },
  /** A span as a WAV asset to listen to, with or without the recording's cleaning, or with the given one. */
  'library.sound': {
    input: spanWithCleaning,
    output: z.object({ assetId: idSchema, durationSeconds: z.number() }),
  },
  'library.edit': {
    input: z.object({ unit: unitSchema.default('slices'), selection: selectionSchema, changes: libraryChangesSchema }),
    output: editSchema.nullable(),
  },
  /** Takes the latest edit that stands back; null where there is none. */
  'library.undo': { input: z.object({}), output: editSchema.nullable() },
  'library.redo': { input: z.object({}), output: editSchema.nullable() },
  'library.edits': { input: z.object({}), output: z.array(editSchema) },
  /** Takes recordings with their slices and sounds out of the library. The files that they came from are untouched. */
  'library.remove': { input: z.object({ recordingIds: z.array(idSchema).min(1) }), output: z.object({ removed: z.number().int() }) },
  'library.sessions': { input: z.object({}), output: z.array(sessionSchema) },
  'library.saveSession': {
    input: z.object({ id: idSchema.optional(), name: z.string().min(1).max(200), note: z.string().default('') }),
    output: sessionSchema,
  },
  'library.rights': { input: z.object({}), output: z.array(rightsSchema) },
  'library.saveRights': { input: rightsSchema.partial({ id: true, holder: true, note: true, isShareable: true }), output: rightsSchema },
  /** Measures vectors for the slices that have none, for `library.similar`. Goes on in the background; counts by `library.facets`. */
  'library.embed': { input: z.object({}), output: z.object({ pending: z.number().int() }) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
