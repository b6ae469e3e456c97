import type { Curves, Picture, Span } from '#renderer/state/open-recording.svelte.ts'

/** Colours of a picture, as the theme has them. */
export interface PictureColours {
  readonly paper: string
  readonly wave: string
  readonly middle: string
  readonly loud: string
  readonly pitch: string
}

const readHex = (colour: string): [number, number, number] => {
  const hex = colour.trim().replace('#', '')
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as [number, number, number]
}

export const readColours = (element: Element): PictureColours => {
  const style = getComputedStyle(element)
  const read = (name: string): string => style.getPropertyValue(name).trim()
  return { paper: read('--canvas'), wave: read('--line-strong'), middle: read('--accent'), loud: read('--ink'), pitch: read('--curve') }
}

/** A level softer than this is paper: 0 is -100 dB, 255 a full sine. */
const QUIET_LEVEL = 45

/** 256 colours from silence over the accent to the loudest. */
const mixColours = ({ paper, middle, loud }: PictureColours): Uint8ClampedArray => {
  const stops = [readHex(paper), readHex(middle), readHex(loud)]
  const table = new Uint8ClampedArray(256 * 4)
  for (let level = 0; level < 256; level++) {
    const share = Math.min(1, Math.max(0, (level - QUIET_LEVEL) / (225 - QUIET_LEVEL)))
    const stop = share < 0.7 ? 0 : 1
    const inside = stop === 0 ? share / 0.7 : (share - 0.7) / 0.3
    const [from, to] = [stops[stop] ?? [0, 0, 0], stops[stop + 1] ?? [0, 0, 0]]
    for (let i = 0; i < 3; i++) table[4 * level + i] = (from[i] ?? 0) + inside * ((to[i] ?? 0) - (from[i] ?? 0))
    table[4 * level + 3] = 255
  }
  return table
}

/** The spectrogram as an image, one pixel a cell, high pitches on top. */
export const drawLevels = ({ levels, columns, bands }: Picture, colours: PictureColours): ImageData => {
  const table = mixColours(colours)
  const image = new ImageData(columns, bands)
  for (let column = 0; column < columns; column++) {
    for (let band = 0; band < bands; band++) {
      const from = 4 * (levels[column * bands + band] ?? 0)
      const to = 4 * ((bands - 1 - band) * columns + column)
      for (let i = 0; i < 4; i++) image.data[to + i] = table[from + i] ?? 0
    }
  }
  return image
}

/** Where a frequency lies in a picture, 0 = top, 1 = bottom. */
export const toHeight = ({ lowestHz, highestHz }: Picture, freqHz: number): number =>
  1 - Math.log(freqHz / lowestHz) / Math.log(highestHz / lowestHz)

/** The pitch curve of a span, in pixels; where nothing is voiced it lifts the pen. */
export const drawPitch = (
  context: CanvasRenderingContext2D,
  curves: Curves,
  span: Span,
  box: { picture: Picture; widthPx: number; topPx: number; heightPx: number },
): void => {
  const { frameRate, f0 } = curves
  const { picture, widthPx, topPx, heightPx } = box
  context.beginPath()
  let isDown = false
  const last = Math.min(f0.length - 1, Math.ceil(span.to * frameRate))
  for (let frame = Math.max(0, Math.floor(span.from * frameRate)); frame <= last; frame++) {
    const freqHz = f0[frame] ?? 0
    const x = ((frame / frameRate - span.from) / (span.to - span.from)) * widthPx
    const y = topPx + toHeight(picture, freqHz) * heightPx
    if (freqHz <= 0) isDown = false
    else if (isDown) context.lineTo(x, y)
    else {
      context.moveTo(x, y)
      isDown = true
    }
  }
  context.stroke()
}

/** A step of 1, 2, 5, 10, 15, 30 or 60 seconds (or parts of one) that gives about so many marks. */
export const chooseTick = (seconds: number, count: number): number =>
  [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((step) => seconds / step <= count) ?? 1200
