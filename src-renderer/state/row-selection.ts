/** Which rows of an ordered list are chosen, where a range began, and which row the keys are on. Row numbers, not positions. */
export interface RowSelection {
  readonly seqs: ReadonlySet<number>
  /** Where Shift extends from. */
  readonly anchor: number | null
  readonly focus: number | null
}

export const NO_ROWS: RowSelection = { seqs: new Set(), anchor: null, focus: null }

/** One row alone. */
export const selectOne = (seq: number): RowSelection => ({ seqs: new Set([seq]), anchor: seq, focus: seq })

/** The row in or out, the others as they are. */
export const toggleRow = ({ seqs }: RowSelection, seq: number): RowSelection => {
  const changed = new Set(seqs)
  if (!changed.delete(seq)) changed.add(seq)
  return { seqs: changed, anchor: seq, focus: seq }
}

/** Everything between the anchor and this row, both included, and nothing else. */
export const extendTo = (order: Int32Array, { anchor, focus }: RowSelection, seq: number): RowSelection => {
  const from = order.indexOf(anchor ?? focus ?? seq)
  const to = order.indexOf(seq)
  if (from < 0 || to < 0) return selectOne(seq)
  return { seqs: new Set(order.subarray(Math.min(from, to), Math.max(from, to) + 1)), anchor: order[from] ?? seq, focus: seq }
}

export const selectAll = (order: Int32Array, { anchor, focus }: RowSelection): RowSelection => ({ seqs: new Set(order), anchor, focus })

/** What is left of a selection when the list changes. */
export const keepListed = (order: Int32Array, { seqs, anchor, focus }: RowSelection): RowSelection => {
  const listed = new Set(order)
  const keep = (seq: number | null): number | null => (seq !== null && listed.has(seq) ? seq : null)
  return { seqs: new Set([...seqs].filter((seq) => listed.has(seq))), anchor: keep(anchor), focus: keep(focus) }
}
