import { PitchDetector } from 'pitchy'

/** One moment of the live trace. `pitch` is a fractional MIDI number, null where no clear pitch sounds. */
export interface LivePitch {
  readonly pitch: number | null
  readonly clarity: number
}

const WINDOW_SAMPLES = 2048
const LOWEST_HZ = 60
const HIGHEST_HZ = 2200
const CLEAR = 0.85

/** Follows the pitch of the newest samples, well enough to draw while humming; the engine tracks the recording anew. */
export class LivePitchTracker {
  readonly #detector = PitchDetector.forFloat32Array(WINDOW_SAMPLES)
  readonly #window = new Float32Array(WINDOW_SAMPLES)
  readonly #sampleRate: number

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate
    this.#detector.minVolumeDecibels = -50
  }

  /** Takes the next block (any length) and answers the pitch of the last 2048 samples. */
  track(block: Float32Array): LivePitch {
    if (block.length >= WINDOW_SAMPLES) this.#window.set(block.subarray(block.length - WINDOW_SAMPLES))
    else {
      this.#window.copyWithin(0, block.length)
      this.#window.set(block, WINDOW_SAMPLES - block.length)
    }
    const [freqHz, clarity] = this.#detector.findPitch(this.#window, this.#sampleRate)
    const isClear = clarity >= CLEAR && freqHz >= LOWEST_HZ && freqHz <= HIGHEST_HZ
    return { pitch: isClear ? 69 + 12 * Math.log2(freqHz / 440) : null, clarity }
  }
}
