import { EngineError, invariant } from '#main/foundation/engine-error.ts'
import { type ByteSource, bytesSource, readAscii, viewOf } from './byte-source.ts'
import { isKnownPcm, type PcmEncoding, type PcmLayout, readPcm } from './pcm.ts'
import { createWavWriter, joinBytes, type RiffChunk, type WavOptions } from './wav-writer.ts'

const PCM = 1
const FLOAT = 3
const A_LAW = 6
const MU_LAW = 7
const EXTENSIBLE = 0xfffe
const OTHER_FORMATS: Readonly<Record<number, string>> = { 2: 'ADPCM', 0x11: 'ADPCM', 0x31: 'GSM', 0x50: 'MPEG', 0x55: 'MP3', 0xff: 'AAC' }
/** Programs that write to a pipe do not know the length and put a number this large. */
const UNKNOWN_LENGTH = 0x7fff0000

interface Chunk {
  readonly id: string
  readonly start: number
  readonly declaredLength: number
}

const isChunkId = (bytes: Uint8Array): boolean => bytes.length >= 4 && bytes.subarray(0, 4).every((byte) => byte >= 0x20 && byte < 0x7f)

/** The chunks of a RIFF file in order; forgives writers that leave the pad byte after an odd chunk out. */
function* walkChunks(source: ByteSource, isBigEndian: boolean, dataLength64: () => number | undefined): Generator<Chunk> {
  let offset = 12
  while (offset + 8 <= source.length) {
    const head = source.read(offset, 8)
    if (!isChunkId(head)) return
    const id = readAscii(head, 0, 4)
    const length32 = viewOf(head).getUint32(4, !isBigEndian)
    const declaredLength = id === 'data' && length32 === 0xffffffff ? (dataLength64() ?? length32) : length32
    yield { id, start: offset + 8, declaredLength }
    const end = offset + 8 + declaredLength
    const isPadMissing = end % 2 === 1 && source.read(end, 1)[0] !== 0 && isChunkId(source.read(end, 4))
    offset = end + (isPadMissing ? 0 : end % 2)
  }
}

interface Format {
  readonly encoding: PcmEncoding
  readonly channelCount: number
  readonly sampleRate: number
}

const readFormat = (bytes: Uint8Array, isBigEndian: boolean, fileName: string): Format => {
  const corrupt = (reason: string): EngineError => new EngineError('AUDIO_CORRUPT', { path: fileName, reason })
  if (bytes.length < 16) throw corrupt('its format header is cut off')
  const view = viewOf(bytes)
  const isLittle = !isBigEndian
  const channelCount = view.getUint16(2, isLittle)
  const sampleRate = view.getUint32(4, isLittle)
  const blockAlign = view.getUint16(12, isLittle)
  const bits = view.getUint16(14, isLittle)
  const outerTag = view.getUint16(0, isLittle)
  const tag = outerTag === EXTENSIBLE && bytes.length >= 26 ? view.getUint16(24, isLittle) : outerTag
  if (channelCount === 0) throw corrupt('its header gives no channels')
  if (sampleRate < 1000 || sampleRate > 1_000_000) throw corrupt(`its header gives a sample rate of ${sampleRate} Hz`)
  // 24 bits may lie left-justified in four bytes; with fewer bits a larger block is a writer's mistake.
  const bytesPerSample = bits > 16 && bits < 32 && blockAlign === 4 * channelCount ? 4 : Math.ceil(bits / 8)
  const kinds: Readonly<Record<number, PcmEncoding['kind']>> = {
    [PCM]: bytesPerSample === 1 ? 'unsigned' : 'signed',
    [FLOAT]: 'float',
    [A_LAW]: 'alaw',
    [MU_LAW]: 'mulaw',
  }
  const kind = kinds[tag]
  const encoding: PcmEncoding = { kind: kind ?? 'signed', bytesPerSample, isBigEndian }
  if (kind === undefined || !isKnownPcm(encoding)) {
    const name = OTHER_FORMATS[tag] ?? (kind === undefined ? `data of kind ${tag}` : `${bits}-bit samples`)
    throw new EngineError('AUDIO_UNKNOWN_FORMAT', { path: fileName, hint: ` (a WAV file that holds ${name})` })
  }
  return { encoding, channelCount, sampleRate }
}

/** Whether the bytes begin as a WAV file does: RIFF, RIFX or RF64 (BW64), with WAVE inside. */
export const isWav = (head: Uint8Array): boolean =>
  ['RIFF', 'RIFX', 'RF64', 'BW64'].includes(readAscii(head, 0, 4)) && readAscii(head, 8, 4) === 'WAVE'

/**
 * Where a WAV file keeps its samples, and of what kind they are.
 *
 * @throws  EngineError AUDIO_CORRUPT without a usable format or data chunk, AUDIO_UNKNOWN_FORMAT for compressed contents
 */
export const readWavLayout = (source: ByteSource, fileName: string): PcmLayout => {
  const isBigEndian = readAscii(source.read(0, 4), 0, 4) === 'RIFX'
  let format: Format | undefined
  let dataLength64: number | undefined
  for (const { id, start, declaredLength } of walkChunks(source, isBigEndian, () => dataLength64)) {
    if (id === 'ds64') {
      const bytes = source.read(start, 16)
      if (bytes.length === 16) dataLength64 = Number(viewOf(bytes).getBigUint64(8, !isBigEndian))
    } else if (id === 'fmt ') {
      format = readFormat(source.read(start, Math.min(declaredLength, 64)), isBigEndian, fileName)
    } else if (id === 'data' && format) {
      const available = source.length - start
      const isLengthUnknown =
        (declaredLength >= UNKNOWN_LENGTH && declaredLength > available && dataLength64 === undefined) ||
        (declaredLength === 0 && available > 8 && !isChunkId(source.read(start, 4)))
      const promised = isLengthUnknown ? available : declaredLength
      const dataLength = Math.min(promised, available)
      return { ...format, dataStart: start, dataLength, missingBytes: promised - dataLength }
    }
  }
  throw new EngineError('AUDIO_CORRUPT', {
    path: fileName,
    reason: format ? 'it ends before its samples begin' : 'its format header is missing',
  })
}

export interface WavAudio {
  readonly channels: Float32Array[]
  readonly sampleRate: number
  /** Fewer samples are there than the header promises; those that are there were read. */
  readonly isTruncated: boolean
}

/**
 * Reads a WAV file: 8 to 32 bit integers, 32 and 64 bit floats, A-law, mu-law, extensible, RF64, RIFX.
 *
 * @param bytes    the whole file
 * @param options  fileName names the file in errors
 * @returns        planar samples, full scale = 1; best effort with `isTruncated` where the end is missing
 * @throws         EngineError AUDIO_CORRUPT, AUDIO_UNKNOWN_FORMAT
 * @source         RIFF: Microsoft/IBM Multimedia Programming Interface 1.0; RF64: EBU Tech 3306
 */
export const readWav = (bytes: Uint8Array, { fileName = 'the WAV file' }: { fileName?: string } = {}): WavAudio => {
  if (!isWav(bytes)) throw new EngineError('AUDIO_CORRUPT', { path: fileName, reason: 'it does not begin as a WAV file does' })
  const layout = readWavLayout(bytesSource(bytes), fileName)
  const data = bytes.subarray(layout.dataStart, layout.dataStart + layout.dataLength)
  return {
    channels: readPcm(data, layout.encoding, layout.channelCount),
    sampleRate: layout.sampleRate,
    isTruncated: layout.missingBytes > 0,
  }
}

/** Chunks larger than this hold sound or pictures, not facts about the sound. */
const MOST_CHUNK_BYTES = 16 * 1024 * 1024

/**
 * The chunks of a WAV file beside its format and its samples, in order, at most 256 and 16 MB each; none of a big-endian file.
 *
 * @throws  EngineError AUDIO_CORRUPT where it is no WAV file
 */
export const readRiffChunks = (source: ByteSource, fileName: string): RiffChunk[] => {
  if (!isWav(source.read(0, 12))) throw new EngineError('AUDIO_CORRUPT', { path: fileName, reason: 'it does not begin as a WAV file does' })
  if (readAscii(source.read(0, 4), 0, 4) === 'RIFX') return []
  const chunks: RiffChunk[] = []
  let dataLength64: number | undefined
  for (const { id, start, declaredLength } of walkChunks(source, false, () => dataLength64)) {
    if (id === 'ds64') {
      const bytes = source.read(start, 16)
      if (bytes.length === 16) dataLength64 = Number(viewOf(bytes).getBigUint64(8, true))
    } else if (!['fmt ', 'fact', 'data'].includes(id) && declaredLength <= MOST_CHUNK_BYTES && chunks.length < 256) {
      chunks.push({ id, bytes: source.read(start, declaredLength) })
    }
  }
  return chunks
}

/**
 * Writes a WAV file in memory.
 *
 * @param channels  1 or more arrays [S] of equal length, full scale = 1
 * @param options   as for createWavWriter
 * @returns         the file's bytes; the same input and seed give the same bytes
 */
export const encodeWav = (channels: readonly Float32Array[], options: WavOptions): Uint8Array => {
  const lengthSamples = channels[0]?.length ?? 0
  invariant(channels.length > 0 && channels.every((pcm) => pcm.length === lengthSamples), 'channels of equal length')
  const writer = createWavWriter({ channelCount: channels.length, lengthSamples }, options)
  return joinBytes([writer.head, writer.encode(channels), writer.tail])
}
