/**
 * How late a microphone hears what this computer plays: out through the speakers and in again. Clicks are played at known frames,
 * found again in what was heard, and the distance is the round trip.
 */

export interface RoundTrip {
  /** Median over the clicks. */
  readonly seconds: number
  /** Largest distance of a click that was counted from the median. */
  readonly spreadSeconds: number
}

const LONGEST_SECONDS = 0.55
/** A click that does not stand out this far above what else is heard is no click. */
const CLEAR = 5
const WIDEST_SPREAD_SECONDS = 0.004

/** The lag at which a click is heard most clearly after `frame`, in frames; null where nothing stands out. */
const findLag = (heard: Float32Array, click: Float32Array, frame: number, longest: number): number | null => {
  const scores = new Float32Array(longest)
  let sum = 0
  for (let lag = 0; lag < longest; lag++) {
    let score = 0
    for (let i = 0; i < click.length; i++) score += (heard[frame + lag + i] ?? 0) * (click[i] ?? 0)
    scores[lag] = Math.abs(score)
    sum += Math.abs(score)
  }
  let best = 0
  for (let lag = 1; lag < longest; lag++) if ((scores[lag] ?? 0) > (scores[best] ?? 0)) best = lag
  const mean = sum / Math.max(1, longest)
  return (scores[best] ?? 0) > CLEAR * mean && mean > 0 ? best : null
}

/**
 * The round trip of clicks that were played at `clickFrames` and recorded over again.
 *
 * @param heard        what the microphone heard; sample i was heard on frame i of the same clock
 * @param click        the click as it was played
 * @param clickFrames  frames on which the clicks began, further apart than 0.55 s
 * @returns            null where fewer than three clicks were heard, or not always equally late
 */
export const measureRoundTrip = (
  heard: Float32Array,
  click: Float32Array,
  clickFrames: readonly number[],
  sampleRate: number,
): RoundTrip | null => {
  const longest = Math.round(LONGEST_SECONDS * sampleRate)
  const lags = clickFrames.flatMap((frame) => findLag(heard, click, frame, longest) ?? []).sort((a, b) => a - b)
  const median = lags[Math.floor(lags.length / 2)]
  if (median === undefined) return null
  const near = lags.filter((lag) => Math.abs(lag - median) <= WIDEST_SPREAD_SECONDS * sampleRate)
  if (near.length < 3 || near.length * 2 <= clickFrames.length) return null
  const spread = Math.max(...near.map((lag) => Math.abs(lag - median)))
  return { seconds: median / sampleRate, spreadSeconds: spread / sampleRate }
}

/** What the system says about the way out and in; a guess until it is measured. */
export const estimateRoundTrip = (context: Pick<AudioContext, 'baseLatency' | 'outputLatency'>, inputLatencySeconds: number): number => {
  // Chromium counts the context's own buffer into its output latency; where that is unknown, the buffer is what is left.
  const output = context.outputLatency > 0 ? context.outputLatency : context.baseLatency
  return Math.min(LONGEST_SECONDS, Math.max(0, output) + Math.max(0, inputLatencySeconds))
}

/** Blocks as they came from the microphone, by the frame they began on. */
export interface HeardBlock {
  readonly frame: number
  readonly block: Float32Array
}

/** What was heard in [fromFrame, toFrame); where nothing came it is silent. */
export const joinBlocks = (blocks: readonly HeardBlock[], fromFrame: number, toFrame: number): Float32Array<ArrayBuffer> => {
  const joined = new Float32Array(Math.max(0, toFrame - fromFrame))
  for (const { frame, block } of blocks) {
    const start = Math.max(frame, fromFrame)
    const end = Math.min(frame + block.length, toFrame)
    if (end > start) joined.set(block.subarray(start - frame, end - frame), start - fromFrame)
  }
  return joined
}
