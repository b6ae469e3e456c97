import { z } from 'zod'
import { noteSchema } from './melody.ts'
import { recipeSchema } from './recipe.ts'

/**
 * An arrangement, as plain immutable data: what the timeline edits, the mixdown plays and the exports write.
 *
 * Sound lies in seconds, so that a change of tempo moves the grid and never the sound; editors place it on whole samples
 * (n / sampleRate), and every reader rounds seconds * sampleRate to the nearest sample. Tempo and metre lie in ticks
 * (480 a quarter note), and `tempo` is a TempoMap of #music/ticks.ts: bars and beats of a position are computed, never stored.
 * How fades, pan, sends and solo sound is settled in #music/mix-law.ts for the page and the engine alike.
 */
export const PROJECT_VERSION = 1
export const PROJECT_SAMPLE_RATES = [44100, 48000, 88200, 96000] as const

const id = z.string().regex(/^[a-z0-9-]{4,64}$/)
const name = z.string().max(200)
const seconds = z.number().min(0).max(86400)
const gainDb = z.number().min(-120).max(24)
const colour = z.string().regex(/^#[0-9a-f]{6}$/)

/** From `atTicks` on, `bpm` quarter notes a minute; steps, no ramps: MIDI, RPP and DAWproject all hold them exactly. */
export const tempoChangeSchema = z.object({ atTicks: z.number().int().min(0), bpm: z.number().min(20).max(300) })

/** From `atTicks` on, `beats` beats of 1/`unit` a bar. A change begins a new bar. */
export const metreChangeSchema = z.object({
  atTicks: z.number().int().min(0),
  beats: z.number().int().min(1).max(32),
  unit: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8), z.literal(16), z.literal(32)]),
})
export type MetreChange = z.infer<typeof metreChangeSchema>

export const markerSchema = z.object({ id, atSeconds: seconds, name })
export type Marker = z.infer<typeof markerSchema>

/** Where clips take their material from: a take, an imported sound file, or a melody that has no sound yet. */
export const sourceSchema = z.object({
  id,
  name,
  /** Null where there are only notes: such clips are silent in the mix and are exported as notes. */
  assetId: id.nullable(),
  /** Null for sound that came from elsewhere. A take opened from a bundle may be unknown to this library; its recipe is here. */
  takeId: id.nullable(),
  durationSeconds: z.number().positive().max(86400),
  sampleRate: z.number().int().positive(),
  channelCount: z.union([z.literal(1), z.literal(2)]),
  /** The notes it plays, in seconds from its start; empty where they are not known. */
  notes: z.array(noteSchema),
  recipe: recipeSchema.nullable(),
})
export type Source = z.infer<typeof sourceSchema>

export const FADE_CURVES = ['linear', 'equalPower', 'smooth'] as const
export const fadeSchema = z.object({ seconds, curve: z.enum(FADE_CURVES) })
export type Fade = z.infer<typeof fadeSchema>
export type FadeCurve = Fade['curve']

/**
 * A stretch of a source on a track. Clips of one track may overlap and then sound together: a cross-fade is a fade-out
 * over a fade-in. Beyond the ends of its material a clip is silent.
 */
export const clipSchema = z.object({
  id,
  trackId: id,
  sourceId: id,
  name,
  /** Null for the track's colour. */
  colour: colour.nullable(),
  startSeconds: seconds,
  durationSeconds: z.number().positive().max(86400),
  /** Where in the material the clip begins (slip). The material of a reversed clip is the whole source played backwards. */
  offsetSeconds: seconds,
  gainDb,
  fadeIn: fadeSchema,
  fadeOut: fadeSchema,
  isReversed: z.boolean(),
  /** On reaching `endSeconds` of the material, go on from `startSeconds`; null plays straight on. */
  loop: z.object({ startSeconds: seconds, endSeconds: seconds }).nullable(),
})
export type Clip = z.infer<typeof clipSchema>

export const trackSchema = z.object({
  id,
  name,
  colour,
  kind: z.enum(['audio', 'melody']),
  gainDb,
  /** -1 left .. 1 right. */
  pan: z.number().min(-1).max(1),
  isMuted: z.boolean(),
  isSoloed: z.boolean(),
  /** Share of the track, after gain and pan, that also goes to the reverb: 0..1. */
  reverbSend: z.number().min(0).max(1),
})
export type Track = z.infer<typeof trackSchema>

export const masterSchema = z.object({
  gainDb,
  /** Time in which the reverb falls by 60 dB. */
  reverbSeconds: z.number().min(0.2).max(6),
  reverbGainDb: gainDb,
})

const isRising = (changes: readonly { atTicks: number }[]): boolean =>
  changes[0]?.atTicks === 0 && changes.every((change, i) => i === 0 || change.atTicks > (changes[i - 1]?.atTicks ?? 0))
const areDistinct = (things: readonly { id: string }[]): boolean => new Set(things.map((thing) => thing.id)).size === things.length

export const projectSchema = z
  .object({
    version: z.literal(PROJECT_VERSION),
    title: name,
    sampleRate: z.literal(PROJECT_SAMPLE_RATES),
    /** Rising, the first at 0. */
    tempo: z.array(tempoChangeSchema).min(1),
    /** Rising, the first at 0. */
    metre: z.array(metreChangeSchema).min(1),
    markers: z.array(markerSchema),
    /** What the transport repeats while `isOn`; null where no range is drawn. */
    loopRange: z.object({ startSeconds: seconds, endSeconds: seconds, isOn: z.boolean() }).nullable(),
    master: masterSchema,
    sources: z.array(sourceSchema),
    /** From top to bottom. */
    tracks: z.array(trackSchema).max(500),
    clips: z.array(clipSchema).max(20000),
  })
  .superRefine((project, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message })
    if (!isRising(project.tempo)) refuse('tempo changes must rise from tick 0')
    if (!isRising(project.metre)) refuse('metre changes must rise from tick 0')
    for (const kind of ['markers', 'sources', 'tracks', 'clips'] as const) {
      if (!areDistinct(project[kind])) refuse(`two ${kind} share an id`)
    }
    if (project.loopRange !== null && project.loopRange.endSeconds <= project.loopRange.startSeconds)
      refuse('the loop range ends before it begins')
    const trackIds = new Set(project.tracks.map((track) => track.id))
    const sourceIds = new Set(project.sources.map((source) => source.id))
    for (const clip of project.clips) {
      if (!trackIds.has(clip.trackId)) refuse(`clip ${clip.id} lies on no track`)
      if (!sourceIds.has(clip.sourceId)) refuse(`clip ${clip.id} has no source`)
      if (clip.loop !== null && clip.loop.endSeconds - clip.loop.startSeconds < 0.001)
        refuse(`clip ${clip.id} repeats less than a millisecond`)
    }
  })
export type Project = z.infer<typeof projectSchema>

/** A new project: one tempo, 4/4, nothing in it. */
export const createProject = (title: string, bpm: number): Project => ({
  version: PROJECT_VERSION,
  title,
  sampleRate: 48000,
  tempo: [{ atTicks: 0, bpm }],
  metre: [{ atTicks: 0, beats: 4, unit: 4 }],
  markers: [],
  loopRange: null,
  master: { gainDb: 0, reverbSeconds: 1.8, reverbGainDb: -6 },
  sources: [],
  tracks: [],
  clips: [],
})
