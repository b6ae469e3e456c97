import type { Coverage, CoverageCell } from '#contract/coverage.ts'
import { noteName } from '#music/pitch.ts'
import { coverageWords as words } from './strings.ts'

export interface MapColours {
  readonly canvas: string
  readonly line: string
  readonly ink: string
  readonly inkSoft: string
  readonly accent: string
  readonly hole: string
}

interface MapBand {
  readonly lowest: number
  readonly highest: number
}

/** A bowing at a level: one column of the picture, one row of the table. */
interface MapLine {
  readonly articulation: CoverageCell['articulation']
  readonly dynamics: CoverageCell['dynamics']
  readonly cells: readonly CoverageCell[]
}

type CellState = 'full' | 'some' | 'hole' | 'unwanted'

/** Anything below a tenth of what is enough is as good as nothing. */
const NOTHING_SHARE = 0.1

export const stateOf = ({ seconds, isWanted }: CoverageCell, targetSeconds: number): CellState => {
  if (seconds >= targetSeconds) return 'full'
  if (!isWanted) return 'unwanted'
  return seconds < NOTHING_SHARE * targetSeconds ? 'hole' : 'some'
}

export const bandsOf = ({ cells }: Coverage): MapBand[] =>
  [...new Map(cells.map(({ lowest, highest }) => [lowest, { lowest, highest }])).values()].sort((a, b) => a.lowest - b.lowest)

export const bandName = ({ lowest, highest }: MapBand): string => `${noteName(lowest)}–${noteName(highest)}`

/** The fields of each bowing at each level, from the lowest band to the highest. */
export const linesOf = ({ cells }: Coverage): MapLine[] => {
  const lines = new Map<string, CoverageCell[]>()
  for (const cell of cells) {
    const key = `${cell.articulation} ${cell.dynamics}`
    lines.set(key, [...(lines.get(key) ?? []), cell])
  }
  return [...lines.values()].flatMap((own) => {
    const [first] = own
    return first === undefined
      ? []
      : [{ articulation: first.articulation, dynamics: first.dynamics, cells: [...own].sort((a, b) => a.lowest - b.lowest) }]
  })
}

const LABEL_PX = 74
const HEAD_PX = 44
const GROUP_GAP_PX = 8
const FULL_ALPHA = 0.5

/** Draws the map: pitch upwards, bowings side by side, each from soft to loud. */
export const drawMap = (
  g: CanvasRenderingContext2D,
  map: Coverage,
  size: { widthPx: number; heightPx: number },
  colours: MapColours,
): void => {
  const { widthPx, heightPx } = size
  const bands = bandsOf(map)
  const lines = linesOf(map)
  const groups = [...new Set(lines.map(({ articulation }) => articulation))]
  const perGroup = Math.max(1, lines.length / Math.max(1, groups.length))
  const cellPx = (widthPx - LABEL_PX - GROUP_GAP_PX * groups.length) / Math.max(1, lines.length)
  const rowPx = (heightPx - HEAD_PX) / Math.max(1, bands.length)
  g.clearRect(0, 0, widthPx, heightPx)
  g.fillStyle = colours.canvas
  g.fillRect(0, 0, widthPx, heightPx)
  g.textBaseline = 'middle'
  g.textAlign = 'right'
  g.fillStyle = colours.inkSoft
  bands.forEach((band, row) => g.fillText(bandName(band), LABEL_PX - 8, heightPx - (row + 0.5) * rowPx))
  g.textAlign = 'center'
  lines.forEach(({ articulation, dynamics, cells }, column) => {
    const group = groups.indexOf(articulation)
    const left = LABEL_PX + column * cellPx + group * GROUP_GAP_PX
    g.fillStyle = colours.inkSoft
    g.fillText(words.levelSigns[dynamics], left + cellPx / 2, HEAD_PX - 10)
    if (column % perGroup === 0) {
      g.fillStyle = colours.ink
      g.fillText(words.articulations[articulation], left + (perGroup * cellPx) / 2, HEAD_PX - 30)
    }
    cells.forEach((cell, row) => {
      const top = heightPx - (row + 1) * rowPx
      const [x, y, w, h] = [left + 1, top + 1, cellPx - 2, rowPx - 2]
      const state = stateOf(cell, map.targetSeconds)
      g.globalAlpha = FULL_ALPHA * Math.min(1, cell.seconds / map.targetSeconds)
      g.fillStyle = colours.accent
      g.fillRect(x, y, w, h)
      g.globalAlpha = 1
      g.setLineDash(state === 'hole' ? [3, 3] : [])
      g.strokeStyle = state === 'hole' ? colours.hole : colours.line
      g.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1)
      g.setLineDash([])
      g.fillStyle = state === 'unwanted' ? colours.inkSoft : colours.ink
      const text =
        state === 'hole'
          ? ''
          : state === 'unwanted' && cell.seconds === 0
            ? '·'
            : cell.seconds < 9.95
              ? words.amount(cell.seconds)
              : String(Math.round(cell.seconds))
      g.fillText(text, left + cellPx / 2, top + rowPx / 2 + 1)
    })
  })
}
