import { resample } from '#main/audio/io/resample.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { refuseUnwritable, writeFileAtomically } from '#main/foundation/write-file.ts'
import { readAudioFile } from '#main/audio/io/read-audio-file.ts'

const INTERNAL_RATE = 44100

/** Sound files by path, for the command line: what the page does with uploads and downloads. */
export const readSoundFile = async (path: string, maximumMinutes = 30): Promise<{ pcm: Float32Array; sampleRate: number }> => {
  const { pcm, sampleRate } = await readAudioFile(path, { sampleRate: INTERNAL_RATE, maximumMinutes })
  return { pcm, sampleRate }
}

export interface SoundFormat {
  readonly sampleRate: 44100 | 48000
  readonly bits: 16 | 24 | 32
}

export const writeSoundFile = (path: string, pcm: Float32Array, fromRate: number, { sampleRate, bits }: SoundFormat): Promise<void> =>
  writeFileAtomically(path, encodeWav([resample(pcm, fromRate, sampleRate)], { sampleRate, bits, ditherSeed: 1 }))

export const writeBytes = (path: string, bytes: Uint8Array | string): Promise<void> => writeFileAtomically(path, bytes)

/** Asked before the work begins: a long render is not lost to a mistyped folder. */
export const refuseOutput = (path: string): Promise<void> => refuseUnwritable(path)
