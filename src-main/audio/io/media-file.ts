import { EngineError, invariant } from '#main/foundation/engine-error.ts'
import type { ByteSource } from './byte-source.ts'
import type { AudioBlock } from './compressed.ts'

/** An audio track taken out of its container. */
interface Track {
  readonly codec: string
  readonly packets: Uint8Array[]
  readonly channelCount: number
  readonly sampleRate: number
  readonly description: Uint8Array | undefined
  /** Seconds that the container tells players to leave out at the start. */
  readonly leadSeconds: number
  /** Seconds after the lead, as the packets that are there and as the table of contents tell. */
  readonly durationSeconds: number
  readonly promisedSeconds: number
}

const AAC_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]

const unknown = (fileName: string, hint: string): EngineError =>
  new EngineError('AUDIO_UNKNOWN_FORMAT', { path: fileName, hint: ` (${hint})` })

const copyBytes = (data: AllowSharedBufferSource): Uint8Array =>
  Uint8Array.from(ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data))

const openTrack = async (bytes: Uint8Array, fileName: string): Promise<Track> => {
  const { ADTS, BufferSource, EncodedPacketSink, Input, MP4, QTFF } = await import('mediabunny')
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4, QTFF, ADTS] })
  try {
    const track = await input.getPrimaryAudioTrack()
    if (!track && !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('moov', 0, 'latin1')) {
      throw new EngineError('AUDIO_CORRUPT', { path: fileName, reason: 'its table of contents is missing, so it was probably cut off' })
    }
    if (!track) throw unknown(fileName, 'a film or container without sound')
    const config = await track.getDecoderConfig()
    if (!track.codec || !config) {
      const inner = String(track.internalCodecId ?? 'an unknown codec')
      throw unknown(fileName, inner === 'alac' ? 'it holds Apple Lossless; export it as FLAC or WAV' : `it holds ${inner}`)
    }
    const packets: Uint8Array[] = []
    let leadSeconds = 0
    let endSeconds = 0
    for await (const packet of new EncodedPacketSink(track).packets()) {
      if (packets.length === 0) leadSeconds = Math.max(0, -packet.timestamp)
      packets.push(packet.data)
      endSeconds = packet.timestamp + packet.duration
    }
    const { description } = config
    return {
      codec: track.codec,
      packets,
      channelCount: config.numberOfChannels,
      sampleRate: config.sampleRate,
      description: description && copyBytes(description),
      leadSeconds,
      durationSeconds: endSeconds,
      promisedSeconds: await track.computeDuration(),
    }
  } catch (cause) {
    if (cause instanceof EngineError) throw cause
    throw new EngineError('AUDIO_CORRUPT', { path: fileName, reason: 'its table of contents cannot be read' }, { cause })
  } finally {
    input.dispose()
  }
}

/** Bare AAC packets as an ADTS stream, which carries the decoder's settings in every frame. @source ISO/IEC 13818-7, 6.2 */
const toAdts = (track: Track, description: Uint8Array): { bytes: Uint8Array; sampleRate: number } => {
  // Two bytes of settings: five bits for the kind of object, four for the rate, four for the channels. What an
  // extension (SBR) puts on top is left out: the core below it is AAC-LC, at the rate given here.
  const [first, second] = description
  const rateIndex = ((first & 7) << 1) | (second >> 7)
  const channelConfig = (second >> 3) & 15
  const bytes = new Uint8Array(track.packets.reduce((sum, packet) => sum + packet.length + 7, 0))
  let offset = 0
  for (const packet of track.packets) {
    const length = packet.length + 7
    const head = [
      0xff,
      0xf1,
      (1 << 6) | (rateIndex << 2) | (channelConfig >> 2),
      ((channelConfig & 3) << 6) | (length >> 11),
      (length >> 3) & 0xff,
      ((length & 7) << 5) | 0x1f,
      0xfc,
    ]
    bytes.set(head, offset)
    bytes.set(packet, offset + 7)
    offset += length
  }
  return { bytes, sampleRate: AAC_RATES[rateIndex] ?? track.sampleRate }
}

/** iTunes' own note of delay, padding and length, where no edit list says it. */
const readITunesGap = (bytes: Uint8Array): { lead: number; length: number } | undefined => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = text.indexOf('iTunSMPB', 0, 'latin1')
  if (at < 0) return undefined
  const match = / [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{8}) ([0-9A-F]{16})/.exec(text.toString('latin1', at, at + 160))
  return match ? { lead: parseInt(match[1], 16), length: parseInt(match[3], 16) } : undefined
}

/** The AAC decoder is native code of an optional package, so it may be missing. */
const decodeAdts = async (bytes: Uint8Array, sampleRate: number, fileName: string): Promise<AudioBlock> => {
  const { OfflineAudioContext } = await import('node-web-audio-api').catch((cause: unknown) => {
    throw new EngineError('AUDIO_DECODER_MISSING', { path: fileName, format: 'AAC' }, { cause })
  })
  try {
    // A context at the file's own rate: decodeAudioData resamples to its context's rate otherwise.
    const audio = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(Uint8Array.from(bytes).buffer)
    return {
      channels: Array.from({ length: audio.numberOfChannels }, (_, i) => audio.getChannelData(i).slice()),
      sampleRate: audio.sampleRate,
    }
  } catch (cause) {
    throw new EngineError('AUDIO_CORRUPT', { path: fileName, reason: 'its AAC stream cannot be decoded' }, { cause })
  }
}

const decodeOpusPackets = async (track: Track): Promise<AudioBlock> => {
  const { createOpusDecoder } = await import('@audio/decode-opus/core')
  const decoder = await createOpusDecoder()
  try {
    const head = track.description
    const preSkip = head && head.length >= 12 ? head[10] + 256 * head[11] : 0
    decoder.configure({ channels: track.channelCount, preSkip })
    return { channels: decoder.decodeFrames(track.packets).channelData, sampleRate: 48000 }
  } finally {
    decoder.free()
  }
}

const cut = (block: AudioBlock, lead: number, length: number): AudioBlock => ({
  ...block,
  channels: block.channels.map((pcm) => pcm.subarray(lead, lead + length)),
})

/**
 * AAC and Opus sound in MP4 or ADTS, with the encoder's lead-in cut off as the container says.
 *
 * @param source    the file, held in memory as a whole
 * @param fileName  names the file in errors
 * @param report    is told, in part of a sentence, what is wrong with the file
 * @returns         one block
 * @throws          EngineError AUDIO_UNKNOWN_FORMAT, AUDIO_CORRUPT, AUDIO_DECODER_MISSING
 */
export const decodeMediaFile = async (source: ByteSource, fileName: string, report: (damage: string) => void): Promise<AudioBlock> => {
  const bytes = source.read(0, source.length)
  const track = await openTrack(bytes, fileName)
  if (track.packets.length === 0) return { channels: [], sampleRate: track.sampleRate }
  if (track.codec === 'opus') return decodeOpusPackets(track)
  if (track.codec !== 'aac') throw unknown(fileName, `it holds ${track.codec}`)
  // Without a description the file is ADTS already; nothing in it says how long the lead-in is.
  if (!track.description) return decodeAdts(bytes, track.sampleRate, fileName)
  const adts = toAdts(track, track.description)
  const block = await decodeAdts(adts.bytes, adts.sampleRate, fileName)
  invariant(block.sampleRate === adts.sampleRate, 'decoded at the rate of the file')
  const gap = track.leadSeconds === 0 ? readITunesGap(bytes) : undefined
  const lead = gap?.lead ?? Math.round(track.leadSeconds * adts.sampleRate)
  const length = gap?.length ?? Math.round(track.durationSeconds * adts.sampleRate)
  const whole = cut(block, lead, length)
  const foundSeconds = (whole.channels[0]?.length ?? 0) / adts.sampleRate
  // One AAC frame may be damaged; more means that the file was cut off.
  if (foundSeconds < track.promisedSeconds - 2048 / adts.sampleRate) {
    report(`only ${foundSeconds.toFixed(1)} of its ${track.promisedSeconds.toFixed(1)} seconds can be read`)
  }
  return whole
}
