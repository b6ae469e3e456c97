import { EngineError } from '#main/foundation/engine-error.ts'
import { describeCut } from './describe-cut.ts'
import { readAiffLayout } from './aiff.ts'
import { type ByteSource, bytesSource } from './byte-source.ts'
import { type AudioBlock, type BlockDecoder, decodeCompressedAiff, decodeFlac, decodeMp3, decodeOpus, decodeVorbis } from './compressed.ts'
import { decodeMediaFile } from './media-file.ts'
import { type PcmLayout, readPcm } from './pcm.ts'
import { type AudioFormat, sniffFormat } from './sniff.ts'
import { readWavLayout } from './wav.ts'

export interface DecodeOptions {
  /** Names the file in errors. */
  readonly fileName: string
  /** A damaged file throws AUDIO_CORRUPT unless what can be read is to be kept. */
  readonly isDamageKept?: boolean
}

export interface DecodedAudio {
  /** One array [S] per channel, full scale = 1. */
  readonly channels: Float32Array[]
  readonly sampleRate: number
  readonly format: AudioFormat
  /** What is wrong with the file, in part of a sentence; only with `isDamageKept`. */
  readonly damage: string | undefined
}

const BLOCK_FRAMES = 65536

function* readBlocks(source: ByteSource, layout: PcmLayout, report: (damage: string) => void): Generator<AudioBlock> {
  const { encoding, channelCount, sampleRate, dataStart, dataLength, missingBytes } = layout
  const frameBytes = encoding.bytesPerSample * channelCount
  const blockBytes = BLOCK_FRAMES * frameBytes
  for (let offset = 0; offset + frameBytes <= dataLength; offset += blockBytes) {
    const bytes = source.read(dataStart + offset, Math.min(blockBytes, dataLength - offset))
    yield { channels: readPcm(bytes, encoding, channelCount), sampleRate }
  }
  if (missingBytes >= frameBytes) {
    const seconds = (length: number): number => length / frameBytes / sampleRate
    report(describeCut(seconds(dataLength), seconds(dataLength + missingBytes)))
  }
}

const decodeAiff: (fileName: string) => BlockDecoder = (fileName) =>
  async function* (source, report) {
    const layout = readAiffLayout(source, fileName)
    yield* layout ? readBlocks(source, layout, report) : decodeCompressedAiff(source, report)
  }

const chooseDecoder = (format: AudioFormat, fileName: string): BlockDecoder => {
  switch (format) {
    case 'wav':
      return async function* (source, report) {
        yield* readBlocks(source, readWavLayout(source, fileName), report)
      }
    case 'aiff':
      return decodeAiff(fileName)
    case 'flac':
    case 'ogg-flac':
      return decodeFlac
    case 'vorbis':
      return decodeVorbis
    case 'opus':
      return decodeOpus
    case 'mp3':
      return decodeMp3
    case 'm4a':
    case 'aac':
      return async function* (source, report) {
        yield await decodeMediaFile(source, fileName, report)
      }
  }
}

/**
 * Decodes a file block by block, in bounded memory where the format allows it.
 *
 * @param source   the file
 * @param options  fileName; isDamageKept
 * @returns        format, the blocks in order, and damage() once they have been taken
 * @throws         EngineError AUDIO_EMPTY, AUDIO_UNKNOWN_FORMAT, AUDIO_CORRUPT, AUDIO_DECODER_MISSING, the last three
 *                 also while blocks are taken
 */
export const openAudio = (
  source: ByteSource,
  { fileName, isDamageKept = false }: DecodeOptions,
): { format: AudioFormat; blocks: AsyncGenerator<AudioBlock>; damage: () => string | undefined } => {
  if (source.length === 0) throw new EngineError('AUDIO_EMPTY', { path: fileName })
  const sniffed = sniffFormat(source)
  if (sniffed.format === undefined) throw new EngineError('AUDIO_UNKNOWN_FORMAT', { path: fileName, hint: sniffed.hint })
  const { format } = sniffed
  const decode = chooseDecoder(format, fileName)
  let damage: string | undefined
  const corrupt = (reason: string, cause?: unknown): EngineError => new EngineError('AUDIO_CORRUPT', { path: fileName, reason }, { cause })
  const blocks = async function* (): AsyncGenerator<AudioBlock> {
    let frames = 0
    try {
      for await (const block of decode(source, (reason) => (damage ??= reason))) {
        const length = block.channels[0]?.length ?? 0
        frames += length
        if (length > 0) yield block
      }
    } catch (cause) {
      if (cause instanceof EngineError) throw cause
      damage ??= 'its contents cannot be decoded'
      if (!isDamageKept || frames === 0) throw corrupt(damage, cause)
    }
    if (damage !== undefined && (!isDamageKept || frames === 0)) throw corrupt(damage)
    if (frames === 0) throw new EngineError('AUDIO_EMPTY', { path: fileName })
  }
  return { format, blocks: blocks(), damage: () => damage }
}

/** Arrays one after the other. */
export const joinPcm = (parts: readonly Float32Array[]): Float32Array => {
  if (parts.length === 1) return parts[0]
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/**
 * Decodes WAV, FLAC, Ogg FLAC, MP3, Ogg Vorbis, Ogg Opus, AIFF, M4A or AAC, recognised by their bytes.
 *
 * @param bytes    the whole file
 * @param options  fileName names the file in errors; isDamageKept keeps what a damaged file still holds
 * @returns        planar samples at the file's own rate (Opus: 48 kHz), encoder delays cut off
 * @throws         EngineError AUDIO_EMPTY, AUDIO_UNKNOWN_FORMAT, AUDIO_CORRUPT, AUDIO_DECODER_MISSING
 */
export const decodeAudio = async (bytes: Uint8Array, options: DecodeOptions): Promise<DecodedAudio> => {
  const { format, blocks, damage } = openAudio(bytesSource(bytes), options)
  const parts: Float32Array[][] = []
  let sampleRate = 0
  for await (const block of blocks) {
    sampleRate = block.sampleRate
    block.channels.forEach((pcm, channel) => (parts[channel] ??= []).push(pcm))
  }
  return { channels: parts.map(joinPcm), sampleRate, format, damage: damage() }
}
