/** How one sample lies in a file that stores plain samples. */
export interface PcmEncoding {
  readonly kind: 'unsigned' | 'signed' | 'float' | 'alaw' | 'mulaw'
  readonly bytesPerSample: number
  readonly isBigEndian: boolean
}

const expandALaw = (byte: number): number => {
  const code = byte ^ 0x55
  const segment = (code >> 4) & 7
  const step = ((code & 0x0f) << 4) + 8
  const level = segment === 0 ? step : (step + 256) << (segment - 1)
  return (code & 0x80 ? level : -level) / 32768
}

const expandMuLaw = (byte: number): number => {
  const code = ~byte & 0xff
  const level = ((((code & 0x0f) << 3) + 132) << ((code >> 4) & 7)) - 132
  return (code & 0x80 ? -level : level) / 32768
}

type ReadSample = (view: DataView, offset: number) => number

const finite = (x: number): number => (Number.isFinite(x) ? x : 0)

const chooseReader = ({ kind, bytesPerSample, isBigEndian }: PcmEncoding): ReadSample | undefined => {
  const isLittle = !isBigEndian
  switch (kind) {
    case 'alaw':
      return (view, offset) => expandALaw(view.getUint8(offset))
    case 'mulaw':
      return (view, offset) => expandMuLaw(view.getUint8(offset))
    case 'float':
      if (bytesPerSample === 4) return (view, offset) => finite(view.getFloat32(offset, isLittle))
      return bytesPerSample === 8 ? (view, offset) => finite(view.getFloat64(offset, isLittle)) : undefined
    case 'unsigned':
      return bytesPerSample === 1 ? (view, offset) => (view.getUint8(offset) - 128) / 128 : undefined
    case 'signed':
      if (bytesPerSample === 1) return (view, offset) => view.getInt8(offset) / 128
      if (bytesPerSample === 2) return (view, offset) => view.getInt16(offset, isLittle) / 32768
      if (bytesPerSample === 4) return (view, offset) => view.getInt32(offset, isLittle) / 2147483648
      if (bytesPerSample !== 3) return undefined
      return isLittle
        ? (view, offset) => (view.getUint16(offset, true) | (view.getInt8(offset + 2) << 16)) / 8388608
        : (view, offset) => (view.getUint16(offset + 1, false) | (view.getInt8(offset) << 16)) / 8388608
  }
}

/** Whether this build can read such samples. */
export const isKnownPcm = (encoding: PcmEncoding): boolean => chooseReader(encoding) !== undefined

/**
 * Interleaved samples of a file to planar floats. Numbers that are not finite become 0.
 *
 * @param bytes     whole frames of channelCount * bytesPerSample bytes; a broken last frame is left out
 * @param encoding  see `isKnownPcm`
 * @returns         channelCount arrays [S], full scale = 1 (integers divided by 2^(bits - 1))
 */
export const readPcm = (bytes: Uint8Array, encoding: PcmEncoding, channelCount: number): Float32Array[] => {
  const read = chooseReader(encoding)
  const { bytesPerSample } = encoding
  const frames = Math.floor(bytes.length / (bytesPerSample * channelCount))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isSixteen = encoding.kind === 'signed' && bytesPerSample === 2
  return Array.from({ length: channelCount }, (_, channel) => {
    const pcm = new Float32Array(frames)
    if (!read) return pcm
    if (isSixteen) {
      // What most files hold, without a call for each sample.
      const isLittle = !encoding.isBigEndian
      for (let i = 0, offset = 2 * channel; i < frames; i++, offset += 2 * channelCount) pcm[i] = view.getInt16(offset, isLittle) / 32768
      return pcm
    }
    for (let i = 0, offset = channel * bytesPerSample; i < frames; i++, offset += bytesPerSample * channelCount) pcm[i] = read(view, offset)
    return pcm
  })
}

/** Where plain samples lie in a file, as its header tells. */
export interface PcmLayout {
  readonly encoding: PcmEncoding
  readonly channelCount: number
  readonly sampleRate: number
  readonly dataStart: number
  /** Bytes that are really there. */
  readonly dataLength: number
  /** Bytes that the header promises and the file lacks. */
  readonly missingBytes: number
}
