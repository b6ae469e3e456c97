import { EngineError } from '#main/foundation/engine-error.ts'
import { readBytesList, readExample, readFloats } from './read-example.ts'
import { readTfRecords } from './read-tfrecords.ts'

/** Features were quantised to 8 bits between these. */
const LOWEST = -2
const HIGHEST = 2

/**
 * Eight-bit features as numbers.
 *
 * @source  youtube-8m starter code, utils.Dequantize
 */
export const dequantize = (bytes: Uint8Array): Float32Array => {
  const range = HIGHEST - LOWEST
  return Float32Array.from(bytes, (byte) => (byte * range) / 255 + range / 512 + LOWEST)
}

export interface VideoFeatures {
  /** One vector a second in the frame-level files, one for the whole video in the video-level ones. 128 numbers each. */
  readonly audio: readonly Float32Array[]
  /** 1024 numbers each. */
  readonly rgb: readonly Float32Array[]
}

/**
 * The features of one video. There is no way back from them to its sound.
 *
 * @param path    of the TFRecord file, an item's `details.file` below the scanned folder
 * @param offset  the item's `details.offset`
 * @throws        EngineError FILE_NOT_FOUND, FILE_UNREADABLE, SOURCE_FILE_DAMAGED
 */
export const readVideoFeatures = async (path: string, offset: number): Promise<VideoFeatures> => {
  let damage = 'there is no record at that place'
  for await (const { data } of readTfRecords(path, (_, reason) => (damage = reason), offset)) {
    const { features, lists } = readExample(data)
    const read = (name: string): Float32Array[] => {
      const list = lists.get(name)
      if (list !== undefined) return list.flatMap((step) => readBytesList(step).map(dequantize))
      const mean = readFloats(features.get(`mean_${name}`))
      return mean.length === 0 ? [] : [Float32Array.from(mean)]
    }
    return { audio: read('audio'), rgb: read('rgb') }
  }
  throw new EngineError('SOURCE_FILE_DAMAGED', { path, reason: damage })
}
