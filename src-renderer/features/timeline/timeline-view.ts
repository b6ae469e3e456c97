import type { Clip, Marker, Project } from '#contract/project.ts'
import { clipEndSeconds } from '#arrangement/clip-edits.ts'

/** Where things lie on the canvas of the timeline. */

export const RULER_PX = 34
export const ROW_PX = 76
/** Pixels a second: from more than an hour and a half in a window to single samples. */
export const WIDEST = 0.2
export const CLOSEST = 48000

export interface View {
  readonly widthPx: number
  readonly heightPx: number
  readonly leftSeconds: number
  readonly topPx: number
  readonly pxPerSecond: number
}

export const toX = (view: View, seconds: number): number => (seconds - view.leftSeconds) * view.pxPerSecond
export const toSeconds = (view: View, x: number): number => view.leftSeconds + x / view.pxPerSecond
export const rowTop = (view: View, row: number): number => RULER_PX + row * ROW_PX - view.topPx

export type Hold = 'move' | 'start' | 'end' | 'fadeIn' | 'fadeOut'

const EDGE_PX = 7
export const CORNER_PX = 14

/** The clip under a point and what of it: its body, an edge, or a fade's corner. The one drawn last is on top. */
export const findHold = (project: Project, view: View, x: number, y: number): { clip: Clip; hold: Hold } | null => {
  const row = Math.floor((y - RULER_PX + view.topPx) / ROW_PX)
  const track = project.tracks[row]
  if (y < RULER_PX || track === undefined) return null
  const clip = project.clips.findLast((one) => {
    const left = toX(view, one.startSeconds)
    return one.trackId === track.id && x >= left - 3 && x <= Math.max(left + 6, toX(view, clipEndSeconds(one))) + 3
  })
  if (clip === undefined) return null
  const left = toX(view, clip.startSeconds)
  const right = toX(view, clipEndSeconds(clip))
  const inRow = y - rowTop(view, row)
  if (right - left > 4 * CORNER_PX && inRow < 22) {
    if (Math.abs(x - (left + clip.fadeIn.seconds * view.pxPerSecond)) < CORNER_PX / 2 + 2 && x > left + 2) return { clip, hold: 'fadeIn' }
    if (Math.abs(x - (right - clip.fadeOut.seconds * view.pxPerSecond)) < CORNER_PX / 2 + 2 && x < right - 2)
      return { clip, hold: 'fadeOut' }
  }
  if (right - left > 3 * EDGE_PX) {
    if (x < left + EDGE_PX) return { clip, hold: 'start' }
    if (x > right - EDGE_PX) return { clip, hold: 'end' }
  }
  return { clip, hold: 'move' }
}

export const MARKER_TOP_PX = 9
export const MARKER_HEIGHT_PX = 14
const MARKER_LETTER_PX = 6

/** The marker whose flag lies under a point, the last one first. */
export const findMarker = (project: Project, view: View, x: number, y: number): Marker | null =>
  y < MARKER_TOP_PX || y > MARKER_TOP_PX + MARKER_HEIGHT_PX
    ? null
    : (project.markers.findLast(({ atSeconds, name }) => {
        const left = toX(view, atSeconds)
        return x >= left - 2 && x <= left + 12 + name.length * MARKER_LETTER_PX
      }) ?? null)
