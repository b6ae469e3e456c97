import type { Api } from '#contract/api.ts'
import { resample } from '#main/audio/io/resample.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { limitTruePeak } from '#main/audio/level/true-peak.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import type { ServiceContext } from './context.ts'
import { findHum } from './hums.ts'
import { findTake, readTakeSound } from './takes.ts'

const CEILING_DB = -1

/** Letters and digits of any script; everything else becomes a hyphen. */
const slugify = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .toLowerCase() || 'hum'

/** Exports: files for other programs. */
export const createExportsService = (context: ServiceContext): Api['exports'] => {
  const { env, library, understanding } = context
  return {
    async wav({ takeId, sampleRate, bits }) {
      const take = findTake(context, takeId)
      const sound = readTakeSound(context, take)
      // Resampling moves the peaks between the samples a little.
      const pcm = limitTruePeak(resample(sound.pcm, sound.sampleRate, sampleRate), sampleRate, CEILING_DB)
      const bytes = encodeWav([pcm], { sampleRate, bits, ditherSeed: take.seed })
      const assetId = library.transaction(() => library.assets.save(bytes, 'wav', readTimestamp(env.clock)))
      return { assetId, fileName: `${slugify(findHum(context, take.humId).name)}-${take.seed}.wav` }
    },
    async midi({ humId }) {
      const hum = findHum(context, humId)
      const bytes = await understanding.writeMidi(hum.melody, library.takes.list(humId)[0]?.lanes)
      const assetId = library.transaction(() => library.assets.save(bytes, 'mid', readTimestamp(env.clock)))
      return { assetId, fileName: `${slugify(hum.name)}.mid` }
    },
  }
}
