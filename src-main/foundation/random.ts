/** A seeded source of numbers whose whole state is one 32-bit integer, so that a run can be resumed exactly. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Standard normal deviate (Box-Muller, two draws each). */
  normal(): number
  /** Uniform whole number in [0, limit). */
  integer(limit: number): number
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T
  /** A new independent stream derived from this one's next draw. */
  fork(): Random
  state: number
}

/**
 * mulberry32: 32-bit state, passes gjrand's small tests; ample for data order and sampling.
 * @source Tommy Ettinger, public-domain mulberry32
 */
export const createRandom = (seed: number): Random => {
  const random: Random = {
    state: seed >>> 0,
    next() {
      random.state = (random.state + 0x6d2b79f5) >>> 0
      let t = random.state
      t = Math.imul(t ^ (t >>> 15), t | 1)
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296
    },
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
      return radius * Math.cos(2 * Math.PI * random.next())
    },
    integer: (limit) => Math.floor(random.next() * limit),
    between: (low, high) => low + (high - low) * random.next(),
    pick: <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T,
    fork: () => createRandom(Math.floor(random.next() * 4294967296)),
  }
  return random
}
