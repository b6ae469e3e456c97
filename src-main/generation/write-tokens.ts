/**
 * Tokens of a clip by the learned stages: in one piece to 30 seconds, beyond that in windows that keep the end of the one
 * before as their beginning; and again in part, where a person asks for another reading of some bars.
 */
import type { Lanes } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { encodeScore, EXPRESSION_WIDTH, hideConditions, SCORE_WIDTH, type LaneCondition } from '#main/networks/stages/conditioning.ts'
import { generateCodes, generateSemantic, type StageConditions, type StageOptions } from '#main/networks/stages/generate.ts'
import { MASKED } from '#main/tensor/sampling/fill-masked.ts'
import { expectLatent } from './expect-latent.ts'
import type { Hierarchy } from './hierarchy.ts'

/** A clip in tokens, T frames of 40 ms. */
export interface ClipTokens {
  /** [T] */
  readonly semantic: Int32Array
  /** [T, EXPRESSION_WIDTH] */
  readonly expression: Float32Array
  /** [T * levels]; MASKED where they were not drawn but expected */
  readonly codes: Int32Array
  /** [T * latentWidth] what the codec plays from */
  readonly latent: Float32Array
}

/** Parts of the hierarchy that an ablation leaves out; `drawn` draws codes, level by level, where otherwise they are expected. */
export type Ablation = 'no-semantic' | 'no-text' | 'coarse-only' | 'drawn'

export interface WriteRequest {
  readonly notes: readonly Note[]
  readonly lanes: Lanes
  /** Lanes that nobody asked for: the stages choose. */
  readonly openLanes: ReadonlySet<LaneCondition>
  /** T */
  readonly tokens: number
  /** Length over which the lanes are drawn: T, or more where the clip will go on. */
  readonly laneTokens: number
  readonly text: Float32Array | null
  /** 0 follows the melody's every detail, 1 plays freely: less guidance by the melody, bolder draws. */
  readonly freedom: number
  readonly seed: number
  readonly ablations?: readonly Ablation[]
  /** Expression by the rules alone: what the lanes ask for, to the letter. [T, EXPRESSION_WIDTH] */
  readonly plainExpression: Float32Array
  /** How much of the stages' own expression goes into each column, 0..1; the rest is by the rules. [EXPRESSION_WIDTH] */
  readonly ownShare: readonly number[]
}

/** Tokens to keep and where to write anew. */
export interface Rewrite {
  readonly from: ClipTokens
  /** [T] 1 where tokens are written anew */
  readonly open: Uint8Array
}

/** 30 s at once; windows overlap by 4 s. */
const WINDOW_TOKENS = 750
const OVERLAP_TOKENS = 100

const SEMANTIC_PASSES = 10
const COARSE_PASSES = [8]
const TEXT_GUIDANCE = 1.8
const MELODY_GUIDANCE = { least: 1, most: 1.5 }

const emptyTokens = (tokens: number, { levels, latentWidth }: { levels: number; latentWidth: number }): ClipTokens => ({
  semantic: new Int32Array(tokens).fill(MASKED),
  expression: new Float32Array(tokens * EXPRESSION_WIDTH),
  codes: new Int32Array(tokens * levels).fill(MASKED),
  latent: new Float32Array(tokens * latentWidth),
})

/** Conditions of a window. */
const cutConditions = (conditions: StageConditions, from: number, to: number): StageConditions => ({
  score: conditions.score.slice(from * SCORE_WIDTH, to * SCORE_WIDTH),
  text: conditions.text,
})

interface Window {
  readonly from: number
  readonly to: number
}

const planWindows = (tokens: number): Window[] => {
  const windows: Window[] = []
  for (let from = 0; from === 0 || from + OVERLAP_TOKENS < tokens; from += WINDOW_TOKENS - OVERLAP_TOKENS)
    windows.push({ from, to: Math.min(tokens, from + WINDOW_TOKENS) })
  return windows
}

/** Writes one window's open positions into `result`. */
const writeWindow = (
  hierarchy: Hierarchy,
  { from, to }: Window,
  result: ClipTokens,
  context: { conditions: StageConditions; open: Uint8Array; request: WriteRequest; random: Random },
): void => {
  const { request, random, open } = context
  const { levels, latentWidth } = hierarchy.stages.coarse.config
  const has = (ablation: Ablation): boolean => request.ablations?.includes(ablation) === true
  const conditions = cutConditions(context.conditions, from, to)
  const size = to - from
  const isOpen = (t: number): boolean => open[from + t] === 1
  const temperature = 0.75 + 0.35 * request.freedom
  const melody = MELODY_GUIDANCE.most + (MELODY_GUIDANCE.least - MELODY_GUIDANCE.most) * request.freedom
  const options: StageOptions = {
    decoding: { passes: SEMANTIC_PASSES, temperature, orderNoise: 1 },
    guidance: { text: conditions.text === null ? melody : TEXT_GUIDANCE, melody: melody > 1.4 ? melody : 1 },
    random,
  }
  let semantic = new Int32Array(size).fill(MASKED)
  let expression = request.plainExpression.slice(from * EXPRESSION_WIDTH, to * EXPRESSION_WIDTH)
  if (!has('no-semantic')) {
    const kept = Int32Array.from({ length: size }, (_, t) => (isOpen(t) ? MASKED : result.semantic[from + t]))
    const written = generateSemantic(hierarchy.stages.semantic, conditions, kept, options)
    semantic = Int32Array.from(written.tokens)
    expression = expression.map((ruled, i) => ruled + request.ownShare[i % EXPRESSION_WIDTH] * (written.expression[i] - ruled))
  }
  for (let t = 0; t < size; t++) {
    if (isOpen(t)) continue
    expression.set(result.expression.subarray((from + t) * EXPRESSION_WIDTH, (from + t + 1) * EXPRESSION_WIDTH), t * EXPRESSION_WIDTH)
  }
  const inputs = { semantic, expression, codebooks: hierarchy.codebooks }
  let codes: Int32Array = Int32Array.from({ length: size * levels }, (_, i) =>
    isOpen(Math.floor(i / levels)) ? MASKED : result.codes[from * levels + i],
  )
  let latent: Float32Array
  if (has('drawn')) {
    const plain = { ...options, guidance: { text: 1, melody: 1 } }
    codes = generateCodes(hierarchy.stages.coarse, conditions, { ...inputs, codes, passes: COARSE_PASSES }, plain)
    if (!has('coarse-only')) codes = generateCodes(hierarchy.stages.fine, conditions, { ...inputs, codes, passes: [] }, plain)
    latent = hierarchy.codec.quantizer.lookUp(codes)
  } else {
    latent = expectLatent(hierarchy, conditions, { semantic, expression, isCoarseOnly: has('coarse-only') })
  }
  for (let t = 0; t < size; t++) {
    if (!isOpen(t)) continue
    result.semantic[from + t] = semantic[t]
    result.expression.set(expression.subarray(t * EXPRESSION_WIDTH, (t + 1) * EXPRESSION_WIDTH), (from + t) * EXPRESSION_WIDTH)
    result.codes.set(codes.subarray(t * levels, (t + 1) * levels), (from + t) * levels)
    result.latent.set(latent.subarray(t * latentWidth, (t + 1) * latentWidth), (from + t) * latentWidth)
  }
}

/**
 * Writes a clip's tokens, or the open ones of a rewrite. The same request and seed give the same tokens.
 *
 * @throws EngineError JOB_CANCELLED when the signal fires between two windows
 */
export const writeTokens = (
  hierarchy: Hierarchy,
  request: WriteRequest,
  rewrite: Rewrite | null,
  deps: { signal?: AbortSignal; onProgress?: (fraction: number) => void } = {},
): ClipTokens => {
  const score = encodeScore(request.notes, request.lanes, request.laneTokens).slice(0, request.tokens * SCORE_WIDTH)
  hideConditions(score, { melody: false, lanes: request.openLanes })
  const text = request.ablations?.includes('no-text') === true ? null : request.text
  const conditions: StageConditions = { score, text }
  const result = emptyTokens(request.tokens, hierarchy.stages.coarse.config)
  if (rewrite !== null) copyTokens(rewrite.from, result)
  const open = rewrite === null ? new Uint8Array(request.tokens).fill(1) : rewrite.open.slice()
  const random = createRandom(request.seed)
  const windows = planWindows(request.tokens)
  windows.forEach((window, i) => {
    throwIfCancelled(deps.signal)
    const windowRandom = random.fork()
    // Another reading of some bars leaves the other windows as they are.
    if (open.subarray(window.from, window.to).includes(1))
      writeWindow(hierarchy, window, result, { conditions, open, request, random: windowRandom })
    open.fill(0, window.from, window.to)
    deps.onProgress?.((i + 1) / windows.length)
  })
  return result
}

/** Copies what was written into a clip of the same length or a longer one. */
const copyTokens = ({ semantic, expression, codes, latent }: ClipTokens, into: ClipTokens): void => {
  into.semantic.set(semantic)
  into.expression.set(expression)
  into.codes.set(codes)
  into.latent.set(latent)
}
