import { readAudioBytes } from '#main/audio/io/read-audio-file.ts'
import { resample } from '#main/audio/io/resample.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { transcribeHum } from '#main/audio/pitch/transcribe.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { listenSpecSchema, type HeardHum, type HumSound } from './hearing.ts'

/** What a hum is kept as: mono, 24 bits. */
const STORED_RATE = 44100
const LONGEST_HUM_MINUTES = 10

const openSound = async (
  sound: HumSound,
): Promise<{ pcm: Float32Array; sampleRate: number; name: string; warnings: string[]; clippedShare?: number }> => {
  if (!('bytes' in sound)) return { ...sound, name: 'the recording', warnings: [] }
  const options = { sampleRate: STORED_RATE, maximumMinutes: LONGEST_HUM_MINUTES, isDamageKept: true }
  const { pcm, sampleRate, source } = await readAudioBytes(sound.bytes, sound.fileName, options)
  const warnings = source.damage === undefined ? [] : [`The file is damaged (${source.damage}); what could be read was used.`]
  return { pcm, sampleRate, name: sound.fileName, warnings, clippedShare: source.clippedShare }
}

/** A hum's notes, whatever its sound comes in. */
export const listenHandler: TaskHandler = {
  async run(rawSpec): Promise<HeardHum> {
    const { sound, snap } = listenSpecSchema.parse(rawSpec)
    const { pcm, sampleRate, name, warnings, clippedShare } = await openSound(sound)
    const heard = transcribeHum(pcm, sampleRate, { snap, name, clippedShare })
    const wav = encodeWav([resample(pcm, sampleRate, STORED_RATE)], { sampleRate: STORED_RATE, bits: 24 })
    return { melody: heard.melody, warnings: [...warnings, ...heard.warnings], wav }
  },
}
