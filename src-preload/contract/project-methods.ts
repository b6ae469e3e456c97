import { z } from 'zod'
import { idSchema } from './ids.ts'
import { PROJECT_SAMPLE_RATES, projectSchema, sourceSchema } from './project.ts'

/** The methods about arrangements: keeping them, bringing sound in, and taking files out. */

export const PROJECT_FORMATS = ['wav', 'stems', 'midi', 'dawproject', 'rpp', 'bundle'] as const
export type ProjectFormat = (typeof PROJECT_FORMATS)[number]

/** What a new arrangement can begin with; `src-preload/arrangement/templates.ts` says what each of them holds. */
export const PROJECT_TEMPLATES = ['sketch', 'song', 'duet', 'waltz'] as const
export type ProjectTemplate = (typeof PROJECT_TEMPLATES)[number]

export const projectSummarySchema = z.object({
  id: idSchema,
  title: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  trackCount: z.number().int(),
  clipCount: z.number().int(),
  durationSeconds: z.number(),
})
export type ProjectSummary = z.infer<typeof projectSummarySchema>

export const storedProjectSchema = projectSummarySchema.extend({ project: projectSchema })
export type StoredProject = z.infer<typeof storedProjectSchema>

const withProject = z.object({ projectId: idSchema })
const fileFormat = {
  format: z.enum(PROJECT_FORMATS),
  sampleRate: z.literal(PROJECT_SAMPLE_RATES).optional(),
  bits: z.union([z.literal(16), z.literal(24), z.literal(32)]).optional(),
}
/** What to download. Stems and Reaper projects are several files and come as one zip archive. */
const savedFile = z.object({ assetId: idSchema, fileName: z.string(), isArchive: z.boolean() })
export type SavedFile = z.infer<typeof savedFile>

export const PROJECT_METHODS = {
  /** The one worked on last comes first. */
  'projects.list': { input: z.object({}), output: z.array(projectSummarySchema) },
  'projects.create': {
    input: z.object({
      title: z.string().min(1).max(200).optional(),
      bpm: z.number().min(20).max(300).optional(),
      /** 'sketch' where left out. */
      template: z.enum(PROJECT_TEMPLATES).optional(),
      /** Another arrangement as the template: its tracks, mixer, tempo, metre and markers, without its clips. */
      likeProjectId: idSchema.optional(),
    }),
    output: storedProjectSchema,
  },
  'projects.get': { input: withProject, output: storedProjectSchema },
  /** Replaces the whole arrangement at once; whatever happens meanwhile, the last one that was saved is there. */
  'projects.save': { input: withProject.extend({ project: projectSchema }), output: projectSummarySchema },
  'projects.remove': { input: withProject, output: z.object({}) },
  /** A take as material for clips. */
  'projects.sourceOfTake': { input: z.object({ takeId: idSchema }), output: sourceSchema },
  /** What was hummed, as material for clips; its notes are the hum's as they now are. */
  'projects.sourceOfHum': { input: z.object({ humId: idSchema }), output: sourceSchema },
  /** Brings any sound file in as material of a project. */
  'projects.importSound': {
    input: withProject.extend({ fileName: z.string(), bytes: z.instanceof(Uint8Array) }),
    output: sourceSchema,
  },
  /** Opens a bundle that this or another Fiddlehead exported, as a new project. */
  'projects.importBundle': { input: z.object({ fileName: z.string(), bytes: z.instanceof(Uint8Array) }), output: storedProjectSchema },
  'exports.project': {
    input: withProject.extend({
      ...fileFormat,
      range: z.object({ startSeconds: z.number().min(0), endSeconds: z.number().positive() }).optional(),
      /** Only these clips, heard whatever is muted; all of them where left out. */
      clipIds: z.array(idSchema).min(1).optional(),
    }),
    output: savedFile,
  },
  /** Puts what was exported into the folder for exports of the settings; what is there stays. */
  'exports.toFolder': {
    input: z.object({ assetId: idSchema, fileName: z.string().min(1).max(300) }),
    output: z.object({ path: z.string() }),
  },
  'exports.take': { input: z.object({ takeId: idSchema, ...fileFormat }), output: savedFile },
} as const
