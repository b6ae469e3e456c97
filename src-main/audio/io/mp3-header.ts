import { type ByteSource, readAscii, viewOf } from './byte-source.ts'

export interface Mp3Facts {
  readonly sampleRate: number
  readonly isMono: boolean
  /** Samples per channel that the Xing/Info header promises after gapless trimming; undefined without one. */
  readonly lengthSamples: number | undefined
}

interface Frame {
  readonly lengthBytes: number
  readonly samples: number
  readonly sampleRate: number
  readonly isMono: boolean
  /** Where the Xing header would begin, from the start of the frame. */
  readonly xingOffset: number
}

const RATES = [44100, 48000, 32000]
/** kbit/s for MPEG-1 layers I, II, III and MPEG-2 layers I, II/III. */
const BITRATES: Readonly<Record<string, readonly number[]>> = {
  '1 1': [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1 2': [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1 3': [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2 1': [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2 2': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2 3': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}

/** One frame header; undefined when the four bytes are none. */
const readFrame = (bytes: Uint8Array): Frame | undefined => {
  if (bytes.length < 4 || bytes[0] !== 0xff || (bytes[1] & 0xe0) !== 0xe0) return undefined
  const versionCode = (bytes[1] >> 3) & 3 // 0: MPEG-2.5, 2: MPEG-2, 3: MPEG-1
  const layer = 4 - ((bytes[1] >> 1) & 3)
  const bitrate = BITRATES[`${versionCode === 3 ? 1 : 2} ${layer}`]?.[(bytes[2] >> 4) - 1]
  const baseRate = RATES[(bytes[2] >> 2) & 3]
  if (versionCode === 1 || layer === 4 || bitrate === undefined || baseRate === undefined) return undefined
  const isVersion1 = versionCode === 3
  const sampleRate = baseRate / (isVersion1 ? 1 : versionCode === 2 ? 2 : 4)
  const samples = layer === 1 ? 384 : layer === 3 && !isVersion1 ? 576 : 1152
  const padding = (bytes[2] >> 1) & 1
  const lengthBytes =
    layer === 1 ? (Math.floor((12000 * bitrate) / sampleRate) + padding) * 4 : Math.floor((samples * 125 * bitrate) / sampleRate) + padding
  const isMono = bytes[3] >> 6 === 3
  const sideInfo = isVersion1 ? (isMono ? 17 : 32) : isMono ? 9 : 17
  return { lengthBytes, samples, sampleRate, isMono, xingOffset: 4 + sideInfo }
}

const readXing = (bytes: Uint8Array, frame: Frame): number | undefined => {
  const xing = bytes.subarray(frame.xingOffset)
  if (xing.length < 12 || !['Xing', 'Info'].includes(readAscii(xing, 0, 4)) || !(xing[7] & 1)) return undefined
  const frames = viewOf(xing).getUint32(8)
  const flags = xing[7]
  const lame = 8 + 4 + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0)
  const gap = xing.subarray(lame + 21, lame + 24)
  const hasGap = gap.length === 3 && /^(LAME|Lavc|Lavf|GOGO)/.test(readAscii(xing, lame, 4))
  const trimmed = hasGap ? (gap[0] << 4) + (gap[1] >> 4) + ((gap[1] & 15) << 8) + gap[2] : 0
  return Math.max(0, frames * frame.samples - trimmed)
}

/**
 * Facts from the first MPEG audio frame, which is one only if another follows where it ends.
 *
 * @param source  the file
 * @param start   where to begin the search, behind an ID3v2 tag
 * @returns       undefined when the file holds no MPEG audio near `start`
 * @source        ISO/IEC 11172-3, 13818-3; Xing and LAME tag revision 1
 */
export const findMp3 = (source: ByteSource, start: number): Mp3Facts | undefined => {
  const bytes = source.read(start, 16384)
  for (let at = 0; at + 4 <= bytes.length; at++) {
    const frame = readFrame(bytes.subarray(at))
    if (!frame) continue
    const next = start + at + frame.lengthBytes
    const follower = readFrame(source.read(next, 4))
    const isLast = next >= source.length && at === 0
    if (!isLast && follower?.sampleRate !== frame.sampleRate) continue
    const whole = source.read(start + at, frame.lengthBytes)
    return { sampleRate: frame.sampleRate, isMono: frame.isMono, lengthSamples: readXing(whole, frame) }
  }
  return undefined
}
