import { z } from 'zod'
import type { Note } from '#contract/melody.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import { readPrompt } from '#main/prompt/read-prompt.ts'
import { measureMatmul } from '#main/tensor/backend/measure-matmul.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({ runs: z.number().int().positive(), voice: z.string().optional() })

export interface GenerateBench {
  readonly matmulGflops: number
  /** Wall time over the clip's length; `takes` counts several takes of one clip. */
  readonly rows: readonly { name: string; clipSeconds: number; seconds: number; realTimeFactor: number; residentMegabytes: number }[]
}

const PROMPT = 'a warm slow legato melody with wide vibrato, growing louder'

/** A tune that goes on, as a hum would be heard. */
const makeNotes = (seconds: number): Note[] => {
  const pitches = [67, 69, 71, 74, 79, 78, 76, 74, 71, 69]
  return Array.from({ length: Math.floor(seconds / 0.5) }, (_, i) => ({
    onsetSeconds: 0.5 * i,
    durationSeconds: 0.45,
    pitch: pitches[i % pitches.length] + 0.1,
    velocity: 0.7,
    confidence: 1,
  }))
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const CASES = [
  { name: '5 s, prompt and melody', clipSeconds: 5, takes: 1, isLearned: true, isRepeated: true },
  { name: '5 s, three takes', clipSeconds: 5, takes: 3, isLearned: true, isRepeated: true },
  { name: '5 s, without the learned stages', clipSeconds: 5, takes: 1, isLearned: false, isRepeated: true },
  { name: '30 s', clipSeconds: 30, takes: 1, isLearned: true, isRepeated: false },
  { name: '1 minute', clipSeconds: 60, takes: 1, isLearned: true, isRepeated: false },
  { name: '5 minutes', clipSeconds: 300, takes: 1, isLearned: true, isRepeated: false },
] as const

/** How long clips take, beside what the machine multiplies at best. Answers a `GenerateBench`. */
export const benchGenerateHandler: TaskHandler = {
  async run(rawSpec, { signal, onProgress }): Promise<GenerateBench> {
    const { runs, voice } = specSchema.parse(rawSpec)
    await ensureBackend()
    const { lanes } = readPrompt(PROMPT)
    const play = (clipSeconds: number, seed: number, isLearned: boolean) =>
      renderClip(
        {
          notes: makeNotes(clipSeconds),
          lanes: { ...lanes, tempo: 1 },
          prompt: PROMPT,
          seed,
          durationSeconds: clipSeconds,
          isLearned,
          ...(voice === undefined ? {} : { voice }),
        },
        { signal },
      )
    await play(5, 0, true)
    const matmulGflops = measureMatmul()
    const rows: GenerateBench['rows'][number][] = []
    for (const [index, { name, clipSeconds, takes, isLearned, isRepeated }] of CASES.entries()) {
      onProgress(index / CASES.length, name)
      const seconds: number[] = []
      for (let run = 0; run < (isRepeated ? runs : 1); run++) {
        const start = performance.now()
        for (let take = 0; take < takes; take++) await play(clipSeconds, 10 * run + take, isLearned)
        seconds.push((performance.now() - start) / 1000)
      }
      const residentMegabytes = Math.round(process.memoryUsage().rss / 2 ** 20)
      rows.push({ name, clipSeconds, seconds: median(seconds), realTimeFactor: median(seconds) / clipSeconds, residentMegabytes })
    }
    return { matmulGflops, rows }
  },
}
