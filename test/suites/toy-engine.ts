import type { MatchScore } from '#contract/api.ts'
import type { Melody } from '#contract/melody.ts'
import { Cancelled } from '#main/foundation/cancellation.ts'
import type { MachineReport } from '#main/jobs/handlers/describe.ts'
import { createCompareVoicesHandler } from '#main/jobs/handlers/compare-voices.ts'
import { createDescribeHandler } from '#main/jobs/handlers/describe.ts'
import type { RenderEngine } from '#main/jobs/handlers/render-engine.ts'
import { createRenderHandler } from '#main/jobs/handlers/render.ts'
import type { TaskHandlers } from '#main/jobs/runner/runner.ts'
import { midiToHz } from '#music/pitch.ts'

const SAMPLE_RATE = 44100
const TOY_SCORE: MatchScore = {
  percent: 97,
  rawPitchAccuracy: 0.98,
  medianCents: 3,
  onsetF1: 1,
  medianOnsetMs: 4,
  missedNotes: 0,
  addedNotes: 0,
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Plays sines instead of a violin: for tests of everything around the voice. The seed sets the timbre. */
export const createToyRenderEngine = (stepMs = 0): RenderEngine => ({
  async renderClip({ notes, seed, durationSeconds, voice }, { signal, onProgress }) {
    const last = notes.at(-1)
    const seconds = durationSeconds ?? (last === undefined ? 0 : last.onsetSeconds + last.durationSeconds + 0.1)
    const pcm = new Float32Array(Math.round(seconds * SAMPLE_RATE))
    for (let step = 0; step < 10; step++) {
      if (signal?.aborted === true) throw new Cancelled()
      onProgress?.(step / 10)
      if (stepMs > 0) await pause(stepMs)
    }
    for (const { onsetSeconds, durationSeconds: length, pitch } of notes) {
      const start = Math.round(onsetSeconds * SAMPLE_RATE)
      const end = Math.min(pcm.length, start + Math.round(length * SAMPLE_RATE))
      const omega = (2 * Math.PI * midiToHz(pitch)) / SAMPLE_RATE
      const overtone = 0.1 + 0.2 * ((seed % 7) / 7)
      for (let n = start; n < end; n++) {
        const fade = Math.min(1, (n - start) / 400, (end - n) / 400)
        pcm[n] = fade * (0.5 * Math.sin(omega * (n - start)) + overtone * Math.sin(2 * omega * (n - start)))
      }
    }
    return { pcm, sampleRate: SAMPLE_RATE, modelHash: 'toy', voice: voice ?? 'violin', notes }
  },
  scoreMatch: () => TOY_SCORE,
})

export const TOY_REPORT: MachineReport = {
  backend: 'toy',
  reason: 'Tests play sines.',
  advice: [],
  versions: {},
  voices: [{ name: 'violin', title: 'Toy violin', modelHash: 'toy', licence: 'MIT', sampleRate: SAMPLE_RATE }],
  models: [],
}

const TOY_MELODY: Melody = {
  notes: [74, 77, 76, 74].map((pitch, i) => ({ onsetSeconds: i * 0.5, durationSeconds: 0.5, pitch, velocity: 0.7, confidence: 1 })),
  durationSeconds: 2,
  bpm: 120,
  key: 'D minor',
}

export const createToyHandlers = (stepMs = 0): TaskHandlers => ({
  render: async () => createRenderHandler(createToyRenderEngine(stepMs)),
  'compare-voices': async () => createCompareVoicesHandler(createToyRenderEngine(stepMs)),
  /** The same four notes whatever is asked. */
  compose: async () => ({ run: async () => TOY_MELODY }),
  warm: async () => ({ run: async () => null }),
  describe: async () => createDescribeHandler(async () => TOY_REPORT),
})
