import { describeCut } from './describe-cut.ts'
import { type ByteSource, sliceSource } from './byte-source.ts'
import { readFlacInfo, watchFlac } from './flac-info.ts'
import { findMp3 } from './mp3-header.ts'
import { readFirstOggPacket, readOggFacts } from './ogg.ts'
import { skipId3 } from './sniff.ts'

export interface AudioBlock {
  readonly channels: Float32Array[]
  readonly sampleRate: number
}

/** Blocks of audio in order. `report` is told, in part of a sentence, what is wrong with the file; decoding goes on. */
export type BlockDecoder = (source: ByteSource, report: (damage: string) => void) => AsyncGenerator<AudioBlock>

/** What the wasm decoders have in common. */
interface ChunkDecoder {
  decode(chunk: Uint8Array): { channelData: Float32Array[]; sampleRate: number; errors?: readonly unknown[] }
  flush?(): { channelData: Float32Array[]; sampleRate: number; errors?: readonly unknown[] }
  free(): void
}

/** The last chunk is the longest, up to twice this: the FLAC decoder loses a frame when two of them wait for the end. */
const CHUNK_BYTES = 262144

/** Feeds a file to a decoder by chunks, so that memory stays bounded, and passes on what comes out. */
async function* decodeChunks(source: ByteSource, decoder: ChunkDecoder, onErrors: () => void): AsyncGenerator<AudioBlock> {
  try {
    for (let offset = 0, isEnd = false; !isEnd; offset += CHUNK_BYTES) {
      isEnd = source.length - offset < 2 * CHUNK_BYTES
      const results = [decoder.decode(source.read(offset, isEnd ? source.length - offset : CHUNK_BYTES))]
      if (isEnd && decoder.flush) results.push(decoder.flush())
      for (const { channelData, sampleRate, errors } of results) {
        if (errors && errors.length > 0) onErrors()
        if ((channelData[0]?.length ?? 0) > 0) yield { channels: channelData, sampleRate }
      }
    }
  } finally {
    decoder.free()
  }
}

const lacks = (found: number, promised: number, sampleRate: number): string => describeCut(found / sampleRate, promised / sampleRate)

/** FLAC, alone or in Ogg, checked against the length and the checksum in its header. */
export const decodeFlac: BlockDecoder = async function* (source, report) {
  const { decoder } = await import('@audio/decode-flac')
  const isOgg = source.read(0, 1)[0] === 0x4f
  const plain = isOgg ? source : sliceSource(source, skipId3(source))
  const packet = readFirstOggPacket(source).subarray(9)
  const info = readFlacInfo(isOgg ? { length: packet.length, read: (offset, length) => packet.subarray(offset, offset + length) } : plain)
  const watch = info && watchFlac(info)
  if (!watch) report('its stream header is missing')
  for await (const block of decodeChunks(plain, await decoder(), () => report('some of its frames are damaged'))) {
    watch?.repair(block.channels)
    yield block
  }
  const damage = watch?.judge()
  if (damage) report(damage)
}

/** MP3 (layers I to III): mono files give one channel, encoder delay and padding are cut off. */
export const decodeMp3: BlockDecoder = async function* (source, report) {
  const { decoder } = await import('@audio/decode-mp3')
  const start = skipId3(source)
  const facts = findMp3(source, start)
  let frames = 0
  for await (const block of decodeChunks(sliceSource(source, start), await decoder(), () => report('some of its frames are damaged'))) {
    frames += block.channels[0].length
    // The decoder gives mono as two equal channels.
    yield facts?.isMono ? { ...block, channels: block.channels.slice(0, 1) } : block
  }
  // One frame may be missing: encoders differ in whether they count the header's own frame.
  if (facts?.lengthSamples !== undefined && frames < facts.lengthSamples - 1152)
    report(lacks(frames, facts.lengthSamples, facts.sampleRate))
}

const decodeOgg = async function* (
  source: ByteSource,
  report: (damage: string) => void,
  { decoder, preSkip }: { decoder: ChunkDecoder; preSkip: number },
): AsyncGenerator<AudioBlock> {
  let frames = 0
  let sampleRate = 48000
  for await (const block of decodeChunks(source, decoder, () => report('some of its packets are damaged'))) {
    frames += block.channels[0].length
    sampleRate = block.sampleRate
    yield block
  }
  const { lastGranule, isCutOff } = readOggFacts(source)
  const promised = lastGranule - preSkip
  // A stream cut out of a broadcast begins at a later granule, so only short files can be judged by their last one.
  if (isCutOff) report('its end is missing')
  else if (frames < promised - sampleRate / 10) report(lacks(frames, promised, sampleRate))
}

/** Ogg Vorbis, judged by its last granule position. */
export const decodeVorbis: BlockDecoder = async function* (source, report) {
  const { decoder } = await import('@audio/decode-vorbis')
  yield* decodeOgg(source, report, { decoder: await decoder(), preSkip: 0 })
}

/** Ogg Opus, always at 48 kHz, judged by its last granule position. */
export const decodeOpus: BlockDecoder = async function* (source, report) {
  const { decoder } = await import('@audio/decode-opus')
  const head = readFirstOggPacket(source)
  yield* decodeOgg(source, report, { decoder: await decoder(), preSkip: (head[10] ?? 0) + 256 * (head[11] ?? 0) })
}

/** AIFF-C with compressed samples; plain samples are read by `readAiffLayout`. */
export const decodeCompressedAiff: BlockDecoder = async function* (source) {
  const { default: decode } = await import('@audio/decode-aiff')
  const { channelData, sampleRate } = decode(source.read(0, source.length))
  yield { channels: channelData, sampleRate }
}
