import { z } from 'zod'
import { idSchema } from './ids.ts'
import { importSchema } from './imports.ts'
import { libraryQuerySchema } from './library.ts'
import { articulationSchema } from './melody.ts'

/** What a data set or the library holds by pitch, dynamics and articulation; what is missing; how it is recorded. */

export const COVERAGE_DYNAMICS = ['soft', 'medium', 'loud'] as const
const coverageDynamicsSchema = z.enum(COVERAGE_DYNAMICS)

/** One field of the map. Pitches are MIDI note numbers, both ends included. */
const coverageCellSchema = z.object({
  articulation: articulationSchema,
  dynamics: coverageDynamicsSchema,
  lowest: z.number().int(),
  highest: z.number().int(),
  seconds: z.number(),
  /** False where hardly anybody plays so: very high pizzicato. Such fields are never holes. */
  isWanted: z.boolean(),
})
export type CoverageCell = z.infer<typeof coverageCellSchema>

const coverageSchema = z.object({
  sliceCount: z.number().int(),
  /** Of all slices, from a note's onset to the next one's. */
  seconds: z.number(),
  /** Played, but by which bowing cannot be told. */
  unclearSeconds: z.number(),
  /** Played below or above the violin that Fiddlehead plays. */
  outsideSeconds: z.number(),
  /** A wanted field with less than this is a hole. */
  targetSeconds: z.number(),
  missingSeconds: z.number(),
  holeCount: z.number().int(),
  cells: z.array(coverageCellSchema),
})
export type Coverage = z.infer<typeof coverageSchema>

/** Something short to play. */
export const recordingTaskSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,60}$/),
  articulation: articulationSchema,
  dynamics: coverageDynamicsSchema,
  lowest: z.number().int().min(0).max(127),
  highest: z.number().int().min(0).max(127),
  seconds: z.number().positive().max(60),
  /** A line that does it: up the scale and down again. */
  notes: z.array(z.number().int()),
  bpm: z.number(),
})
export type RecordingTask = z.infer<typeof recordingTaskSchema>

/** Why what was played does not fit its task; the first one named is the first to mend. */
const PLAYING_FAULTS = [
  'silent',
  'spoilt',
  'too-low',
  'too-high',
  'too-soft',
  'too-loud',
  'other-articulation',
  'unclear-articulation',
  'too-short',
] as const
export const playingCheckSchema = z.object({
  isFitting: z.boolean(),
  /** That fill the task's fields. */
  fittingSeconds: z.number(),
  faults: z.array(z.enum(PLAYING_FAULTS)),
  heard: z.object({
    seconds: z.number(),
    lowest: z.number().nullable(),
    highest: z.number().nullable(),
    dynamics: coverageDynamicsSchema.nullable(),
    /** As the analysis names it; "short" is between staccato and spiccato. */
    articulation: z.string().nullable(),
  }),
  /** What spoils the sound: sentences of the quality marks. */
  marks: z.array(z.string()),
})
export type PlayingCheck = z.infer<typeof playingCheckSchema>

/** A data set by its query as it stands, or a query over the library; all of it where neither is given. */
const scope = z.object({
  datasetId: idSchema.optional(),
  query: libraryQuerySchema.optional(),
  targetSeconds: z.number().positive().max(600).default(2),
})
const played = z.object({
  task: recordingTaskSchema,
  pcm: z.instanceof(Float32Array),
  sampleRate: z.number().min(8000).max(192_000),
})

export const COVERAGE_METHODS = {
  'coverage.map': { input: scope, output: coverageSchema },
  /** The tasks that fill the most telling holes within so many seconds. */
  'coverage.plan': {
    input: scope.extend({
      seconds: z.number().min(2).max(600).default(40),
      articulations: z.array(articulationSchema).min(1).optional(),
      dynamics: z.array(coverageDynamicsSchema).min(1).optional(),
    }),
    output: z.array(recordingTaskSchema),
  },
  /** Listens to what was played for a task; nothing is kept. */
  'coverage.check': { input: played, output: playingCheckSchema },
  /** Takes it into the library, in a session of that name; the data set's query is widened to find it. */
  'coverage.keep': {
    input: played.extend({
      sessionName: z.string().trim().min(1).max(200),
      datasetId: idSchema.optional(),
      /** May it be given away, and voices trained on it? */
      isShareable: z.boolean().default(false),
    }),
    output: importSchema,
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
