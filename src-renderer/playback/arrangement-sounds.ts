import { assetPath } from '#contract/api.ts'
import type { Source } from '#contract/project.ts'
import type { Material } from './arrangement-plan.ts'

/** Lowest and highest sample of equal stretches, both sides together, for drawing. */
export interface PeakLevel {
  readonly samplesPerPeak: number
  readonly lows: Float32Array
  readonly highs: Float32Array
}

/** A source's sound at the project's rate, and how it looks at every zoom. */
export interface Sound {
  readonly material: Material
  readonly sampleRate: number
  /** From fine to coarse. */
  readonly levels: readonly PeakLevel[]
}

const FINEST = 64
const STEP = 4

/** Peaks at 64 samples, 256, 1024, … until a few are left. */
export const measurePeakLevels = (material: Material): PeakLevel[] => {
  const length = material[0]?.length ?? 0
  const count = Math.ceil(length / FINEST)
  const finest: PeakLevel = { samplesPerPeak: FINEST, lows: new Float32Array(count), highs: new Float32Array(count) }
  for (const pcm of material) {
    for (let i = 0; i < count; i++) {
      let low = finest.lows[i] ?? 0
      let high = finest.highs[i] ?? 0
      const end = Math.min(length, (i + 1) * FINEST)
      for (let n = i * FINEST; n < end; n++) {
        const sample = pcm[n] ?? 0
        if (sample < low) low = sample
        else if (sample > high) high = sample
      }
      finest.lows[i] = low
      finest.highs[i] = high
    }
  }
  const levels = [finest]
  for (let below = finest; below.lows.length > 64;) {
    const fine = below
    const size = Math.ceil(fine.lows.length / STEP)
    const fold = (values: Float32Array, choose: (...values: number[]) => number): Float32Array =>
      Float32Array.from({ length: size }, (_, i) => choose(...values.subarray(i * STEP, (i + 1) * STEP)))
    below = { samplesPerPeak: fine.samplesPerPeak * STEP, lows: fold(fine.lows, Math.min), highs: fold(fine.highs, Math.max) }
    levels.push(below)
  }
  return levels
}

/** The sounds of an arrangement, fetched and decoded once each. */
export class ArrangementSounds {
  readonly #sounds = new Map<string, Sound>()
  readonly #loading = new Map<string, Promise<Sound | null>>()
  #sampleRate = 48000

  /** Another rate is another set of sounds. */
  setRate(sampleRate: number): void {
    if (sampleRate === this.#sampleRate) return
    this.#sampleRate = sampleRate
    this.#sounds.clear()
    this.#loading.clear()
  }

  find(source: Source): Sound | null {
    return source.assetId === null ? null : (this.#sounds.get(source.assetId) ?? null)
  }

  /** Null where the sound cannot be had: such clips are silent and drawn empty. */
  load(source: Source): Promise<Sound | null> {
    const { assetId } = source
    if (assetId === null) return Promise.resolve(null)
    const known = this.#loading.get(assetId)
    if (known !== undefined) return known
    const loading = this.#decode(assetId, this.#sampleRate)
    this.#loading.set(assetId, loading)
    return loading
  }

  async #decode(assetId: string, sampleRate: number): Promise<Sound | null> {
    const response = await fetch(assetPath(assetId))
    if (!response.ok) return null
    // Decoding needs no sound device, which a page may not open before it was touched.
    const decoder = new OfflineAudioContext(1, 1, sampleRate)
    const buffer = await decoder.decodeAudioData(await response.arrayBuffer())
    const material = Array.from({ length: Math.min(2, buffer.numberOfChannels) }, (_, channel) => buffer.getChannelData(channel))
    const sound = { material, sampleRate, levels: measurePeakLevels(material) }
    if (sampleRate === this.#sampleRate) this.#sounds.set(assetId, sound)
    return sound
  }
}
