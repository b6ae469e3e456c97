import type { RecordingRow, SliceRow } from '#contract/library.ts'
import type { Client } from '#renderer/client/client.ts'

type Row = RecordingRow | SliceRow

/** Points of an outline in a list. */
export const OUTLINE_POINTS = 96
const OUTLINE_PAUSE_MS = 90
const MOST_AT_ONCE = 1000
const MOST_OUTLINES_AT_ONCE = 200
const MOST_KEPT = 6000

/** Softer recordings than this are drawn soft; all others fill their line. */
const SOFTEST_PEAK = 24

/** An outline as an SVG path in a box of OUTLINE_POINTS x 2, around its middle, as high as its highest peak allows. */
export const drawPath = (peaks: Uint8Array): string => {
  const highest = Math.max(SOFTEST_PEAK, ...peaks)
  let top = ''
  let bottom = ''
  for (let i = 0; i < peaks.length; i++) {
    const height = Math.max(0.02, (0.95 * (peaks[i] ?? 0)) / highest)
    top += `${i === 0 ? 'M' : 'L'}${i} ${(1 - height).toFixed(2)}`
    bottom = `L${i} ${(1 + height).toFixed(2)}${bottom}`
  }
  return `${top}${bottom}Z`
}

/** The rows near what is in sight. Rows that changed stay shown as they were until the engine has answered. */
export class RowCache {
  /** Grows whenever a row or an outline came: reading it is what draws a list anew. */
  version = $state(0)
  readonly #rows = new Map<number, Row>()
  readonly #fresh = new Set<number>()
  readonly #outlines = new Map<number, string>()
  readonly #client: Client
  readonly #onFailure: (thrown: unknown) => void
  #unit: 'recordings' | 'slices' = 'recordings'
  #wanted: readonly number[] = []
  #isAsking = false
  #outlineTimer: ReturnType<typeof setTimeout> | undefined

  constructor(client: Client, onFailure: (thrown: unknown) => void) {
    this.#client = client
    this.#onFailure = onFailure
  }

  get(seq: number | undefined): Row | undefined {
    void this.version
    return seq === undefined ? undefined : this.#rows.get(seq)
  }

  outline(seq: number | undefined): string | undefined {
    void this.version
    return seq === undefined ? undefined : this.#outlines.get(seq)
  }

  clear(unit: 'recordings' | 'slices'): void {
    this.#unit = unit
    this.#rows.clear()
    this.#fresh.clear()
    this.#outlines.clear()
    this.version++
  }

  /** Asks for everything in sight once more. */
  refresh(): void {
    this.#fresh.clear()
    this.want(this.#wanted)
  }

  put(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#rows.set(row.seq, row)
      this.#fresh.add(row.seq)
    }
    this.version++
  }

  /** These are in sight. One question at a time: while one is open, only the latest wish is remembered. */
  want(seqs: readonly number[]): void {
    this.#wanted = seqs
    if (!this.#isAsking) void this.#ask()
    clearTimeout(this.#outlineTimer)
    this.#outlineTimer = setTimeout(() => void this.#askOutlines(), OUTLINE_PAUSE_MS)
  }

  /** Rows whether in sight or not, in order. */
  async fetch(seqs: readonly number[]): Promise<Row[]> {
    const rows: Row[] = []
    const unit = this.#unit
    for (let at = 0; at < seqs.length; at += MOST_AT_ONCE) {
      rows.push(...(await this.#client.api.library.rows({ unit, seqs: seqs.slice(at, at + MOST_AT_ONCE) })))
    }
    return rows
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    try {
      for (let missing = this.#missing(); missing.length > 0; missing = this.#missing()) {
        const unit = this.#unit
        const rows = await this.#client.api.library.rows({ unit, seqs: missing })
        if (unit !== this.#unit) continue
        if (this.#rows.size > MOST_KEPT) this.#forget()
        // What is gone is not asked for again and again.
        for (const seq of missing) this.#fresh.add(seq)
        this.put(rows)
      }
    } catch (thrown) {
      this.#onFailure(thrown)
    } finally {
      this.#isAsking = false
    }
  }

  #missing(): number[] {
    return this.#wanted.filter((seq) => !this.#fresh.has(seq)).slice(0, MOST_AT_ONCE)
  }

  #forget(): void {
    const wanted = new Set(this.#wanted)
    for (const map of [this.#rows, this.#outlines]) for (const seq of map.keys()) if (!wanted.has(seq)) map.delete(seq)
    for (const seq of this.#fresh) if (!wanted.has(seq)) this.#fresh.delete(seq)
  }

  async #askOutlines(): Promise<void> {
    const unit = this.#unit
    const seqs = this.#wanted.filter((seq) => !this.#outlines.has(seq)).slice(0, MOST_OUTLINES_AT_ONCE)
    if (seqs.length === 0) return
    try {
      const { peaks } = await this.#client.api.library.outlines({ unit, seqs, count: OUTLINE_POINTS })
      if (unit !== this.#unit) return
      seqs.forEach((seq, i) => this.#outlines.set(seq, drawPath(peaks.subarray(i * OUTLINE_POINTS, (i + 1) * OUTLINE_POINTS))))
      this.version++
    } catch (thrown) {
      this.#onFailure(thrown)
    }
  }
}
