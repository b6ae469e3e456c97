export interface Ranked<T> {
  readonly item: T
  /** Which letters of its name were found, as indices. */
  readonly letters: ReadonlySet<number>
}

const isStart = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')

/**
 * How well the letters of a query are found in a text in their order: null where one is missing. Of all ways the best, in which
 * beginnings of words and runs count.
 */
const match = (query: string, text: string): { score: number; letters: Set<number> } | null => {
  // For each letter of the query and each place of the text: the best score that ends there, and the place before.
  const rows: { score: number; from: number }[][] = []
  for (const [row, letter] of [...query].entries()) {
    const before = rows[row - 1]
    rows.push(
      Array.from(text, (sign, at) => {
        if (sign !== letter) return { score: -Infinity, from: -1 }
        const own = 1 + (isStart(text, at) ? 2 : 0) - 0.01 * at
        if (before === undefined) return { score: own, from: -1 }
        let best = { score: -Infinity, from: -1 }
        for (let from = 0; from < at; from++) {
          const score = (before[from]?.score ?? -Infinity) + own + (from === at - 1 ? 3 : 0)
          if (score > best.score) best = { score, from }
        }
        return best
      }),
    )
  }
  const last = rows.at(-1) ?? []
  let at = last.reduce((best, { score }, i) => (score > (last[best]?.score ?? -Infinity) ? i : best), 0)
  const score = last[at]?.score ?? -Infinity
  if (score === -Infinity) return null
  const letters = new Set<number>()
  for (let row = rows.length - 1; row >= 0; row--) {
    letters.add(at)
    at = rows[row]?.[at]?.from ?? -1
  }
  return { score: score - 0.05 * text.length, letters }
}

/** The best way to find a query in a text: as it stands, or letter by letter. */
const find = (query: string, text: string): { score: number; letters: Set<number> } | null => {
  const whole = text.indexOf(query)
  if (whole < 0) return match(query, text)
  const letters = new Set(Array.from(query, (_, i) => whole + i))
  return { score: 10 * query.length + (isStart(text, whole) ? 5 : 0) - 0.05 * text.length, letters }
}

/** Those items whose names hold the letters of a query in their order, the best first; all of them, as they came, for no query. */
export const rankByName = <T>(query: string, items: readonly T[], nameOf: (item: T) => string): Ranked<T>[] => {
  const wanted = query.toLowerCase().replace(/\s+/g, '')
  if (wanted === '') return items.map((item) => ({ item, letters: new Set<number>() }))
  const spaced = query.toLowerCase().trim()
  return items
    .flatMap((item) => {
      const text = nameOf(item).toLowerCase()
      const found = find(spaced, text) ?? match(wanted, text)
      return found === null ? [] : [{ item, ...found }]
    })
    .sort((a, b) => b.score - a.score)
}
