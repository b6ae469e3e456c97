import type { MatchScore } from '#contract/api.ts'
import type { Lanes } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import type { Own } from '#contract/recipe.ts'
import type { TakeEdit } from '#contract/take-edit.ts'

export interface ClipRequest {
  readonly notes: Note[]
  readonly lanes: Lanes
  readonly seed: number
  readonly durationSeconds?: number
  /** Name of the voice; the shipped violin unless told. */
  readonly voice?: string
  /** How much of it: 1 all, 0 its base. */
  readonly voiceStrength?: number
  readonly modelsDir?: string
  readonly voicesDir?: string
  readonly prompt?: string
  /** 0 follows the melody's every detail, 1 plays freely. */
  readonly freedom?: number
  readonly edits?: readonly TakeEdit[]
  /** How much of the singer's timing, loudness and scoops is kept; the first two wholly when left out. */
  readonly own?: Own
}

export interface PlayedClip {
  /** [S] mono at `sampleRate`, true peak at or below -1 dBTP */
  readonly pcm: Float32Array
  readonly sampleRate: number
  readonly modelHash: string
  readonly voice: string
  /** As played, after the tempo and octave lanes. */
  readonly notes: Note[]
}

/** The engine calls that rendering needs, as one thing to hand in. */
export interface RenderEngine {
  renderClip(request: ClipRequest, deps: { signal?: AbortSignal; onProgress?: (fraction: number) => void }): Promise<PlayedClip>
  scoreMatch(pcm: Float32Array, sampleRate: number, notes: readonly Note[]): Promise<MatchScore> | MatchScore
}
