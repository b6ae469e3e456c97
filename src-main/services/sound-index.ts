import { createFingerprintIndex, type Fingerprint } from '#main/audio/quality/fingerprint.ts'

/** Recordings by how they sound, to find one that is there already in another format, loudness or cut. */
export interface SoundIndex {
  /** The recording that sounds most the same, or null. */
  find(fingerprint: Uint8Array): { readonly id: string; readonly similarity: number } | null
  add(recordingId: string, fingerprint: Uint8Array): void
}

/** Its hop as a float32, then its words: as the import packs it. */
const unpack = (bytes: Uint8Array): Fingerprint => {
  const own = Uint8Array.from(bytes)
  return { hopSeconds: new DataView(own.buffer).getFloat32(0, true), words: new Uint32Array(own.buffer.slice(4)) }
}

export const createSoundIndex = (): SoundIndex => {
  const index = createFingerprintIndex()
  return {
    find: (fingerprint) => index.find(unpack(fingerprint))[0] ?? null,
    add: (id, fingerprint) => index.add(id, unpack(fingerprint)),
  }
}
