/** `node build/scripts/plot-experiment.mjs report.json`: the experiment's table and held-out curves as pictures in models/. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './setup.mjs'

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const page = (width, height, body) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>${body}</svg>\n`

const MEASURES = [
  ['logMelMse', 'log-mel MSE, dB²'],
  ['fad', 'Fréchet audio distance'],
  ['logSpectralDistanceDb', 'log-spectral distance, dB'],
  ['mulanCycleRatio', 'MuLan cycle, share of real clips'],
  ['rawPitchAccuracy', 'raw pitch accuracy'],
  ['onsetF1', 'onset F1'],
]

/** A block of horizontal bars for each measure. */
const plotBars = (systems) => {
  const row = 18
  let y = 10
  const parts = []
  for (const [key, title] of MEASURES) {
    const values = systems.map((system) => system[key]).filter((value) => value !== null)
    const most = Math.max(...values, 1e-9)
    parts.push(`<text x="10" y="${y + 14}" font-weight="bold">${escape(title)}</text>`)
    y += 22
    for (const system of systems) {
      const value = system[key]
      if (value === null) continue
      const width = (420 * value) / most
      parts.push(
        `<text x="230" y="${y + 13}" text-anchor="end">${escape(system.name)}</text><rect x="238" y="${y + 2}" width="${width.toFixed(1)}" height="13" fill="#8a5a2b"/><text x="${(244 + width).toFixed(1)}" y="${y + 13}">${value.toPrecision(4)}</text>`,
      )
      y += row
    }
    y += 12
  }
  return page(740, y, parts.join(''))
}

const COLOURS = ['#8a5a2b', '#2b6f8a', '#6b8a2b', '#8a2b6f']

/** Held-out loss by step, each curve over its own first value. */
const plotCurves = (curves) => {
  const parts = [`<text x="10" y="20" font-weight="bold">held-out loss, share of the first measured</text>`]
  curves.forEach(({ name, points }, i) => {
    const last = points.at(-1).step
    const line = points
      .map(({ step, loss }) => `${(40 + (640 * step) / last).toFixed(1)},${(40 + 260 * (1 - loss / points[0].loss) * 1.6).toFixed(1)}`)
      .join(' ')
    parts.push(
      `<polyline points="${line}" fill="none" stroke="${COLOURS[i % 4]}" stroke-width="2"/><text x="60" y="${250 + 18 * i}" fill="${COLOURS[i % 4]}">${escape(name)} (${last} steps)</text>`,
    )
  })
  return page(720, 340, parts.join(''))
}

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'))
writeFileSync(join(ROOT, 'models/experiment.svg'), plotBars(report.systems))
const read = (name) => JSON.parse(readFileSync(join(ROOT, `models/base/${name}-curve.json`), 'utf8'))
writeFileSync(
  join(ROOT, 'models/base/curves.svg'),
  plotCurves(['codec', 'semantic', 'coarse', 'fine'].map((name) => ({ name, points: read(name) }))),
)
