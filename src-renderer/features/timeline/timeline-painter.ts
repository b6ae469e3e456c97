import type { Clip, Project, Source } from '#contract/project.ts'
import { clipEndSeconds } from '#arrangement/clip-edits.ts'
import { listBeats } from '#arrangement/grid.ts'
import { isAudible } from '#music/mix-law.ts'
import type { Sound } from '#renderer/playback/arrangement-sounds.ts'
import {
  type Chosen,
  type Colours,
  drawClip,
  type Paint,
  paintWave,
  type Picture,
  type Surface,
  WIDEST_PICTURE_PX,
} from './clip-painter.ts'
import { MARKER_HEIGHT_PX, MARKER_TOP_PX, ROW_PX, rowTop, RULER_PX, toSeconds, toX, type View } from './timeline-view.ts'

/** How the timeline is drawn: what stands still once, what moves on every frame. */

const MOST_PICTURES = 800

export interface Scene {
  readonly project: Project
  readonly selectedIds: readonly string[]
  readonly trackId: string | undefined
  findSound(source: Source): Sound | null
}

const drawRuler = (g: Surface, { project }: Scene, view: View, colours: Colours): void => {
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

/** Rows, lines of bars and beats, the range that is repeated. */
const drawPaper = (g: Surface, scene: Scene, view: View, colours: Colours): void => {
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
}

/** The range that is repeated. */
const drawLoop = (g: Surface, { project }: Scene, view: View, colours: Colours): void => {
  const { loopRange } = project
  if (loopRange?.isOn !== true) return
  const bottom = Math.min(view.heightPx, rowTop(view, project.tracks.length))
  g.globalAlpha = 0.07
  g.fillStyle = colours.accent
  g.fillRect(toX(view, loopRange.startSeconds), RULER_PX, (loopRange.endSeconds - loopRange.startSeconds) * view.pxPerSecond, bottom - RULER_PX) // prettier-ignore
  g.globalAlpha = 1
}

const describeView = ({ widthPx, heightPx, leftSeconds, topPx, pxPerSecond }: View): number[] => [
  widthPx,
  heightPx,
  leftSeconds,
  topPx,
  pxPerSecond,
]

/** All of the tracks that shows. */
const describeTracks = ({ tracks }: Project): unknown[] => tracks.flatMap((track) => [track.id, track.colour, isAudible(track, tracks)])

const isSame = (a: readonly unknown[] | undefined, b: readonly unknown[]): boolean =>
  a !== undefined && a.length === b.length && a.every((one, i) => one === b[i])

/** Chosen clips as they were drawn, and where the layer that holds them lay. */
interface Moving {
  readonly parts: readonly unknown[]
  readonly clips: readonly Clip[]
  readonly left: number
  readonly top: number
}

/** How far apart two clips may have moved, in pixels, and still be drawn as one picture. */
const NEAR_PX = 0.5

/** How far clips moved together since they were drawn, or null where they changed in any other way. */
export const measureShift = (before: readonly Clip[], now: readonly Clip[]): { seconds: number; mostSeconds: number } | null => {
  const [first, firstNow] = [before[0], now[0]]
  if (first === undefined || firstNow === undefined || before.length !== now.length) return null
  const seconds = firstNow.startSeconds - first.startSeconds
  let mostSeconds = 0
  for (const [i, clip] of now.entries()) {
    const old = before[i]
    if (old === undefined) return null
    if (old === clip && seconds === 0) continue
    for (const key of Object.keys(clip) as (keyof Clip)[]) if (key !== 'startSeconds' && clip[key] !== old[key]) return null
    mostSeconds = Math.max(mostSeconds, Math.abs(clip.startSeconds - old.startSeconds - seconds))
  }
  return { seconds, mostSeconds }
}

const fit = (canvas: HTMLCanvasElement | OffscreenCanvas, widthPx: number, heightPx: number, ratio: number): void => {
  const [width, height] = [Math.max(1, Math.round(widthPx * ratio)), Math.max(1, Math.round(heightPx * ratio))]
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
}

interface Look {
  readonly colours: Colours
  readonly ratio: number
  readonly font: string
  /** Grows whenever a sound has come in. */
  readonly soundCount: number
}

/**
 * Draws the timeline on two layers: what lies still, and the chosen clips. What did not change since the last frame is not drawn
 * again; clips that are dragged are a picture that is moved.
 */
export class TimelinePainter {
  #stillParts: readonly unknown[] | undefined
  #paperParts: readonly unknown[] | undefined
  #moving: Moving | undefined
  #background: OffscreenCanvas | undefined
  readonly #pictures = new Map<string, Picture>()
  #ratio = 1

  /** Everything but the playhead, which moves on a layer of its own. While `isDragging`, chosen clips that only move are not drawn again. */
  draw(layers: { still: HTMLCanvasElement; moving: HTMLCanvasElement }, scene: Scene, view: View, look: Look, isDragging: boolean): void {
    this.#ratio = look.ratio
    const selected = new Set(scene.selectedIds)
    const { clips } = scene.project
    const resting = clips.filter(({ id }) => !selected.has(id))
    this.#drawStill(layers.still, scene, resting, view, look)
    const chosen = clips.filter(({ id }) => selected.has(id))
    this.#drawMoving(layers.moving, scene, chosen, view, look, isDragging)
  }

  #drawStill(canvas: HTMLCanvasElement, scene: Scene, resting: readonly Clip[], view: View, look: Look): void {
    const { project, trackId } = scene
    const { colours, ratio, font } = look
    const common = [...describeView(view), colours, ratio, trackId, project.tempo, project.metre]
    const paperParts = [...common, look.soundCount, project.sources, ...describeTracks(project), ...resting]
    const stillParts = [...common, project.loopRange, project.markers]
    const isPaperOld = isSame(this.#paperParts, paperParts)
    if (isPaperOld && isSame(this.#stillParts, stillParts)) return
    this.#background ??= new OffscreenCanvas(1, 1)
    if (!isPaperOld) {
      fit(this.#background, view.widthPx, view.heightPx, ratio)
      const back = this.#background.getContext('2d')
      if (back === null) return
      back.setTransform(ratio, 0, 0, ratio, 0, 0)
      back.font = font
      drawPaper(back, scene, view, colours)
      this.#drawClips(back, scene, resting, view, colours, null)
      this.#paperParts = paperParts
    }
    const g = canvas.getContext('2d')
    if (g === null) return
    fit(canvas, view.widthPx, view.heightPx, ratio)
    g.setTransform(1, 0, 0, 1, 0, 0)
    g.drawImage(this.#background, 0, 0)
    g.setTransform(ratio, 0, 0, ratio, 0, 0)
    g.font = font
    drawLoop(g, scene, view, colours)
    drawRuler(g, scene, view, colours)
    this.#stillParts = stillParts
  }

  /** The layer of the chosen clips reaches a page beyond both sides of what is seen, so that it can be moved. */
  #drawMoving(canvas: HTMLCanvasElement, scene: Scene, chosen: readonly Clip[], view: View, look: Look, isDragging: boolean): void {
    const { project } = scene
    const { colours, ratio, font } = look
    const parts = [...describeView(view), colours, ratio, look.soundCount, project.sources, isDragging, ...describeTracks(project)]
    const place = (left: number, top: number): void => {
      canvas.style.transform = `translate(${Math.round(left * ratio) / ratio}px, ${top}px)`
    }
    const before = this.#moving
    if (before !== undefined && isSame(before.parts, parts)) {
      if (isSame(before.clips, chosen)) return
      const shift = measureShift(before.clips, chosen)
      const byPx = (shift?.seconds ?? 0) * view.pxPerSecond
      if (isDragging && shift !== null && shift.mostSeconds * view.pxPerSecond < NEAR_PX && Math.abs(byPx) < view.widthPx) {
        place(before.left + byPx, before.top)
        return
      }
    }
    const rows = new Map(project.tracks.map(({ id }, row) => [id, row]))
    const box = { left: 2 * view.widthPx, right: -view.widthPx, top: view.heightPx, bottom: 0 }
    for (const clip of chosen) {
      const top = rowTop(view, rows.get(clip.trackId) ?? 0)
      if (top > view.heightPx || top + ROW_PX < RULER_PX) continue
      box.left = Math.max(-view.widthPx, Math.min(box.left, Math.floor(toX(view, clip.startSeconds)) - 2))
      box.right = Math.min(2 * view.widthPx, Math.max(box.right, Math.ceil(toX(view, clipEndSeconds(clip))) + 4))
      box.top = Math.min(box.top, top)
      box.bottom = Math.max(box.bottom, top + ROW_PX)
    }
    const { left, top } = box
    const isSeen = chosen.length > 0 && box.right > left && box.bottom > top
    const [widthPx, heightPx] = isSeen ? [box.right - left, box.bottom - top] : [0, 0]
    canvas.style.display = isSeen ? 'block' : 'none'
    canvas.style.width = `${widthPx}px`
    canvas.style.height = `${heightPx}px`
    fit(canvas, widthPx, heightPx, ratio)
    const g = canvas.getContext('2d')
    if (g === null) return
    g.setTransform(ratio, 0, 0, ratio, 0, 0)
    g.clearRect(0, 0, widthPx, heightPx)
    g.font = font
    const own = { ...view, widthPx, heightPx, leftSeconds: toSeconds(view, left), topPx: view.topPx + top }
    if (isSeen) this.#drawClips(g, scene, chosen, own, colours, { edgePx: -left })
    place(left, top - RULER_PX)
    this.#moving = { parts, clips: chosen, left, top: top - RULER_PX }
  }

  #drawClips(g: Surface, { project, findSound }: Scene, clips: readonly Clip[], view: View, colours: Colours, chosen: Chosen | null): void {
    const rows = new Map(project.tracks.map((track, row) => [track.id, { track, row, isSilent: !isAudible(track, project.tracks) }]))
    const sources = new Map(project.sources.map((source) => [source.id, source]))
    for (const clip of clips) {
      const place = rows.get(clip.trackId)
      if (place === undefined) continue
      const top = rowTop(view, place.row)
      if (top > view.heightPx || top + ROW_PX < 0) continue
      const source = sources.get(clip.sourceId)
      const sound = source === undefined ? null : findSound(source)
      const colour = clip.colour ?? place.track.colour
      drawClip(g, clip, view, { colour, top, chosen, isSilent: place.isSilent, sound, colours, paint: this.#paint })
    }
  }

  readonly #paint: Paint = (clip, sound, size, view, colour) => {
    const ratio = this.#ratio
    if (size.width > WIDEST_PICTURE_PX) return { image: null, ratio }
    const { offsetSeconds, durationSeconds, gainDb, isReversed, loop, fadeIn, fadeOut, sourceId } = clip
    const look = [sourceId, sound.sampleRate, offsetSeconds, durationSeconds, gainDb, isReversed, loop?.startSeconds, loop?.endSeconds, fadeIn.seconds, fadeOut.seconds, view.pxPerSecond, colour, ratio].join() // prettier-ignore
    const known = this.#pictures.get(clip.id)
    if (known?.look === look) return { image: known.image, ratio }
    const image = paintWave(clip, sound, size, view, colour, ratio)
    this.#pictures.delete(clip.id)
    this.#pictures.set(clip.id, { look, image })
    const oldest = this.#pictures.keys().next().value
    if (this.#pictures.size > MOST_PICTURES && oldest !== undefined) this.#pictures.delete(oldest)
    return { image, ratio }
  }
}
