import type { Clip, Marker, Project } from '#contract/project.ts'
import { clipEndSeconds } from '#arrangement/clip-edits.ts'
import { listBeats } from '#arrangement/grid.ts'
import type { Sound } from '#renderer/playback/arrangement-sounds.ts'

/** Where things lie on the canvas of the timeline, and how they are drawn. */

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
const CORNER_PX = 14

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

const MARKER_TOP_PX = 9
const MARKER_HEIGHT_PX = 14
const MARKER_LETTER_PX = 6

/** The marker whose flag lies under a point, the last one first. */
export const findMarker = (project: Project, view: View, x: number, y: number): Marker | null =>
  y < MARKER_TOP_PX || y > MARKER_TOP_PX + MARKER_HEIGHT_PX
    ? null
    : (project.markers.findLast(({ atSeconds, name }) => {
        const left = toX(view, atSeconds)
        return x >= left - 2 && x <= left + 12 + name.length * MARKER_LETTER_PX
      }) ?? null)

export interface Colours {
  readonly canvas: string
  readonly row: string
  readonly ruler: string
  readonly line: string
  readonly lineStrong: string
  readonly ink: string
  readonly inkSoft: string
  readonly accent: string
  readonly accentSoft: string
  readonly surface: string
  readonly curve: string
  readonly isDark: boolean
}

const drawWave = (
  g: CanvasRenderingContext2D,
  clip: Clip,
  sound: Sound,
  box: { left: number; right: number; top: number; height: number },
  view: View,
): void => {
  // prettier-ignore
  const { sampleRate, levels, material } = sound
  const middle = box.top + box.height / 2
  const scale = (box.height / 2) * Math.min(2, 10 ** (clip.gainDb / 20))
  const length = material[0]?.length ?? 0
  const samplesPerPx = sampleRate / view.pxPerSecond
  const level = levels.findLast(({ samplesPerPeak }) => samplesPerPeak <= samplesPerPx)
  const first = Math.max(0, Math.floor(box.left))
  const last = Math.min(view.widthPx, Math.ceil(box.right))
  g.beginPath()
  for (let x = first; x < last; x++) {
    let position = clip.offsetSeconds + (toSeconds(view, x) - clip.startSeconds)
    if (clip.loop !== null && position >= clip.loop.endSeconds)
      position = clip.loop.startSeconds + ((position - clip.loop.endSeconds) % (clip.loop.endSeconds - clip.loop.startSeconds))
    let sample = Math.floor(position * sampleRate)
    if (clip.isReversed) sample = length - 1 - sample - Math.ceil(samplesPerPx)
    let low = 0
    let high = 0
    if (level === undefined) {
      const value = material[0]?.[sample] ?? 0
      low = Math.min(0, value)
      high = Math.max(0, value)
    } else {
      const from = Math.floor(sample / level.samplesPerPeak)
      const to = Math.max(from + 1, Math.floor((sample + samplesPerPx) / level.samplesPerPeak))
      for (let i = from; i < to; i++) {
        low = Math.min(low, level.lows[i] ?? 0)
        high = Math.max(high, level.highs[i] ?? 0)
      }
    }
    const played = (toSeconds(view, x) - clip.startSeconds) / clip.durationSeconds
    const fadeIn = clip.fadeIn.seconds > 0 ? Math.min(1, (played * clip.durationSeconds) / clip.fadeIn.seconds) : 1
    const fadeOut = clip.fadeOut.seconds > 0 ? Math.min(1, ((1 - played) * clip.durationSeconds) / clip.fadeOut.seconds) : 1
    const gain = scale * Math.max(0, fadeIn * fadeOut)
    const top = Math.max(box.top, middle - high * gain - 0.5)
    g.rect(x, top, 1, Math.max(1, Math.min(box.top + box.height, middle - low * gain + 0.5) - top))
  }
  g.fill()
}

const drawClip = (
  g: CanvasRenderingContext2D,
  clip: Clip,
  view: View,
  look: { colour: string; top: number; isSelected: boolean; isSilent: boolean; sound: Sound | null; colours: Colours },
): void => {
  const left = toX(view, clip.startSeconds)
  const right = Math.max(left + 2, toX(view, clipEndSeconds(clip)))
  if (right < 0 || left > view.widthPx) return
  const top = look.top + 3
  const height = ROW_PX - 7
  const { colours } = look
  g.save()
  g.beginPath()
  g.roundRect(left, top, right - left, height, 5)
  g.fillStyle = colours.surface
  g.fill()
  g.globalAlpha = look.isSilent ? 0.12 : look.isSelected ? 0.42 : 0.24
  g.fillStyle = look.colour
  g.fill()
  g.globalAlpha = 1
  g.clip()
  g.fillStyle = look.colour
  g.globalAlpha = look.isSilent ? 0.35 : 0.9
  if (look.sound !== null) drawWave(g, clip, look.sound, { left, right, top: top + 18, height: height - 21 }, view)
  g.globalAlpha = 1
  const fades: [number, number][] = [
    [left, left + clip.fadeIn.seconds * view.pxPerSecond],
    [right, right - clip.fadeOut.seconds * view.pxPerSecond],
  ]
  g.strokeStyle = colours.ink
  g.lineWidth = 1.2
  for (const [from, to] of fades) {
    if (from === to) continue
    g.globalAlpha = 0.1
    g.fillStyle = colours.ink
    g.beginPath()
    g.moveTo(from, top + height)
    g.lineTo(to, top)
    g.lineTo(from, top)
    g.fill()
    g.globalAlpha = 0.7
    g.beginPath()
    g.moveTo(from, top + height)
    g.lineTo(to, top)
    g.stroke()
  }
  g.globalAlpha = 1
  g.fillStyle = colours.ink
  const label = `${clip.isReversed ? '◂ ' : ''}${clip.loop === null ? '' : '↻ '}${clip.name}`
  if (right - left > 24) g.fillText(label, Math.max(left, 0) + 7, top + 12.5, right - Math.max(left, 0) - 12)
  g.restore()
  g.lineWidth = look.isSelected ? 2 : 1
  g.strokeStyle = look.isSelected ? colours.accent : look.colour
  g.beginPath()
  g.roundRect(left + 0.5, top + 0.5, right - left - 1, height - 1, 5)
  g.stroke()
  if (look.isSelected && right - left > 4 * CORNER_PX) {
    g.fillStyle = colours.accent
    for (const x of [left + clip.fadeIn.seconds * view.pxPerSecond, right - clip.fadeOut.seconds * view.pxPerSecond]) {
      g.beginPath()
      g.arc(Math.min(right - 6, Math.max(left + 6, x)), top + 7, 3.5, 0, 2 * Math.PI)
      g.fill()
    }
  }
}

export interface Scene {
  readonly project: Project
  readonly selectedIds: readonly string[]
  readonly trackId: string | undefined
  findSound(clip: Clip): Sound | null
  isHeard(trackId: string): boolean
}

const drawRuler = (g: CanvasRenderingContext2D, { project }: Scene, view: View, colours: Colours): void => {
  g.fillStyle = colours.ruler
  g.fillRect(0, 0, view.widthPx, RULER_PX)
  const { loopRange } = project
  if (loopRange !== null) {
    const left = toX(view, loopRange.startSeconds)
    g.globalAlpha = loopRange.isOn ? 1 : 0.35
    g.fillStyle = colours.accent
    g.beginPath()
    g.roundRect(left, 2, Math.max(3, toX(view, loopRange.endSeconds) - left), 5, 2)
    g.fill()
    g.globalAlpha = 1
  }
  g.fillStyle = colours.inkSoft
  const barPx = (240 / (project.tempo[0]?.bpm ?? 120)) * view.pxPerSecond
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(34 / Math.max(0.001, barPx))))
  for (const { seconds, bar, beat } of listBeats(project, view.leftSeconds - 1, toSeconds(view, view.widthPx))) {
    const x = Math.round(toX(view, seconds)) + 0.5
    if (beat === 1 && (bar - 1) % every === 0) g.fillText(String(bar), x + 4, 29)
    if (beat !== 1 && barPx > 260) g.fillText(`${bar}.${beat}`, x + 4, 29)
  }
  for (const { atSeconds, name } of project.markers) {
    const x = toX(view, atSeconds)
    const width = g.measureText(name).width + 12
    g.fillStyle = colours.curve
    g.beginPath()
    g.roundRect(x, MARKER_TOP_PX, width, MARKER_HEIGHT_PX, [0, 4, 4, 0])
    g.fill()
    g.fillStyle = colours.surface
    g.fillText(name, x + 5, 20)
  }
  g.fillStyle = colours.lineStrong
  g.fillRect(0, RULER_PX - 1, view.widthPx, 1)
}

/** Draws everything but the playhead, which moves on a layer of its own. */
export const drawTimeline = (g: CanvasRenderingContext2D, scene: Scene, view: View, colours: Colours): void => {
  const { project } = scene
  g.fillStyle = colours.canvas
  g.fillRect(0, 0, view.widthPx, view.heightPx)
  project.tracks.forEach((track, row) => {
    g.fillStyle = track.id === scene.trackId ? colours.accentSoft : row % 2 === 0 ? colours.row : colours.canvas
    g.globalAlpha = track.id === scene.trackId ? 0.45 : 1
    g.fillRect(0, rowTop(view, row), view.widthPx, ROW_PX)
    g.globalAlpha = 1
    g.fillStyle = colours.line
    g.fillRect(0, rowTop(view, row) + ROW_PX - 1, view.widthPx, 1)
  })
  const bottom = Math.min(view.heightPx, rowTop(view, project.tracks.length))
  const beatPx = (60 / (project.tempo[0]?.bpm ?? 120)) * view.pxPerSecond
  for (const { seconds, bar, beat } of listBeats(project, view.leftSeconds, toSeconds(view, view.widthPx))) {
    if (beat !== 1 && beatPx < 14) continue
    if (beat === 1 && beatPx < 2.5 && (bar - 1) % 8 !== 0) continue
    g.globalAlpha = beat === 1 ? 0.8 : 0.35
    g.fillStyle = beat === 1 ? colours.lineStrong : colours.line
    g.fillRect(Math.round(toX(view, seconds)), RULER_PX, 1, bottom - RULER_PX)
  }
  g.globalAlpha = 1
  const { loopRange } = project
  if (loopRange?.isOn === true) {
    g.globalAlpha = 0.07
    g.fillStyle = colours.accent
    g.fillRect(toX(view, loopRange.startSeconds), RULER_PX, (loopRange.endSeconds - loopRange.startSeconds) * view.pxPerSecond, bottom - RULER_PX) // prettier-ignore
    g.globalAlpha = 1
  }
  const rows = new Map(project.tracks.map((track, row) => [track.id, { track, row }]))
  const selected = new Set(scene.selectedIds)
  const drawAll = (isSelected: boolean): void => {
    for (const clip of project.clips) {
      const place = rows.get(clip.trackId)
      if (place === undefined || selected.has(clip.id) !== isSelected) continue
      const top = rowTop(view, place.row)
      if (top > view.heightPx || top + ROW_PX < RULER_PX) continue
      const isSilent = !scene.isHeard(clip.trackId)
      drawClip(g, clip, view, {
        colour: clip.colour ?? place.track.colour,
        top,
        isSelected,
        isSilent,
        sound: scene.findSound(clip),
        colours,
      })
    }
  }
  drawAll(false)
  drawAll(true)
  drawRuler(g, scene, view, colours)
}
