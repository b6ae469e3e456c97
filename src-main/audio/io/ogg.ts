import { type ByteSource, readAscii, viewOf } from './byte-source.ts'

export interface OggFacts {
  /** Granule position of the last page that has one: samples at its end. */
  readonly lastGranule: number
  /** The file ends inside a page. */
  readonly isCutOff: boolean
}

/**
 * Walks over the pages of an Ogg file.
 *
 * @param source  the file
 * @returns       what the pages' headers tell about its end
 * @source        RFC 3533
 */
export const readOggFacts = (source: ByteSource): OggFacts => {
  let lastGranule = 0
  let offset = 0
  while (offset < source.length) {
    const head = source.read(offset, 27 + 255)
    if (readAscii(head, 0, 4) !== 'OggS') return { lastGranule, isCutOff: false }
    const segmentCount = head[26]
    if (head.length < 27 || head.length < 27 + segmentCount) return { lastGranule, isCutOff: true }
    const body = head.subarray(27, 27 + segmentCount).reduce((sum, length) => sum + length, 0)
    const end = offset + 27 + segmentCount + body
    const granule = viewOf(head).getBigInt64(6, true)
    if (granule > 0n) lastGranule = Number(granule)
    if (end > source.length) return { lastGranule, isCutOff: true }
    offset = end
  }
  return { lastGranule, isCutOff: false }
}

/** The first packet of an Ogg file: its codec's header. */
export const readFirstOggPacket = (source: ByteSource): Uint8Array => {
  const page = source.read(0, 4096)
  return page.subarray(27 + (page[26] ?? 0))
}
