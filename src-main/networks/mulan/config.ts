/**
 * Fiddlehead's MuLan: one space for short pieces of music and for words about them.
 *
 * @source MuLan (arXiv 2208.12415): two towers, contrastive loss, 128-d unit vectors; MusicLM (arXiv 2301.11325) for their RVQ tokens
 *
 * Departures:
 * - the audio tower is small (0.8 M parameters), of matmul-shaped blocks at 25 Hz over log-mel (50 Hz), semitone bands and level; level is taken
 *   out of the bands and given apart, so that loud and soft are heard but a gain does not change the timbre.
 * - quarters of the clip are pooled apart as well: "crescendo" and "rising" are facts about order.
 * - the text tower is a pretrained sentence encoder that stays as it is; only a projection is learned.
 * - the two towers' mean vectors are taken out after training, so that words and sounds fall onto the same RVQ codes.
 */
export interface MulanConfig {
  readonly sampleRate: number
  readonly nMels: number
  readonly melFft: number
  /** Mel frames that make one frame of the tower. */
  readonly melFrames: number
  readonly semitoneFft: number
  readonly lowestSemitone: number
  readonly semitones: number
  readonly width: number
  readonly hidden: number
  readonly dilations: readonly number[]
  readonly pooledWidth: number
  readonly textWidth: number
  readonly textHidden: number
  readonly embeddingWidth: number
  readonly nQ: number
  readonly codebookSize: number
}

export const MULAN_CONFIG: MulanConfig = {
  sampleRate: 44100,
  nMels: 64,
  melFft: 2048,
  melFrames: 2,
  semitoneFft: 8192,
  lowestSemitone: 36,
  semitones: 65,
  width: 128,
  hidden: 256,
  dilations: [1, 2, 4, 8],
  pooledWidth: 256,
  textWidth: 384,
  textHidden: 256,
  embeddingWidth: 128,
  nQ: 4,
  codebookSize: 256,
}

/** Same shapes, tiny: for tests that train in seconds. */
export const TOY_MULAN_CONFIG: MulanConfig = {
  ...MULAN_CONFIG,
  width: 16,
  hidden: 32,
  dilations: [1, 2],
  pooledWidth: 32,
  textWidth: 12,
  textHidden: 24,
  embeddingWidth: 16,
  nQ: 2,
  codebookSize: 8,
}

/** Tower frames per second. */
export const MULAN_FRAME_RATE = 25
/** The shortest sound that has an embedding. */
export const SHORTEST_SECONDS = 1

/** Levels at 100 Hz in a tower frame: attacks are told by them. */
export const LEVELS_PER_FRAME = 4

/** Features of a tower frame: bands, their level apart, the clip's own level. */
export const featureWidth = (config: MulanConfig): number => config.melFrames * config.nMels + config.semitones + LEVELS_PER_FRAME + 1
