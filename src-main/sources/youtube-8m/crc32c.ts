/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78
const SLICES = 8

/** Table k advances the remainder of a byte that lies k bytes before the end of its group of eight. */
const tables = ((): Int32Array => {
  const built = new Int32Array(256 * SLICES)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0)
    built[byte] = crc
  }
  for (let i = 256; i < built.length; i++) {
    const shorter = built[i - 256]
    built[i] = (shorter >>> 8) ^ built[shorter & 0xff]
  }
  return built
})()

/**
 * CRC-32C of bytes, eight at a time.
 *
 * @source  RFC 3720, appendix B.4; Kounavis and Berry 2005, slicing-by-8
 */
export const crc32c = (bytes: Uint8Array): number => {
  const t = tables
  let crc = -1
  let i = 0
  for (const end = bytes.length - (bytes.length % SLICES); i < end; i += SLICES) {
    const low = crc ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24))
    crc =
      t[1792 + (low & 255)] ^
      t[1536 + ((low >>> 8) & 255)] ^
      t[1280 + ((low >>> 16) & 255)] ^
      t[1024 + (low >>> 24)] ^
      t[768 + bytes[i + 4]] ^
      t[512 + bytes[i + 5]] ^
      t[256 + bytes[i + 6]] ^
      t[bytes[i + 7]]
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]) & 255]
  return ~crc >>> 0
}

/** The form in which TFRecord stores it, so that a file of checksums does not look like one of data. */
export const maskedCrc32c = (bytes: Uint8Array): number => {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
