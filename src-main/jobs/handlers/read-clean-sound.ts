import type { CleaningChain } from '#contract/cleaning.ts'
import { applyCleaning } from '#main/audio/cleaning/apply-cleaning.ts'
import { decodeAudio } from '#main/audio/io/decode.ts'
import { readAudioFile } from '#main/audio/io/read-audio-file.ts'
import { resample } from '#main/audio/io/resample.ts'
import { readFile } from 'node:fs/promises'

/** Everything inside is at this rate. */
export const INTERNAL_RATE = 44100

/**
 * A recording through its stored chain, mono at 44.1 kHz, on its own time line: slices are named by the original's seconds, so
 * nothing is trimmed here.
 */
export const readCleanSound = async (path: string, chain: CleaningChain | null): Promise<Float32Array> => {
  if (chain === null) return (await readAudioFile(path, { sampleRate: INTERNAL_RATE })).pcm
  const { channels, sampleRate } = await decodeAudio(await readFile(path), { fileName: path })
  const steps = chain.steps.filter(({ kind }) => kind !== 'silenceTrim' && kind !== 'sampleRate')
  return resample(applyCleaning(channels, sampleRate, { steps }).pcm, sampleRate, INTERNAL_RATE)
}
