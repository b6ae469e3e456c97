import { withFileSource } from '#main/audio/io/byte-source.ts'
import { readFlacInfo } from '#main/audio/io/flac-info.ts'
import { findMp3 } from '#main/audio/io/mp3-header.ts'
import { readOggFacts } from '#main/audio/io/ogg.ts'
import { sniffFormat } from '#main/audio/io/sniff.ts'
import { readWavLayout } from '#main/audio/io/wav.ts'

const OPUS_RATE = 48000

/**
 * How long a sound file lasts, from its headers alone. Undefined where they do not tell.
 * Throws EngineError FILE_UNREADABLE, FILE_NOT_FOUND, AUDIO_CORRUPT, AUDIO_UNKNOWN_FORMAT.
 */
export const measureSeconds = (path: string): Promise<number | undefined> =>
  withFileSource(path, async (file) => {
    const { format } = sniffFormat(file)
    if (format === 'wav') {
      const { encoding, channelCount, sampleRate, dataLength } = readWavLayout(file, path)
      return dataLength / (encoding.bytesPerSample * channelCount * sampleRate)
    }
    if (format === 'flac') {
      const info = readFlacInfo(file)
      return info === undefined || info.lengthSamples === 0 ? undefined : info.lengthSamples / info.sampleRate
    }
    if (format === 'mp3') {
      const facts = findMp3(file, 0)
      return facts?.lengthSamples === undefined ? undefined : facts.lengthSamples / facts.sampleRate
    }
    return format === 'opus' ? readOggFacts(file).lastGranule / OPUS_RATE : undefined
  })
