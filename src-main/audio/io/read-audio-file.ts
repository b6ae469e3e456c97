import { createClippingMeter } from '#main/audio/level/clipping-meter.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { type ByteSource, bytesSource, withFileSource } from './byte-source.ts'
import { joinPcm, openAudio } from './decode.ts'
import { createStreamResampler, type StreamResampler } from './resample.ts'
import type { AudioFormat } from './sniff.ts'

export interface ReadAudioOptions {
  /** Hz of the result. */
  readonly sampleRate: number
  /** A longer file throws AUDIO_TOO_LONG. */
  readonly maximumMinutes?: number
  /** A damaged file throws AUDIO_CORRUPT unless what can be read is to be kept. */
  readonly isDamageKept?: boolean
}

export interface MonoAudio {
  /** [S] mean of the channels at the wanted rate. */
  readonly pcm: Float32Array
  readonly sampleRate: number
  readonly durationSeconds: number
  /** What the file itself has. */
  readonly source: {
    readonly format: AudioFormat
    readonly sampleRate: number
    readonly channelCount: number
    readonly clippedShare: number
    readonly damage?: string
  }
}

const mixDown = (channels: readonly Float32Array[]): Float32Array => {
  if (channels.length === 1) return channels[0]
  const mono = new Float32Array(channels[0].length)
  for (const pcm of channels) for (let i = 0; i < mono.length; i++) mono[i] += pcm[i] / channels.length
  return mono
}

const readMono = async (file: ByteSource, path: string, options: ReadAudioOptions): Promise<MonoAudio> => {
  const { sampleRate, maximumMinutes = Infinity, isDamageKept = false } = options
  const { format, blocks, damage } = openAudio(file, { fileName: path, isDamageKept })
  const parts: Float32Array[] = []
  let resampler: StreamResampler | undefined
  const clipping = createClippingMeter()
  let seconds = 0
  let channelCount = 0
  let sourceRate = 0
  for await (const { channels, sampleRate: blockRate } of blocks) {
    resampler ??= createStreamResampler(blockRate, sampleRate)
    sourceRate ||= blockRate
    channelCount ||= channels.length
    seconds += channels[0].length / blockRate
    // Too long already: the rest is only counted, so that the message can say how long the file is.
    if (seconds > maximumMinutes * 60) {
      parts.length = 0
      continue
    }
    const mono = mixDown(channels)
    clipping.push(mono)
    parts.push(resampler.push(mono))
  }
  if (seconds > maximumMinutes * 60) throw new EngineError('AUDIO_TOO_LONG', { minutes: (seconds / 60).toFixed(1), maximumMinutes })
  if (resampler) parts.push(resampler.finish())
  const pcm = joinPcm(parts)
  const found = damage()
  return {
    pcm,
    sampleRate,
    durationSeconds: pcm.length / sampleRate,
    source: {
      format,
      sampleRate: sourceRate,
      channelCount,
      clippedShare: clipping.read(),
      ...(found === undefined ? {} : { damage: found }),
    },
  }
}

/**
 * Any sound file as one channel at one rate, read block by block.
 *
 * @param path     of a WAV, FLAC, MP3, OGG, Opus, AIFF or M4A file, whatever its name says
 * @param options  sampleRate in Hz of the result; maximumMinutes; isDamageKept
 * @returns        pcm [S] and facts about the file
 * @throws         EngineError FILE_NOT_FOUND, FILE_IS_FOLDER, FILE_UNREADABLE, AUDIO_UNKNOWN_FORMAT, AUDIO_CORRUPT, AUDIO_EMPTY,
 *                 AUDIO_TOO_LONG, AUDIO_DECODER_MISSING
 */
export const readAudioFile = (path: string, options: ReadAudioOptions): Promise<MonoAudio> =>
  withFileSource(path, (file) => readMono(file, path, options))

/** The same for a file that is in memory already, such as an upload. */
export const readAudioBytes = (bytes: Uint8Array, fileName: string, options: ReadAudioOptions): Promise<MonoAudio> =>
  readMono(bytesSource(bytes), fileName, options)
