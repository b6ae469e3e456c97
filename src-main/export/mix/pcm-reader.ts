import type { ByteSource } from '#main/audio/io/byte-source.ts'
import { readPcm } from '#main/audio/io/pcm.ts'
import { countResampled, resampleStretch } from '#main/audio/io/resample.ts'
import { readWavLayout } from '#main/audio/io/wav.ts'

/** Random access to sound, so that a mix holds one block of each source and never a whole song. */
export interface PcmReader {
  readonly sampleRate: number
  readonly channelCount: number
  readonly lengthSamples: number
  /** channelCount arrays [count] from sample `start`, which may be negative; zeros where the sound has none. */
  read(start: number, count: number): readonly Float32Array[]
}

const padStretch = (pcm: Float32Array, from: number, start: number, count: number): Float32Array => {
  if (pcm.length === count) return pcm
  const padded = new Float32Array(count)
  if (pcm.length > 0) padded.set(pcm, from - start)
  return padded
}

/** Sound that lies in memory. */
export const readMemory = (channels: readonly Float32Array[], sampleRate: number): PcmReader => {
  const lengthSamples = channels[0]?.length ?? 0
  return {
    sampleRate,
    channelCount: channels.length,
    lengthSamples,
    read(start, count) {
      const from = Math.min(lengthSamples, Math.max(0, start))
      const to = Math.min(lengthSamples, Math.max(from, start + count))
      return channels.map((pcm) => padStretch(pcm.subarray(from, to), from, start, count))
    },
  }
}

/**
 * Sound of a WAV file, read as it is needed.
 *
 * @throws  EngineError AUDIO_CORRUPT, AUDIO_UNKNOWN_FORMAT
 */
export const readWavFile = (source: ByteSource, fileName: string): PcmReader => {
  const { encoding, channelCount, sampleRate, dataStart, dataLength } = readWavLayout(source, fileName)
  const frameBytes = encoding.bytesPerSample * channelCount
  const lengthSamples = Math.floor(dataLength / frameBytes)
  return {
    sampleRate,
    channelCount,
    lengthSamples,
    read(start, count) {
      const from = Math.min(lengthSamples, Math.max(0, start))
      const to = Math.min(lengthSamples, Math.max(from, start + count))
      const bytes = source.read(dataStart + from * frameBytes, (to - from) * frameBytes)
      return readPcm(bytes, encoding, channelCount).map((pcm) => padStretch(pcm, from, start, count))
    },
  }
}

/** The same sound at another rate; what it reads equals `resample` of the whole. */
export const readResampled = (reader: PcmReader, toRate: number): PcmReader => {
  const fromRate = reader.sampleRate
  if (fromRate === toRate) return reader
  const lengthSamples = countResampled(reader.lengthSamples, fromRate, toRate)
  return {
    sampleRate: toRate,
    channelCount: reader.channelCount,
    lengthSamples,
    read(start, count) {
      const from = Math.min(lengthSamples, Math.max(0, start))
      const to = Math.min(lengthSamples, Math.max(from, start + count))
      return Array.from({ length: reader.channelCount }, (_, channel) => {
        if (to === from) return new Float32Array(count)
        const readChannel = (first: number, length: number): Float32Array => reader.read(first, length)[channel]
        return padStretch(resampleStretch(readChannel, { fromRate, toRate }, from, to - from), from, start, count)
      })
    },
  }
}
