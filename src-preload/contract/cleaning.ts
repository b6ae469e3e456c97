import { z } from 'zod'

/** A part of a recording. */
export const timeRangeSchema = z
  .object({ fromSeconds: z.number().min(0), toSeconds: z.number().positive() })
  .refine(({ fromSeconds, toSeconds }) => toSeconds > fromSeconds, { message: 'a range ends after it begins' })
export type TimeRange = z.infer<typeof timeRangeSchema>

const isOn = z.boolean()

/** One step of a cleaning chain. Steps that are off stay in the chain with their settings. */
export const cleaningStepSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sampleRate'), isOn, sampleRate: z.number().int().min(8000).max(192000) }),
  /** mono: all channels together, or the loudest where they cancel out; mid: half of left plus right. */
  z.object({ kind: z.literal('channels'), isOn, mode: z.enum(['mono', 'mid', 'left', 'right']) }),
  z.object({ kind: z.literal('dcRemoval'), isOn }),
  z.object({ kind: z.literal('humFilter'), isOn, mainsHz: z.union([z.literal('auto'), z.literal(50), z.literal(60)]) }),
  /** strength 0..1: how deep noise is lowered, 6 dB at 0 and 24 dB at 1; noisePrint: where nothing is played. */
  z.object({
    kind: z.literal('noiseReduction'),
    isOn,
    strength: z.number().min(0).max(1),
    noisePrint: z.union([z.literal('auto'), timeRangeSchema]),
  }),
  z.object({ kind: z.literal('loudness'), isOn, targetLufs: z.number().min(-40).max(-9), truePeakDb: z.number().min(-20).max(0) }),
  /** Silence before the first and after the last sound, down to what is kept on each side. */
  z.object({ kind: z.literal('silenceTrim'), isOn, keepSeconds: z.number().min(0).max(5) }),
])
export type CleaningStep = z.infer<typeof cleaningStepSchema>
export type CleaningStepKind = CleaningStep['kind']

/** What is done to a recording before it is used, in this order. It is stored beside the original, which never changes. */
export const cleaningChainSchema = z.object({ steps: z.array(cleaningStepSchema).max(16) })
export type CleaningChain = z.infer<typeof cleaningChainSchema>

/** What one step did, for people and for programs. */
export const cleaningReportSchema = z.object({
  kind: z.string(),
  /** False where the step found nothing to do, or is off. */
  isApplied: z.boolean(),
  text: z.string(),
  figures: z.record(z.string(), z.number()),
})
export type CleaningReport = z.infer<typeof cleaningReportSchema>

/** A chain for a home recording of a violin. Noise reduction is off: bow noise is music, so a person decides. */
export const DEFAULT_CLEANING_CHAIN: CleaningChain = {
  steps: [
    { kind: 'sampleRate', isOn: true, sampleRate: 44100 },
    { kind: 'channels', isOn: true, mode: 'mono' },
    { kind: 'dcRemoval', isOn: true },
    { kind: 'humFilter', isOn: true, mainsHz: 'auto' },
    { kind: 'noiseReduction', isOn: false, strength: 0.6, noisePrint: 'auto' },
    { kind: 'loudness', isOn: false, targetLufs: -20, truePeakDb: -1 },
    { kind: 'silenceTrim', isOn: true, keepSeconds: 0.25 },
  ],
}

/** What is checked of every slice. */
export const QUALITY_NAMES = ['clipping', 'noise', 'polyphony', 'tuning', 'reverb', 'bandwidth', 'silence', 'duplicates'] as const

/** One mark: a measured value (null where the slice does not allow it), what it means, and a sentence. */
export const qualityMarkSchema = z.object({
  name: z.enum(QUALITY_NAMES),
  value: z.number().nullable(),
  unit: z.string(),
  verdict: z.enum(['ok', 'warn', 'bad']),
  text: z.string(),
})
export type QualityMark = z.infer<typeof qualityMarkSchema>
export type QualityVerdict = QualityMark['verdict']
