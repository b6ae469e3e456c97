/** Formants of a vowel for an adult male tract; longer or shorter tracts scale them. */
export interface Vowel {
  freqHz: number[]
  widthHz: number[]
  gain: number
}

/** Sung vowels and the two voiced consonants that open a syllable. Values follow Klatt 1980 and Peterson & Barney 1952, rounded. */
export const VOWELS = {
  ah: { freqHz: [700, 1220, 2600, 3500], widthHz: [100, 110, 170, 260], gain: 0.5 },
  oo: { freqHz: [320, 800, 2300, 3300], widthHz: [80, 100, 160, 250], gain: 0.7 },
  m: { freqHz: [260, 1100, 2100, 3200], widthHz: [90, 260, 300, 350], gain: 0.7 },
  l: { freqHz: [360, 1050, 2600, 3400], widthHz: [90, 130, 200, 300], gain: 0.28 },
} as const satisfies Record<string, Vowel>

/** A second-order resonance with unity gain at 0 Hz, retuned while it runs. */
export interface Resonator {
  tune(freqHz: number, widthHz: number): void
  filter(sample: number): number
}

/** Digital resonator of a formant synthesiser: y[n] = a x[n] + b y[n-1] + c y[n-2]. @source Klatt 1980, section I */
export const createResonator = (sampleRate: number): Resonator => {
  let a = 1
  let b = 0
  let c = 0
  let y1 = 0
  let y2 = 0
  return {
    tune(freqHz, widthHz) {
      c = -Math.exp((-2 * Math.PI * widthHz) / sampleRate)
      b = 2 * Math.exp((-Math.PI * widthHz) / sampleRate) * Math.cos((2 * Math.PI * Math.min(freqHz, sampleRate * 0.45)) / sampleRate)
      a = 1 - b - c
    },
    filter(sample) {
      const y = a * sample + b * y1 + c * y2
      y2 = y1
      y1 = y
      return y
    },
  }
}
