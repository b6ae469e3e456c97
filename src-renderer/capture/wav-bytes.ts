/** A recording as a mono WAV file of 32-bit floating samples. */
export const toWavBytes = (pcm: Float32Array<ArrayBuffer>, sampleRate: number): Uint8Array<ArrayBuffer> => {
  const HEADER_BYTES = 44
  const bytes = new Uint8Array(HEADER_BYTES + pcm.byteLength)
  const view = new DataView(bytes.buffer)
  const text = (at: number, letters: string): void => void bytes.set(new TextEncoder().encode(letters), at)
  text(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 3, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, 4 * sampleRate, true)
  view.setUint16(32, 4, true)
  view.setUint16(34, 32, true)
  text(36, 'data')
  view.setUint32(40, pcm.byteLength, true)
  pcm.forEach((sample, i) => view.setFloat32(HEADER_BYTES + 4 * i, sample, true))
  return bytes
}
