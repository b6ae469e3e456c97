import { z } from 'zod'
import { lanesSchema } from '#contract/expression.ts'
import { articulationSchema, noteSchema } from '#contract/melody.ts'
import { CORPUS_KINDS, INSTRUMENTS } from '../material/instruments.ts'

/** Columns of controls.f32: per clip each column whole, [C, F] float32 little-endian. */
export const CONTROL_NAMES = ['f0', 'loudnessDb', 'brightness', 'articulation', 'noteAge', 'noteRemaining', 'isNote'] as const
export type ControlName = (typeof CONTROL_NAMES)[number]

export const SPLITS = ['train', 'valid', 'test'] as const

export const clipMetaSchema = z.object({
  id: z.string(),
  split: z.enum(SPLITS),
  /** Where the sound comes from; test clips on held-out material say which kind. */
  subset: z.enum(['real', 'soundfont', 'cello']),
  source: z.string(),
  /** What is heard; corpora of the violin alone do not say. */
  instrument: z.enum(INSTRUMENTS).default('violin'),
  materialIds: z.array(z.string()),
  tuneId: z.string(),
  seed: z.number().int(),
  /** First sample and first control value of the clip in its split's files, and their counts. */
  audioOffset: z.number().int().min(0),
  samples: z.number().int().positive(),
  controlsOffset: z.number().int().min(0),
  frames: z.number().int().positive(),
  bpm: z.number().positive(),
  articulation: articulationSchema,
  notes: z.array(noteSchema),
  lanes: lanesSchema,
  facts: z.record(z.string(), z.union([z.string(), z.boolean()])),
  caption: z.string(),
})
export type ClipMeta = z.infer<typeof clipMetaSchema>
/** As it is written: what has a default may be left out. */
export type ClipRecord = z.input<typeof clipMetaSchema>

export const corpusManifestSchema = z.object({
  format: z.literal('fiddlehead-corpus-1'),
  seed: z.number().int(),
  sampleRate: z.literal(44100),
  hop: z.literal(441),
  controls: z.array(z.string()),
  splits: z.record(
    z.enum(SPLITS),
    z.object({
      clips: z.number(),
      seconds: z.number(),
      secondsBySubset: z.record(z.string(), z.number()),
      secondsByInstrument: z.record(z.string(), z.number()).optional(),
      sha256: z.string(),
    }),
  ),
  heldOutMaterial: z.array(z.string()),
  heldOutTunes: z.array(z.string()),
  /** Violin unless said. */
  kind: z.enum(CORPUS_KINDS).optional(),
  licences: z.record(z.string(), z.string()),
})
export type CorpusManifest = z.infer<typeof corpusManifestSchema>
