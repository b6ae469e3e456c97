import { EngineError } from '#main/foundation/engine-error.ts'
import { type ByteSource, readAscii, viewOf } from './byte-source.ts'
import { isKnownPcm, type PcmEncoding, type PcmLayout } from './pcm.ts'

/** 80-bit extended float, as AIFF writes its sample rate. */
const readExtended = (bytes: Uint8Array): number => {
  const view = viewOf(bytes)
  return (view.getUint32(2) * 2 ** 32 + view.getUint32(6)) * 2 ** ((view.getUint16(0) & 0x7fff) - 16383 - 63)
}

const chooseEncoding = (compression: string, bits: number): PcmEncoding | undefined => {
  const bytesPerSample = Math.ceil(bits / 8)
  const big = { isBigEndian: true }
  const table: Readonly<Record<string, PcmEncoding>> = {
    none: { kind: 'signed', bytesPerSample, ...big },
    twos: { kind: 'signed', bytesPerSample, ...big },
    sowt: { kind: 'signed', bytesPerSample, isBigEndian: false },
    in24: { kind: 'signed', bytesPerSample: 3, ...big },
    in32: { kind: 'signed', bytesPerSample: 4, ...big },
    'raw ': { kind: 'unsigned', bytesPerSample: 1, ...big },
    fl32: { kind: 'float', bytesPerSample: 4, ...big },
    fl64: { kind: 'float', bytesPerSample: 8, ...big },
    alaw: { kind: 'alaw', bytesPerSample: 1, ...big },
    ulaw: { kind: 'mulaw', bytesPerSample: 1, ...big },
  }
  const encoding = table[compression.toLowerCase()]
  return encoding && isKnownPcm(encoding) ? encoding : undefined
}

/**
 * Where an AIFF or AIFF-C file keeps its samples, and of what kind they are.
 *
 * @returns  undefined for compressed AIFF-C (IMA ADPCM, GSM), which a library decodes
 * @throws   EngineError AUDIO_CORRUPT
 * @source   Apple, Audio Interchange File Format AIFF-C, draft of 1991
 */
export const readAiffLayout = (source: ByteSource, fileName: string): PcmLayout | undefined => {
  const corrupt = (reason: string): EngineError => new EngineError('AUDIO_CORRUPT', { path: fileName, reason })
  const isCompressed = readAscii(source.read(8, 4), 0, 4) === 'AIFC'
  let common: { channelCount: number; frames: number; bits: number; sampleRate: number; compression: string } | undefined
  let data: { start: number; available: number } | undefined
  for (let offset = 12; offset + 8 <= source.length;) {
    const head = source.read(offset, 8)
    const id = readAscii(head, 0, 4)
    const length = viewOf(head).getUint32(4)
    const start = offset + 8
    if (id === 'COMM') {
      const bytes = source.read(start, 22)
      if (bytes.length < 18) throw corrupt('its format header is cut off')
      const view = viewOf(bytes)
      const compression = isCompressed && bytes.length >= 22 ? readAscii(bytes, 18, 4) : 'NONE'
      common = {
        channelCount: view.getUint16(0),
        frames: view.getUint32(2),
        bits: view.getUint16(6),
        sampleRate: Math.round(readExtended(bytes.subarray(8, 18))),
        compression,
      }
    } else if (id === 'SSND') {
      const bytes = source.read(start, 4)
      const gap = bytes.length === 4 ? viewOf(bytes).getUint32(0) : 0
      const dataStart = start + 8 + gap
      data = { start: dataStart, available: Math.max(0, Math.min(length - 8 - gap, source.length - dataStart)) }
    }
    offset = start + length + (length % 2)
  }
  if (!common) throw corrupt('its format header is missing')
  const { channelCount, frames, bits, sampleRate, compression } = common
  if (channelCount === 0) throw corrupt('its header gives no channels')
  if (sampleRate < 1000 || sampleRate > 1_000_000) throw corrupt(`its header gives a sample rate of ${sampleRate} Hz`)
  const encoding = chooseEncoding(compression, bits)
  if (!encoding) return undefined
  const promised = frames * channelCount * encoding.bytesPerSample
  const dataLength = Math.min(promised, data?.available ?? 0)
  return { encoding, channelCount, sampleRate, dataStart: data?.start ?? 0, dataLength, missingBytes: promised - dataLength }
}
