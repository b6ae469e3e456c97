import { createHash } from 'node:crypto'
import { describeCut } from './describe-cut.ts'
import { type ByteSource, readAscii, viewOf } from './byte-source.ts'

export interface FlacInfo {
  readonly sampleRate: number
  readonly channelCount: number
  readonly bits: number
  /** 0 when the encoder did not know. */
  readonly lengthSamples: number
  /** MD5 of the interleaved samples in hex; undefined when the encoder left it out. */
  readonly md5: string | undefined
}

/**
 * The STREAMINFO block.
 *
 * @param source  a FLAC stream from `fLaC` on (in Ogg: the first packet from its offset 9 on)
 * @returns       undefined when the block is not there
 * @source        RFC 9639, section 8.2
 */
export const readFlacInfo = (source: ByteSource): FlacInfo | undefined => {
  const bytes = source.read(0, 42)
  if (bytes.length < 42 || readAscii(bytes, 0, 4) !== 'fLaC' || (bytes[4] & 0x7f) !== 0) return undefined
  const packed = viewOf(bytes).getBigUint64(18)
  const md5 = Buffer.from(bytes.subarray(26, 42)).toString('hex')
  return {
    sampleRate: Number(packed >> 44n),
    channelCount: Number((packed >> 41n) & 7n) + 1,
    bits: Number((packed >> 36n) & 31n) + 1,
    lengthSamples: Number(packed & 0xfffffffffn),
    md5: /^0+$/.test(md5) ? undefined : md5,
  }
}

/** Follows decoded blocks and tells in the end whether they are what the encoder saw. */
export interface FlacWatch {
  /** Rounds a block to the integers it stands for, in place, full scale = 1. */
  repair(channels: readonly Float32Array[]): void
  /** A sentence's part that says what is wrong; undefined when all is well. */
  judge(): string | undefined
}

/**
 * Checks a FLAC decode, which is silent about lost frames, against STREAMINFO.
 *
 * @param info  the stream's STREAMINFO
 * @returns     repair(channels [S] as libFLAC's wasm build scales them) and judge()
 */
export const watchFlac = (info: FlacInfo): FlacWatch => {
  const { bits, sampleRate } = info
  const hash = createHash('md5')
  // 32-bit samples do not fit a float, so their digest cannot be formed again.
  const canCheck = info.md5 !== undefined && bits <= 24
  const bytesPerSample = Math.ceil(bits / 8)
  const scale = 2 ** (bits - 1)
  let frames = 0
  return {
    repair(channels) {
      const count = channels[0]?.length ?? 0
      frames += count
      if (bits > 24) return
      const bytes = Buffer.alloc(count * channels.length * bytesPerSample)
      let offset = 0
      for (let i = 0; i < count; i++) {
        for (const pcm of channels) {
          const level = Math.round(pcm[i] * (scale - 1))
          pcm[i] = level / scale
          if (bytesPerSample === 2) bytes.writeInt16LE(level, offset)
          else bytes.writeIntLE(level, offset, bytesPerSample)
          offset += bytesPerSample
        }
      }
      if (canCheck) hash.update(bytes)
    },
    judge() {
      if (info.lengthSamples > 0 && frames < info.lengthSamples) {
        return describeCut(frames / sampleRate, info.lengthSamples / sampleRate)
      }
      if (canCheck && hash.digest('hex') !== info.md5) return 'its samples differ from its checksum'
      return undefined
    },
  }
}
