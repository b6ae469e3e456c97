import type { Clip } from '#contract/project.ts'
import { clipEndSeconds } from '#arrangement/clip-edits.ts'
import type { Sound } from '#renderer/playback/arrangement-sounds.ts'
import { CORNER_PX, ROW_PX, toSeconds, toX, type View } from './timeline-view.ts'

/** How one clip is drawn: its box, waveform, fades and name. */

export type Surface = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D
export type Paint = (
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
export interface Picture {
  readonly look: string
  readonly image: OffscreenCanvas
}

/** Wider pictures would cost more than what is seen of them. */
export const WIDEST_PICTURE_PX = 3000

export const paintWave = (
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

/** Chosen clips; `edgePx` is where the left edge of the page lies on their layer: names keep to it. */
export interface Chosen {
  readonly edgePx: number
}

export const drawClip = (
  g: Surface,
  clip: Clip,
  view: View,
  look: { colour: string; top: number; chosen: Chosen | null; isSilent: boolean; sound: Sound | null; colours: Colours; paint: Paint },
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
  g.globalAlpha = look.isSilent ? 0.12 : look.chosen === null ? 0.24 : 0.42
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
  const edge = Math.max(left, look.chosen?.edgePx ?? 0)
  if (right - edge > 24) g.fillText(label, edge + 7, top + 12.5, right - edge - 12)
  g.restore()
  g.lineWidth = look.chosen === null ? 1 : 2
  g.strokeStyle = look.chosen === null ? look.colour : colours.accent
  g.beginPath()
  g.roundRect(left + 0.5, top + 0.5, right - left - 1, height - 1, 5)
  g.stroke()
  if (look.chosen !== null && right - left > 4 * CORNER_PX) {
    g.fillStyle = colours.accent
    for (const x of [left + clip.fadeIn.seconds * view.pxPerSecond, right - clip.fadeOut.seconds * view.pxPerSecond]) {
      g.beginPath()
      g.arc(Math.min(right - 6, Math.max(left + 6, x)), top + 7, 3.5, 0, 2 * Math.PI)
      g.fill()
    }
  }
}
