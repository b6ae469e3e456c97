import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extendTo, keepListed, NO_ROWS, selectAll, selectOne, toggleRow } from './row-selection.ts'

const ORDER = Int32Array.from([50, 10, 40, 20, 30])

describe('choosing rows', () => {
  it('extends from where a range began, in the order of the list, both ways', () => {
    const first = extendTo(ORDER, selectOne(10), 20)
    expect([...first.seqs]).toEqual([10, 40, 20])
    const back = extendTo(ORDER, first, 50)
    expect([...back.seqs]).toEqual([50, 10])
    expect([back.anchor, back.focus]).toEqual([10, 50])
    expect([...extendTo(ORDER, NO_ROWS, 40).seqs]).toEqual([40])
  })

  it('takes one in and out, all, and only what is still listed', () => {
    const two = toggleRow(selectOne(10), 30)
    expect([...two.seqs]).toEqual([10, 30])
    expect([...toggleRow(two, 10).seqs]).toEqual([30])
    expect(selectAll(ORDER, two).seqs.size).toBe(5)
    expect(keepListed(Int32Array.of(30, 7), two)).toEqual({ seqs: new Set([30]), anchor: 30, focus: 30 })
  })

  it('chooses the same rows whichever end a range begins at', () => {
    const position = fc.nat({ max: ORDER.length - 1 })
    fc.assert(
      fc.property(position, position, (a, b) => {
        const [first, second] = [ORDER[a] ?? 0, ORDER[b] ?? 0]
        const forth = extendTo(ORDER, selectOne(first), second)
        expect(forth.seqs).toEqual(extendTo(ORDER, selectOne(second), first).seqs)
        expect(forth.seqs.size).toBe(Math.abs(a - b) + 1)
      }),
    )
  })
})
