/**
 * Fiddlehead's codec: log-mel in, residual vector quantiser at 25 Hz, source-filter decoder out.
 *
 * Ideas and departures:
 * - f0 and loudness bypass the tokens (DDSP, arXiv 2001.04643): pitch and level are right by construction,
 *   tokens carry timbre, bow noise and articulation only.
 * - frame-domain network, no waveform convolutions (Vocos, arXiv 2306.00814): one matmul-shaped block at 100 Hz.
 * - the harmonic part is additive with amplitudes read from a spectral envelope at k * f0, so that vibrato moves
 *   harmonics through fixed resonances; the aperiodic part leaves through an inverse STFT of shaped noise.
 * - the decoder also runs without tokens, from score controls (articulation, note age, brightness): the first voice.
 */
export interface CodecConfig {
  readonly sampleRate: number
  readonly hopLength: number
  /** Control frames per token: 100 Hz / 4 = 25 Hz. */
  readonly tokenStride: number
  readonly nMels: number
  readonly melFft: number
  readonly encoderWidth: number
  readonly tokenWidth: number
  readonly latentWidth: number
  readonly nQ: number
  readonly codebookSize: number
  readonly decoderWidth: number
  readonly decoderHidden: number
  readonly decoderDilations: readonly number[]
  readonly nHarmonics: number
  /** Points of the harmonic envelope on a log-frequency grid. */
  readonly envelopeBands: number
  /** Harmonics that get an own deviation from the envelope. */
  readonly freeHarmonics: number
  /** Points per octave of the learned, fixed body resonances. */
  readonly bodyPointsPerOctave: number
  readonly envelopeLowHz: number
  readonly envelopeHighHz: number
  readonly noiseBands: number
  readonly noiseFft: number
}

export const CODEC_CONFIG: CodecConfig = {
  sampleRate: 44100,
  hopLength: 441,
  tokenStride: 4,
  nMels: 80,
  melFft: 2048,
  encoderWidth: 128,
  tokenWidth: 192,
  latentWidth: 24,
  nQ: 8,
  codebookSize: 512,
  decoderWidth: 192,
  decoderHidden: 384,
  decoderDilations: [1, 2, 4, 8, 1, 2],
  nHarmonics: 80,
  envelopeBands: 96,
  freeHarmonics: 24,
  bodyPointsPerOctave: 32,
  envelopeLowHz: 150,
  envelopeHighHz: 21000,
  noiseBands: 64,
  noiseFft: 1024,
}

/** Same shapes, tiny: for tests that train end to end on a CPU in seconds. */
export const TOY_CODEC_CONFIG: CodecConfig = {
  ...CODEC_CONFIG,
  encoderWidth: 16,
  tokenWidth: 16,
  latentWidth: 8,
  nQ: 2,
  codebookSize: 48,
  decoderWidth: 16,
  decoderHidden: 32,
  decoderDilations: [1, 2],
  nHarmonics: 24,
  envelopeBands: 24,
  freeHarmonics: 4,
  bodyPointsPerOctave: 8,
  noiseBands: 16,
}

/** Octaves that the harmonic envelope and the body resonances span. */
export const envelopeOctaves = (config: CodecConfig): number => Math.log2(config.envelopeHighHz / config.envelopeLowHz)

export const bodyPoints = (config: CodecConfig): number => Math.ceil(envelopeOctaves(config) * config.bodyPointsPerOctave) + 1

/** Tokens' own bits per second, without f0 and loudness. */
export const tokenBitrate = (config: CodecConfig): number =>
  (config.nQ * Math.log2(config.codebookSize) * config.sampleRate) / (config.hopLength * config.tokenStride)
