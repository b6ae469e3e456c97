import type { Random } from '#main/foundation/random.ts'

/** Marks a position that is not known. */
export const MASKED = -1

/** How masked positions are filled, a few more at every pass, the surest first. @source MaskGIT, arXiv 2202.04200; SoundStorm, arXiv 2305.09636 */
export interface MaskedDecoding {
  readonly passes: number
  /** Of the draw from the distribution; 0 takes the likeliest. */
  readonly temperature: number
  /** Randomness of the order in which positions are settled, falling to zero over the passes. */
  readonly orderNoise: number
}

interface Draw {
  readonly id: number
  readonly logProbability: number
}

/** Draws one id from logits[start .. start + weights.length). `weights` is room to work in. */
const drawId = (logits: Float32Array, start: number, weights: Float64Array, temperature: number, random: Random): Draw => {
  const size = weights.length
  let highest = -Infinity
  let likeliest = 0
  for (let i = 0; i < size; i++) {
    if (logits[start + i] > highest) {
      highest = logits[start + i]
      likeliest = i
    }
  }
  let total = 0
  for (let i = 0; i < size; i++) total += Math.exp(logits[start + i] - highest)
  const draw = random.next()
  if (temperature <= 0) return { id: likeliest, logProbability: -Math.log(total) }
  let sharpened = 0
  for (let i = 0; i < size; i++) {
    weights[i] = Math.exp((logits[start + i] - highest) / temperature)
    sharpened += weights[i]
  }
  let left = draw * sharpened
  for (let i = 0; i < size; i++) {
    left -= weights[i]
    if (left <= 0) return { id: i, logProbability: logits[start + i] - highest - Math.log(total) }
  }
  return { id: likeliest, logProbability: -Math.log(total) }
}

/**
 * Fills every MASKED position.
 *
 * @param ids        [T] with MASKED where open; not changed
 * @param predict    logits [T * vocabularySize] given what is known so far
 * @returns          [T]
 */
export const fillMasked = (
  ids: Int32Array,
  predict: (ids: Int32Array) => Float32Array,
  options: MaskedDecoding & { vocabularySize: number; random: Random },
): Int32Array => {
  const { passes, temperature, orderNoise, vocabularySize, random } = options
  const result = ids.slice()
  const weights = new Float64Array(vocabularySize)
  const total = ids.reduce((count, id) => count + (id === MASKED ? 1 : 0), 0)
  for (let pass = 1; pass <= passes; pass++) {
    const open = [...result.keys()].filter((t) => result[t] === MASKED)
    if (open.length === 0) break
    const logits = predict(result)
    const drawn = open.map((t) => {
      const { id, logProbability } = drawId(logits, t * vocabularySize, weights, temperature, random)
      const gumbel = -Math.log(-Math.log(Math.min(1 - 1e-9, Math.max(1e-9, random.next()))))
      return { t, id, sureness: logProbability + orderNoise * (1 - pass / passes) * gumbel }
    })
    const left = pass === passes ? 0 : Math.floor(total * Math.cos((Math.PI / 2) * (pass / passes)))
    drawn.sort((a, b) => b.sureness - a.sureness || a.t - b.t)
    for (const { t, id } of drawn.slice(0, Math.max(1, open.length - left))) result[t] = id
  }
  return result
}
