import { CURVE_LANES, DEFAULT_LANES, type Lanes } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import type { TakeEdit } from '#contract/take-edit.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { decodeClip } from '#main/networks/codec/codec.ts'
import type { CodecControls } from '#main/networks/codec/controls.ts'
import { decodeExpression, encodeExpression, type LaneCondition } from '#main/networks/stages/conditioning.ts'
import { performanceExpression } from '#main/performance/analyze-expression.ts'
import type { ExpressionCurves } from '#main/performance/perform.ts'
import { rebuildPitch } from '#main/performance/rebuild-pitch.ts'
import type { Hierarchy } from './hierarchy.ts'
import { writeTokens, type Ablation, type ClipTokens, type Rewrite, type WriteRequest } from './write-tokens.ts'

export interface LearnedRequest {
  /** In clip time. */
  readonly notes: readonly Note[]
  readonly lanes: Lanes
  /** What the rules would do: brightness and articulation for the decoder, and where silence is. */
  readonly curves: ExpressionCurves
  readonly seed: number
  readonly freedom: number
  readonly prompt?: string
  readonly edits?: readonly TakeEdit[]
  readonly ablations?: readonly Ablation[]
}

const TOKEN_SECONDS = 0.04
const FRAMES_PER_TOKEN = 4
/** From here on what nobody asked for is left to the stages. */
const FREE_FROM = 0.5
const CROSS_FADE_SECONDS = 0.03
/** Where the rules are silent the stages may ring so much above them, dB. */
const RING_DB = 12
const SILENT_DB = -75

const isUntouched = (lanes: Lanes, name: LaneCondition): boolean =>
  name === 'articulation'
    ? lanes.articulation === DEFAULT_LANES.articulation
    : JSON.stringify(lanes[name]) === JSON.stringify(DEFAULT_LANES[name])

/** A hum's own tuning fades as the playing gets free: at 1 notes lie on the keys. */
const easePitch = (notes: readonly Note[], freedom: number): Note[] =>
  notes.map((note) => ({ ...note, pitch: note.pitch + (Math.round(note.pitch) - note.pitch) * Math.max(0, 2 * freedom - 1) }))

/** Dynamics of the single notes fade likewise towards their mean. */
const easeVelocity = (notes: readonly Note[], freedom: number): Note[] => {
  const mean = notes.reduce((sum, { velocity }) => sum + velocity, 0) / Math.max(1, notes.length)
  return notes.map((note) => ({ ...note, velocity: note.velocity + (mean - note.velocity) * freedom }))
}

const controlsOf = (tokens: ClipTokens, notes: readonly Note[], curves: ExpressionCurves): CodecControls => {
  const frames = curves.f0.length
  const expression = decodeExpression(tokens.expression, frames)
  const f0 = rebuildPitch(notes, expression, { frames })
  const loudnessDb = expression.loudnessDb.map((level, i) => {
    const ruled = curves.loudnessDb[i]
    return ruled < SILENT_DB ? Math.min(level, ruled + RING_DB) : level
  })
  const { brightness, articulation, noteAge, noteRemaining, isNote } = curves
  return { f0, loudnessDb, score: { brightness, articulation, noteAge, noteRemaining, isNote } }
}

/** Which token frames an edit opens. */
const openFrames = (edit: TakeEdit, tokens: number): Uint8Array => {
  const open = new Uint8Array(tokens)
  if (edit.kind === 'retake') {
    const from = Math.floor(edit.fromSeconds / TOKEN_SECONDS)
    const to = Math.ceil(edit.toSeconds / TOKEN_SECONDS)
    if (!(edit.toSeconds > edit.fromSeconds) || from >= tokens)
      throw new EngineError('INVALID_ARGUMENT', {
        what: `The take ends at ${(tokens * TOKEN_SECONDS).toFixed(1)} seconds; choose a stretch inside it to play again.`,
      })
    open.fill(1, from, Math.min(tokens, to))
    return open
  }
  // Whole gestures rather than single frames: a quarter of a second each.
  const random = createRandom(edit.seed)
  for (let from = 0; from < tokens; from += 6) if (random.next() < edit.strength) open.fill(1, from, Math.min(tokens, from + 6))
  return open
}

/** `after` where frames were opened, `before` elsewhere, cross-faded at the seams. Both [S]. */
const splice = (before: Float32Array, after: Float32Array, open: Uint8Array, sampleRate: number): Float32Array => {
  const perToken = Math.round(TOKEN_SECONDS * sampleRate) // s -> samples
  const slope = 1 / (CROSS_FADE_SECONDS * sampleRate)
  const result = new Float32Array(before.length)
  let share = open[0] ?? 0
  for (let n = 0; n < before.length; n++) {
    const isOpen = open[Math.min(open.length - 1, Math.floor(n / perToken))] === 1
    share = isOpen ? Math.min(1, share + slope) : Math.max(0, share - slope)
    result[n] = before[n] + share * (after[n] - before[n])
  }
  return result
}

/**
 * A clip by the learned stages: tokens and expression, then the codec's decoder.
 *
 * @returns [S] samples at the codec's rate, before the limiter
 * @throws  EngineError INVALID_ARGUMENT for an edit outside the clip, JOB_CANCELLED
 */
export const playLearned = async (
  hierarchy: Hierarchy,
  request: LearnedRequest,
  deps: { signal?: AbortSignal; onProgress?: (fraction: number) => void } = {},
): Promise<Float32Array> => {
  const { curves, lanes, freedom, seed } = request
  const notes = easeVelocity(easePitch(request.notes, freedom), freedom)
  const tokens = Math.ceil(curves.f0.length / FRAMES_PER_TOKEN)
  const names: readonly LaneCondition[] = [...CURVE_LANES, 'articulation']
  const write: WriteRequest = {
    notes,
    lanes,
    openLanes: new Set(freedom < FREE_FROM ? [] : names.filter((name) => isUntouched(lanes, name))),
    tokens,
    text: await hierarchy.readText(request.prompt ?? ''),
    freedom,
    seed,
    plainExpression: encodeExpression(performanceExpression(request.notes, curves)),
    ...(request.ablations === undefined ? {} : { ablations: request.ablations }),
  }
  const decode = (written: ClipTokens): Float32Array =>
    decodeClip(hierarchy.codec, written.codes, { controls: controlsOf(written, notes, curves), seed })
  const { signal } = deps
  const withSignal = signal === undefined ? {} : { signal }
  let written = writeTokens(hierarchy, write, null, { ...withSignal, onProgress: (share) => deps.onProgress?.(0.1 + 0.5 * share) })
  let pcm = decode(written)
  for (const edit of request.edits ?? []) {
    const open = openFrames(edit, tokens)
    const rewrite: Rewrite = { from: written, open }
    written = writeTokens(hierarchy, { ...write, seed: edit.seed }, rewrite, withSignal)
    const again = decode(written)
    pcm = edit.kind === 'retake' ? splice(pcm, again, open, hierarchy.codec.config.sampleRate) : again
  }
  return pcm
}
