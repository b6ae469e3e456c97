import { playingCheckSchema, recordingTaskSchema, type PlayingCheck } from '#contract/coverage.ts'
import { measureClipping } from '#main/audio/level/clipping-meter.ts'
import { resample } from '#main/audio/io/resample.ts'
import { judgePlaying, type CheckedSlice } from '#main/datasets/recording-tasks.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'
import { listeningAnalysis } from './listening-analysis.ts'
import type { SliceFacts } from './import-spec.ts'

const RATE = 44100

const checkPlayingSpecSchema = z.object({
  task: recordingTaskSchema,
  /** [S] mono */
  pcm: z.custom<Float32Array>((value) => value instanceof Float32Array),
  sampleRate: z.number().positive(),
})
export type CheckPlayingSpec = z.infer<typeof checkPlayingSpecSchema>
export { playingCheckSchema as checkPlayingResultSchema }

const notesSchema = z.array(z.tuple([z.number(), z.number(), z.number()]).rest(z.number()))

const describeSlice = ({ startSeconds, endSeconds, marks, details, ...slice }: SliceFacts): CheckedSlice => ({
  ...slice,
  durationSeconds: endSeconds - startSeconds,
  notes: notesSchema.parse(details['notes']).map(([onsetSeconds, durationSeconds, pitch]) => ({ onsetSeconds, durationSeconds, pitch })),
  spoiltBy: marks.filter(({ isDisqualifying }) => isDisqualifying).map(({ message }) => message),
})

/** Listens to what was played for a task with the ears of an import, so that what fits here fills the map there. */
export const checkPlayingHandler: TaskHandler = {
  async run(rawSpec): Promise<PlayingCheck> {
    const { task, pcm, sampleRate } = checkPlayingSpecSchema.parse(rawSpec)
    const origin = { clippedShare: measureClipping(pcm), sourceRate: sampleRate, channelCount: 1, instrument: 'violin' }
    const { slices } = listeningAnalysis.analyse(resample(pcm, sampleRate, RATE), RATE, origin)
    return judgePlaying(task, slices.map(describeSlice))
  },
}
