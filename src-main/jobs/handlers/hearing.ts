import { snapSchema } from '#contract/api.ts'
import { melodySchema } from '#contract/melody.ts'
import { z } from 'zod'

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const soundFileSchema = z.object({ fileName: z.string(), bytes: bytesSchema })
const recordingSchema = z.object({ pcm: z.custom<Float32Array>((value) => value instanceof Float32Array), sampleRate: z.number() })

/** A sound to listen to, and how its notes are to lie. */
export const listenSpecSchema = z.object({ sound: z.union([soundFileSchema, recordingSchema]), snap: snapSchema })
export type ListenSpec = z.input<typeof listenSpecSchema>
export type HumSound = z.output<typeof listenSpecSchema>['sound']

/** What was heard, and the sound as a WAV file to keep. */
export const heardHumSchema = z.object({
  melody: melodySchema,
  warnings: z.array(z.string()),
  wav: bytesSchema,
})
export type HeardHum = z.infer<typeof heardHumSchema>
