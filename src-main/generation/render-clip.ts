import type { Lanes } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import { limitTruePeak } from '#main/audio/level/true-peak.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { DEFAULT_OWN, type Own } from '#contract/recipe.ts'
import type { TakeEdit } from '#contract/take-edit.ts'
import { decodeClip } from '#main/networks/codec/codec.ts'
import type { CodecNetwork } from '#main/networks/codec/network.ts'
import { performNotes, type ExpressionCurves } from '#main/performance/perform.ts'
import { easeOwnPlaying } from '#music/own-playing.ts'
import { placeNotes } from '#main/performance/place-notes.ts'
import { playLearned } from './play-learned.ts'
import { openVoice } from './voice.ts'
import type { Ablation } from './write-tokens.ts'

export interface RenderRequest {
  /** In order, one at a time; at the hum's own time and pitch, before the tempo and octave lanes. */
  readonly notes: readonly Note[]
  readonly lanes: Lanes
  /** 0 .. 2^32 - 1 */
  readonly seed: number
  /** Length of the clip; the melody's own plus its ring when left out. */
  readonly durationSeconds?: number
  readonly voice?: string
  readonly modelsDir?: string
  /** Where the person's own voices lie. */
  readonly voicesDir?: string
  /** How much of the voice: 1 all of it, 0 its base. */
  readonly voiceStrength?: number
  /** What the joint embedding hears beside the lanes; nothing when left out. */
  readonly prompt?: string
  /** 0 follows the melody's every detail, 1 plays freely; 0.3 when left out. */
  readonly freedom?: number
  /** Bars played again, variations: applied one after the other to what the seed gives. */
  readonly edits?: readonly TakeEdit[]
  /** How much of the singer's timing, loudness and scoops is kept; the first two wholly when left out. */
  readonly own?: Own
  /** False plays from the score alone even where the voice has learned stages: the baseline. */
  readonly isLearned?: boolean
  readonly ablations?: readonly Ablation[]
  /** A hum's own curves [F] at 100 Hz in clip time, copied instead of the melody's notes being played: an ablation. */
  readonly contour?: { readonly f0: Float32Array; readonly loudnessDb: Float32Array }
}

export interface RenderedClip {
  /** [S] mono at `sampleRate`, true peak at or below -1 dBTP */
  readonly pcm: Float32Array
  readonly sampleRate: number
  readonly modelHash: string
  readonly voice: string
  readonly curves: ExpressionCurves
  /** As played: after the tempo and octave lanes, the first note at 20 ms. */
  readonly notes: Note[]
}

const LEAD_SECONDS = 0.02
const RING_SECONDS = 0.5
const LONGEST_SECONDS = 330
const FADE_SECONDS = 0.005

/** Notes in clip time: lanes applied, silence before the first note cut away, cut at `durationSeconds`. */
const arrange = ({ notes, lanes, own, durationSeconds }: RenderRequest): { notes: Note[]; seconds: number } => {
  const placed = placeNotes(easeOwnPlaying(notes, own ?? DEFAULT_OWN), lanes)
  const start = placed[0]?.onsetSeconds ?? 0
  const moved = placed.map((note) => ({ ...note, onsetSeconds: note.onsetSeconds - start + LEAD_SECONDS }))
  const last = moved[moved.length - 1]
  const natural = last === undefined ? 0 : last.onsetSeconds + last.durationSeconds + RING_SECONDS
  const seconds = durationSeconds ?? natural
  const fitting = moved
    .filter(({ onsetSeconds }) => onsetSeconds < seconds - 0.06)
    .map((note) => ({ ...note, durationSeconds: Math.min(note.durationSeconds, seconds - 0.05 - note.onsetSeconds) }))
  return { notes: fitting, seconds }
}

const fadeEnds = (pcm: Float32Array, sampleRate: number): void => {
  const length = Math.min(Math.floor(FADE_SECONDS * sampleRate), pcm.length >> 1) // s -> samples
  for (let n = 0; n < length; n++) {
    const gain = 0.5 - 0.5 * Math.cos((Math.PI * n) / length)
    pcm[n] *= gain
    pcm[pcm.length - 1 - n] *= gain
  }
}

/**
 * Notes, prompt and lanes to a clip: the learned stages write tokens and expression where the voice has them, performance
 * rules alone otherwise; codec decoder, true-peak limit. The same request on the same backend gives the same bytes.
 *
 * @throws EngineError PROMPT_EMPTY without notes, CLIP_TOO_LONG, INVALID_ARGUMENT when it is too short, VOICE_NOT_FOUND,
 *         MODEL_NOT_INSTALLED, MODEL_DAMAGED
 */
export const renderClip = async (
  request: RenderRequest,
  deps: { onProgress?: (fraction: number) => void; signal?: AbortSignal } = {},
): Promise<RenderedClip> => {
  if (request.notes.length === 0) throw new EngineError('PROMPT_EMPTY')
  const { notes, seconds } = arrange(request)
  if (seconds > LONGEST_SECONDS) throw new EngineError('CLIP_TOO_LONG', { seconds: seconds.toFixed(0), maximumSeconds: LONGEST_SECONDS })
  if (!(seconds > 0.1))
    throw new EngineError('INVALID_ARGUMENT', { what: `A clip lasts at least 0.1 seconds; this one would last ${seconds.toFixed(2)}.` })
  const { name, modelHash, network, hierarchy } = await openVoice(
    request.voice,
    request.modelsDir,
    request.voicesDir,
    request.voiceStrength,
  )
  throwIfCancelled(deps.signal)
  deps.onProgress?.(0.1)
  const curves = performNotes(notes, request.lanes, { seed: request.seed, durationSeconds: seconds + 0.01 })
  const { sampleRate } = network.config
  const raw =
    hierarchy === null || request.isLearned === false
      ? playScore(network, curves, request.seed)
      : await playLearned(hierarchy, { ...request, notes, curves, freedom: request.freedom ?? 0.3 }, deps)
  throwIfCancelled(deps.signal)
  deps.onProgress?.(0.9)
  fadeEnds(raw, sampleRate)
  const pcm = limitTruePeak(raw, sampleRate, -1)
  return { pcm, sampleRate, modelHash, voice: name, curves, notes }
}

/** From the score alone: the fallback, and the baseline that the learned stages are measured against. */
const playScore = (network: CodecNetwork, curves: ExpressionCurves, seed: number): Float32Array => {
  const { f0, loudnessDb, brightness, articulation, noteAge, noteRemaining, isNote } = curves
  const controls = { f0, loudnessDb, score: { brightness, articulation, noteAge, noteRemaining, isNote } }
  return decodeClip(network, null, { controls, seed })
}
