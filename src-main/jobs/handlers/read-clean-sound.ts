import type { CleaningChain, CleaningReport } from '#contract/cleaning.ts'
import { applyCleaning } from '#main/audio/cleaning/apply-cleaning.ts'
import { decodeAudio } from '#main/audio/io/decode.ts'
import { readAudioFile } from '#main/audio/io/read-audio-file.ts'
import { resample } from '#main/audio/io/resample.ts'
import { readFile } from 'node:fs/promises'

/** Everything inside is at this rate. */
export const INTERNAL_RATE = 44100

/** Steps that would move the time line, and the rate that everything has anyway. */
const PASSED_OVER: readonly string[] = ['silenceTrim', 'sampleRate']

/**
 * A recording through its stored chain, mono at 44.1 kHz, on its own time line: slices are named by the original's seconds, so
 * nothing is trimmed here. With what each step did.
 */
export const cleanSound = async (
  path: string,
  chain: CleaningChain | null,
): Promise<{ pcm: Float32Array; report: readonly CleaningReport[] }> => {
  if (chain === null) return { pcm: (await readAudioFile(path, { sampleRate: INTERNAL_RATE })).pcm, report: [] }
  const { channels, sampleRate } = await decodeAudio(await readFile(path), { fileName: path })
  const steps = chain.steps.filter(({ kind }) => !PASSED_OVER.includes(kind))
  const { pcm, report } = applyCleaning(channels, sampleRate, { steps })
  return { pcm: resample(pcm, sampleRate, INTERNAL_RATE), report }
}

/** The same, the sound alone. */
export const readCleanSound = async (path: string, chain: CleaningChain | null): Promise<Float32Array> =>
  (await cleanSound(path, chain)).pcm
