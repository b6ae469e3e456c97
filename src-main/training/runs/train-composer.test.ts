import { createRandom } from '#main/foundation/random.ts'
import { METRES, TOY_COMPOSER_CONFIG } from '#main/networks/composer/config.ts'
import { findTonality } from '#main/networks/composer/find-tonality.ts'
import { countBar, drawBar, RHYTHM_SIZE } from '#main/networks/composer/rhythm.ts'
import { splitOfTune } from '#main/corpus/melodies/tunes.ts'
import { readSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { barLengths, barTune, drawGuise, toPhrase } from './train-composer-data.ts'
import { trainComposer } from './train-composer.ts'

const D_MAJOR = [62, 64, 66, 67, 69, 71, 73, 74]
/** Eight bars of eighths up and down the scale, after a pick-up, a long note closing each second bar. */
const walk = (id: string, shift: number) => {
  const notes: [number, number][] = [
    [69 + shift, 0.5],
    [71 + shift, 0.5],
  ]
  for (let bar = 0; bar < 8; bar++) {
    for (let i = 0; i < (bar % 2 === 1 ? 4 : 8); i++) notes.push([D_MAJOR[bar % 2 === 0 ? i % 8 : 7 - i] + shift, 0.5])
    if (bar % 2 === 1) notes.push([62 + shift, bar === 7 ? 1 : 2])
  }
  notes.push([69 + shift, 0.5], [71 + shift, 0.5], [62 + shift, 1])
  return { id, title: `${id} -- Reel`, notes }
}
const readTune = (tune: ReturnType<typeof walk>) => ({
  ...tune,
  notes: tune.notes.map(([pitch, quarters]) => ({ pitch, quarters, isSlurred: false })),
})

describe('tunes as the composer learns them', () => {
  const tune = barTune(readTune(walk('ryan-WalkReel', 0)))

  it('finds kind, bar lines and key', () => {
    expect(tune).toMatchObject({ genre: 'reel', metre: '4/4', pickup: 4, tonic: 2, mode: 'major' })
    const bars = barLengths(tune)
    expect(bars.slice(0, 8).every(({ lengths, isWhole }) => isWhole && lengths.reduce((sum, x) => sum + x, 0) === 16)).toBe(true)
    const phrase = toPhrase(tune)
    expect(phrase?.places.filter(({ isFinal }) => isFinal).map(({ bar }) => bar)).toEqual([7])
  })

  it('stays on the grid and in one mode in every guise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99999 }), (seed) => {
        const guise = drawGuise(tune, createRandom(seed))
        guise.notes.forEach((note, i) => {
          const next = guise.notes[i + 1]
          expect(note.duration).toBeGreaterThan(0)
          if (next !== undefined) expect(note.onset + note.duration).toBeLessThanOrEqual(next.onset)
        })
        const weighed = guise.notes.map(({ pitch, duration }) => ({ pitch, weight: duration }))
        expect(findTonality(weighed, 62).tonic).toBe(2)
      }),
      { numRuns: 50 },
    )
  })
})

it('draws bars that are full, as they were counted or not', () => {
  const counts = new Float32Array(RHYTHM_SIZE)
  const context = { genre: 'jig', metre: '6/8', isLast: false } as const
  for (let i = 0; i < 9; i++) countBar(counts, context, [4, 2, 2, 2, 2])
  expect(drawBar(counts, context, createRandom(1), { shortest: 1 })).toEqual([4, 2, 2, 2, 2])
  for (const metre of ['4/4', '3/4', '6/8', '9/8'] as const) {
    const drawn = drawBar(counts, { ...context, metre }, createRandom(2), { shortest: 1, from: 3 })
    expect(drawn.reduce((sum, x) => sum + x, 3)).toBe(METRES[metre].bar)
  }
})

describe('training', () => {
  const folder = mkdtempSync(join(tmpdir(), 'composer-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('lowers the loss and keeps rhythm and form with the weights', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `walk${i}`)
    const tunesPath = join(folder, 'tunes.json')
    writeFileSync(tunesPath, JSON.stringify({ tunes: ids.map((id, i) => walk(id, (i % 5) - 2)) }))
    expect(ids.filter((id) => splitOfTune(id) === 'valid').length).toBeGreaterThan(0)
    const losses: number[] = []
    const { weightsPath, isFinished } = await trainComposer({
      runDir: join(folder, 'run'),
      steps: 40,
      decaySteps: 10,
      learningRate: 0.01,
      batchSize: 6,
      seed: 1,
      tunesPath,
      config: TOY_COMPOSER_CONFIG,
      onProgress: ({ loss }) => losses.push(loss),
    })
    expect(isFinished).toBe(true)
    expect(losses[losses.length - 1]).toBeLessThan(0.8 * losses[0])
    const { tensors } = readSafetensors(weightsPath)
    expect(tensors.get('rhythm')?.data.some((count) => count > 0)).toBe(true)
    expect(tensors.get('form')?.data.some((share) => share > 0.9)).toBe(true)
  })
})
