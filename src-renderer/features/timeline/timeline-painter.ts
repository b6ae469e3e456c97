import type { Clip, Project, Source } from '#contract/project.ts'
import { clipEndSeconds } from '#arrangement/clip-edits.ts'
import { listBeats } from '#arrangement/grid.ts'
import { isAudible } from '#music/mix-law.ts'
import type { Sound } from '#renderer/playback/arrangement-sounds.ts'
import { CORNER_PX, MARKER_HEIGHT_PX, MARKER_TOP_PX, ROW_PX, rowTop, RULER_PX, toSeconds, toX, type View } from './timeline-view.ts'

/** How the timeline is drawn: what stands still once, what moves on every frame. */

type Surface = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D
type Paint = (
  clip: Clip,
  sound: Sound,
  size: { width: number; height: number },
  view: View,
  colour: string,
) => { image: OffscreenCanvas | null; ratio: number }

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
  g: Surface,
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

/** A clip's waveform in its colour, drawn once and kept while the clip looks the same. */
interface Picture {
  readonly look: string
  readonly image: OffscreenCanvas
}

/** Wider pictures would cost more than what is seen of them. */
const WIDEST_PICTURE_PX = 3000
const MOST_PICTURES = 800

const paintWave = (
  clip: Clip,
  sound: Sound,
  size: { width: number; height: number },
  view: View,
  colour: string,
  ratio: number,
): OffscreenCanvas => {
  const image = new OffscreenCanvas(Math.max(1, Math.ceil(size.width * ratio)), Math.max(1, Math.ceil(size.height * ratio)))
  const g = image.getContext('2d')
  if (g === null) return image
  g.scale(ratio, ratio)
  g.fillStyle = colour
  const own = { ...view, leftSeconds: clip.startSeconds, widthPx: Math.ceil(size.width) }
  drawWave(g, clip, sound, { left: 0, right: size.width, top: 0, height: size.height }, own)
  return image
}

const drawClip = (
  g: Surface,
  clip: Clip,
  view: View,
  look: { colour: string; top: number; isSelected: boolean; isSilent: boolean; sound: Sound | null; colours: Colours; paint: Paint },
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
  if (look.sound !== null) {
    const box = { left, right, top: top + 18, height: height - 21 }
    const { image, ratio } = look.paint(clip, look.sound, { width: right - left, height: box.height }, view, look.colour)
    if (image === null) drawWave(g, clip, look.sound, box, view)
    // On whole pixels of the screen, where a picture stays sharp.
    else g.drawImage(image, Math.round(left * ratio) / ratio, box.top, image.width / ratio, image.height / ratio)
  }
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
  const { loopRange } = project
  if (loopRange?.isOn === true) {
    g.globalAlpha = 0.07
    g.fillStyle = colours.accent
    g.fillRect(toX(view, loopRange.startSeconds), RULER_PX, (loopRange.endSeconds - loopRange.startSeconds) * view.pxPerSecond, bottom - RULER_PX) // prettier-ignore
    g.globalAlpha = 1
  }
}

interface Still {
  readonly view: View
  readonly colours: Colours
  readonly ratio: number
  readonly soundCount: number
  readonly trackId: string | undefined
  readonly parts: readonly unknown[]
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((one, i) => one === b[i])

/** Draws the timeline; what did not change since the last frame is not drawn again. */
export class TimelinePainter {
  #still: Still | undefined
  #background: OffscreenCanvas | undefined
  readonly #pictures = new Map<string, Picture>()
  #ratio = 1

  /** Everything but the playhead, which moves on a layer of its own. `soundCount` grows whenever a sound has come in. */
  draw(
    g: CanvasRenderingContext2D,
    scene: Scene,
    view: View,
    look: { colours: Colours; ratio: number; font: string; soundCount: number },
  ): void {
    const { colours, ratio, font, soundCount } = look
    this.#ratio = ratio
    const { project, trackId } = scene
    const selected = new Set(scene.selectedIds)
    const resting = project.clips.filter(({ id }) => !selected.has(id))
    const still = {
      view,
      colours,
      ratio,
      soundCount,
      trackId,
      parts: [project.tracks, project.tempo, project.metre, project.loopRange, project.sources, ...resting],
    }
    const width = Math.round(view.widthPx * ratio)
    const height = Math.round(view.heightPx * ratio)
    if (this.#background === undefined || !this.#isStill(still)) {
      this.#background ??= new OffscreenCanvas(1, 1)
      Object.assign(this.#background, { width: Math.max(1, width), height: Math.max(1, height) })
      const back = this.#background.getContext('2d')
      if (back === null) return
      back.setTransform(ratio, 0, 0, ratio, 0, 0)
      back.font = font
      drawPaper(back, scene, view, colours)
      this.#drawClips(back, scene, resting, view, colours, false)
      this.#still = still
    }
    g.setTransform(1, 0, 0, 1, 0, 0)
    g.drawImage(this.#background, 0, 0)
    g.setTransform(ratio, 0, 0, ratio, 0, 0)
    g.font = font
    const moving = project.clips.filter(({ id }) => selected.has(id))
    this.#drawClips(g, scene, moving, view, colours, true)
    drawRuler(g, scene, view, colours)
  }

  #isStill(next: Still): boolean {
    const before = this.#still
    if (before === undefined) return false
    const { view, colours, ratio, soundCount, trackId, parts } = next
    const isPlace = isSame(Object.values(before.view), Object.values(view))
    const isLook = before.colours === colours && before.ratio === ratio && before.soundCount === soundCount && before.trackId === trackId
    return isPlace && isLook && isSame(before.parts, parts)
  }

  #drawClips(g: Surface, { project, findSound }: Scene, clips: readonly Clip[], view: View, colours: Colours, isSelected: boolean): void {
    const rows = new Map(project.tracks.map((track, row) => [track.id, { track, row, isSilent: !isAudible(track, project.tracks) }]))
    const sources = new Map(project.sources.map((source) => [source.id, source]))
    for (const clip of clips) {
      const place = rows.get(clip.trackId)
      if (place === undefined) continue
      const top = rowTop(view, place.row)
      if (top > view.heightPx || top + ROW_PX < RULER_PX) continue
      const source = sources.get(clip.sourceId)
      const sound = source === undefined ? null : findSound(source)
      const colour = clip.colour ?? place.track.colour
      drawClip(g, clip, view, { colour, top, isSelected, isSilent: place.isSilent, sound, colours, paint: this.#paint })
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
