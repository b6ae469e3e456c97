import type { Coverage } from '#contract/coverage.ts'
import { describe, expect, it } from 'vitest'
import { bandName, bandsOf, linesOf, stateOf } from './coverage-map.ts'

const cell = (dynamics: 'soft' | 'loud', lowest: number, seconds: number, isWanted = true): Coverage['cells'][number] => ({
  articulation: 'legato',
  dynamics,
  lowest,
  highest: lowest + 6,
  seconds,
  isWanted,
})
const map: Coverage = {
  sliceCount: 1,
  seconds: 3,
  unclearSeconds: 0,
  outsideSeconds: 0,
  targetSeconds: 2,
  missingSeconds: 3,
  holeCount: 2,
  cells: [cell('soft', 62, 3), cell('soft', 55, 0.1), cell('loud', 55, 1), cell('loud', 62, 0, false)],
}

describe('the map', () => {
  it('has its bands from low to high and a line for each bowing at each level', () => {
    expect(bandsOf(map).map(bandName)).toEqual(['G3–C#4', 'D4–G#4'])
    expect(linesOf(map).map(({ dynamics, cells }) => [dynamics, cells.map(({ lowest }) => lowest)])).toEqual([
      ['soft', [55, 62]],
      ['loud', [55, 62]],
    ])
  })

  it('tells holes from fields that nobody asks for', () => {
    expect(map.cells.map((one) => stateOf(one, map.targetSeconds))).toEqual(['full', 'hole', 'some', 'unwanted'])
  })
})
