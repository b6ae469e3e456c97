import type { Comparison } from '#contract/voices.ts'

type Clip = Comparison['clips'][number]

/** One tune of the blind test: its clips in an order of their own, and which was liked best. */
export interface BlindRound {
  readonly tune: string
  /** In the order of the letters A, B, C. */
  readonly clips: readonly Clip[]
  readonly chosen: number | null
}

/** Numbers 0..n-1 in a drawn order. */
const shuffle = (count: number, draw: () => number): number[] => {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1))
    const [a, b] = [order[i] ?? 0, order[j] ?? 0]
    order[i] = b
    order[j] = a
  }
  return order
}

/** A/B/C without names: the letters stand for other voices in every tune, and names come after the last choice. */
export class BlindTest {
  /** Candidate chosen for each tune. */
  #chosen = $state.raw<ReadonlyMap<string, number>>(new Map())
  readonly #orders = new Map<string, readonly number[]>()
  readonly #draw: () => number

  constructor(draw: () => number = Math.random) {
    this.#draw = draw
  }

  rounds(comparison: Comparison): BlindRound[] {
    return comparison.tunes.flatMap((tune) => {
      const own = comparison.clips.filter((clip) => clip.tune === tune)
      if (own.length < comparison.candidates.length) return []
      let order = this.#orders.get(tune)
      if (order === undefined) {
        order = shuffle(comparison.candidates.length, this.#draw)
        this.#orders.set(tune, order)
      }
      const clips = order.flatMap((candidate) => own.filter((clip) => clip.candidate === candidate))
      return [{ tune, clips, chosen: this.#chosen.get(tune) ?? null }]
    })
  }

  choose(tune: string, candidate: number): void {
    this.#chosen = new Map([...this.#chosen, [tune, candidate]])
  }

  isDone(comparison: Comparison): boolean {
    return comparison.tunes.every((tune) => this.#chosen.has(tune))
  }

  /** How often each candidate was liked best. */
  votes(comparison: Comparison): number[] {
    return comparison.candidates.map((_, number) => [...this.#chosen.values()].filter((chosen) => chosen === number).length)
  }
}
