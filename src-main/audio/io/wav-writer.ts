import { EngineError, invariant } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { viewOf } from './byte-source.ts'

const PCM = 1
const FLOAT = 3
const MOST_BYTES = 0xffffffff

export type WavBits = 16 | 24 | 32

/** A chunk of a RIFF file beside its format and samples. */
export interface RiffChunk {
  /** Four ASCII letters. */
  readonly id: string
  readonly bytes: Uint8Array
}

export interface WavOptions {
  readonly sampleRate: number
  /** 16 and 24 are integers, 32 is float. */
  readonly bits: WavBits
  /** With 16 bits: adds triangular noise of +-1 LSB drawn from this seed. Samples that are exactly 0 stay 0. */
  readonly ditherSeed?: number
  /** Further chunks: those before the format, and those after the samples. */
  readonly chunksBefore?: readonly RiffChunk[]
  readonly chunksAfter?: readonly RiffChunk[]
}

/** A WAV file in pieces, so that long sound never lies in memory as a whole: `head`, then all blocks in order, then `tail`. */
export interface WavWriter {
  readonly head: Uint8Array
  /** Bytes of one block of samples, planar, full scale = 1. */
  encode(channels: readonly Float32Array[]): Uint8Array
  readonly tail: Uint8Array
}

const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

export const joinBytes = (parts: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Little-endian bytes of one RIFF chunk, padded to an even length. */
const encodeRiffChunk = ({ id, bytes }: RiffChunk): Uint8Array => {
  invariant(id.length === 4, 'a chunk id of four letters')
  const chunk = new Uint8Array(8 + bytes.length + (bytes.length % 2))
  chunk.set(asciiBytes(id))
  viewOf(chunk).setUint32(4, bytes.length, true)
  chunk.set(bytes, 8)
  return chunk
}

const encodeFormat = (channelCount: number, sampleRate: number, bits: WavBits): Uint8Array => {
  const isFloat = bits === 32
  const blockAlign = channelCount * (bits / 8)
  const bytes = new Uint8Array(isFloat ? 18 : 16)
  const view = viewOf(bytes)
  view.setUint16(0, isFloat ? FLOAT : PCM, true)
  view.setUint16(2, channelCount, true)
  view.setUint32(4, sampleRate, true)
  view.setUint32(8, sampleRate * blockAlign, true)
  view.setUint16(12, blockAlign, true)
  view.setUint16(14, bits, true)
  return bytes
}

const uint32Bytes = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4)
  viewOf(bytes).setUint32(0, value, true)
  return bytes
}

const createSampleEncoder = (bits: WavBits, ditherSeed: number | undefined): WavWriter['encode'] => {
  const isFloat = bits === 32
  const random = bits === 16 && ditherSeed !== undefined ? createRandom(ditherSeed) : undefined
  const fullScale = 2 ** (bits - 1)
  return (channels) => {
    const frames = channels[0]?.length ?? 0
    const bytes = new Uint8Array(frames * channels.length * (bits / 8))
    const view = viewOf(bytes)
    let offset = 0
    for (let i = 0; i < frames; i++) {
      for (const pcm of channels) {
        const sample = pcm[i]
        if (isFloat) {
          view.setFloat32(offset, sample, true)
        } else {
          const noise = random && sample !== 0 ? random.next() - random.next() : 0
          const level = Math.max(-fullScale, Math.min(fullScale - 1, Math.round(sample * fullScale + noise)))
          view.setInt16(offset, bits === 16 ? level : level & 0xffff, true)
          if (bits === 24) view.setInt8(offset + 2, level >> 16)
        }
        offset += bits / 8
      }
    }
    return bytes
  }
}

/**
 * Writes a WAV file piece by piece. Integers are rounded and clipped at full scale; floats go as they are.
 *
 * @param format   channelCount; lengthSamples S that will be encoded in all
 * @param options  sampleRate in Hz; bits 16, 24 or 32 (float); ditherSeed for 16; further chunks
 * @returns        head, encode(channels [n] each) and tail: joined they are the file
 * @throws         EngineError FILE_TOO_LARGE where the file would pass the 4 GB of RIFF
 * @source         RIFF: Microsoft/IBM Multimedia Programming Interface 1.0
 */
export const createWavWriter = (format: { channelCount: number; lengthSamples: number }, options: WavOptions): WavWriter => {
  const { channelCount, lengthSamples } = format
  const { sampleRate, bits, ditherSeed, chunksBefore = [], chunksAfter = [] } = options
  const dataLength = lengthSamples * channelCount * (bits / 8)
  const before = [
    ...chunksBefore,
    { id: 'fmt ', bytes: encodeFormat(channelCount, sampleRate, bits) },
    ...(bits === 32 ? [{ id: 'fact', bytes: uint32Bytes(lengthSamples) }] : []),
  ].map(encodeRiffChunk)
  const tail = joinBytes([new Uint8Array(dataLength % 2), ...chunksAfter.map(encodeRiffChunk)])
  const headLength = 12 + before.reduce((sum, chunk) => sum + chunk.length, 0) + 8
  const total = headLength + dataLength + tail.length
  if (total > MOST_BYTES)
    throw new EngineError('FILE_TOO_LARGE', {
      path: 'the WAV file',
      megabytes: Math.ceil(total / 1e6),
      maximumMegabytes: Math.floor(MOST_BYTES / 1e6),
    })
  const head = joinBytes([
    asciiBytes('RIFF'),
    uint32Bytes(total - 8),
    asciiBytes('WAVE'),
    ...before,
    asciiBytes('data'),
    uint32Bytes(dataLength),
  ])
  return { head, encode: createSampleEncoder(bits, ditherSeed), tail }
}
