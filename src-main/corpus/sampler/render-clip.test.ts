import { PitchDetector } from 'pitchy'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LANES, type Lanes } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import { createRandom } from '#main/foundation/random.ts'
import { performNotes } from '#main/performance/perform.ts'
import { measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import type { SourceNote } from '../material/source-note.ts'
import { synthesizeSource } from '../synthetic-material.ts'
import { renderClip, type RenderedClip } from './render-clip.ts'

const material = [60, 65, 70, 75]
  .flatMap((midi) => [
    synthesizeSource({ midi, kind: 'arco', seconds: 1.6, vibratoCents: 20, isHeldOut: false }, createRandom(midi)),
    synthesizeSource({ midi, kind: 'pizzicato', seconds: 1, vibratoCents: 0, isHeldOut: false }, createRandom(midi + 1)),
  ])
  .filter((note): note is SourceNote => note !== undefined)

const quiet = { hissDb: -90, scratchDb: -90 }
const play = (notes: Note[], lanes: Lanes, ownVibratoChance: number): RenderedClip =>
  renderClip(notes, performNotes(notes, lanes, { seed: 5, durationSeconds: 4 }), {
    material,
    style: { ...quiet, ownVibratoChance },
    random: createRandom(3),
  })

const notes: Note[] = [62, 64, 69, 71, 67].map((pitch, i) => ({
  onsetSeconds: 0.2 + i * 0.65,
  durationSeconds: i === 4 ? 1 : 0.65,
  pitch,
  velocity: 0.7,
  confidence: 1,
}))

/** Absolute error of an independent tracker against the stored f0, cents, frames that sound clearly. */
const errorsOf = ({ pcm, f0 }: RenderedClip): number[] => {
  const detector = PitchDetector.forFloat32Array(1024)
  const loudness = measureFrameLoudness(pcm)
  const errors: number[] = []
  f0.forEach((hz, i) => {
    const start = i * 441 - 512
    if (loudness[i] < -45 || start < 0 || start + 1024 > pcm.length) return
    const [found, clarity] = detector.findPitch(pcm.subarray(start, start + 1024), 44100)
    if (clarity > 0.9) errors.push(Math.abs(1200 * Math.log2(found / hz)))
  })
  return errors.sort((a, b) => a - b)
}

describe('renderClip', () => {
  it('finds the synthetic material usable', () => expect(material.length).toBe(8))

  it.each([
    ['designed vibrato', 'legato', 0],
    ["the recording's own vibrato", 'legato', 1],
    ['new bows', 'detache', 0.5],
    ['short strokes', 'staccato', 0],
    ['plucks', 'pizzicato', 0],
    ['tremolo', 'tremolo', 0],
  ] as const)('sounds at the stored f0: %s', (_, articulation, ownVibratoChance) => {
    const errors = errorsOf(play(notes, { ...DEFAULT_LANES, articulation, vibratoDepth: [{ at: 0, value: 20 }] }, ownVibratoChance))
    expect(errors.length).toBeGreaterThan(60)
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(4)
    expect(errors[Math.floor(errors.length * 0.9)]).toBeLessThan(25)
  })

  it('is silent before the first note and after the last has rung off', () => {
    const { pcm } = play(notes.slice(0, 2), DEFAULT_LANES, 0)
    expect(pcm.subarray(0, 7000).every((x) => x === 0)).toBe(true)
    expect(pcm.subarray(Math.round(1.9 * 44100)).every((x) => x === 0)).toBe(true)
  })

  it('follows the asked loudness inside sustained notes', () => {
    const long: Note[] = [{ onsetSeconds: 0.2, durationSeconds: 3.4, pitch: 66, velocity: 0.7, confidence: 1 }]
    const curves = performNotes(long, DEFAULT_LANES, { seed: 9, durationSeconds: 4 })
    const { pcm } = renderClip(long, curves, { material, style: { ...quiet, ownVibratoChance: 0 }, random: createRandom(1) })
    const measured = measureFrameLoudness(pcm)
    const errors = [...curves.loudnessDb.keys()].filter((i) => i > 60 && i < 330).map((i) => Math.abs(measured[i] - curves.loudnessDb[i]))
    expect(Math.max(...errors)).toBeLessThan(4)
  })

  it('goes on from a slowly spoken start without a step in level where asked', () => {
    const slow = synthesizeSource(
      { midi: 66, kind: 'arco', seconds: 1.6, vibratoCents: 0, isHeldOut: false, breathSeconds: 0.14 },
      createRandom(2),
    )
    const long: Note[] = [{ onsetSeconds: 0.2, durationSeconds: 3.4, pitch: 66, velocity: 0.7, confidence: 1 }]
    const curves = performNotes(long, { ...DEFAULT_LANES, vibratoDepth: [{ at: 0, value: 0 }] }, { seed: 9, durationSeconds: 4 })
    const largestFall = (joinsStart: boolean): number => {
      const style = { ...quiet, ownVibratoChance: 0, joinsStart }
      const { pcm } = renderClip(long, curves, { material: slow === undefined ? [] : [slow], style, random: createRandom(1) })
      const measured = measureFrameLoudness(pcm)
      return Math.max(...[...measured.keys()].filter((i) => i > 20 && i < 330).map((i) => measured[i - 1] - measured[i]))
    }
    expect(largestFall(true)).toBeLessThan(1)
    expect(largestFall(false)).toBeGreaterThan(2)
  })

  it('loops short recordings without clicks', () => {
    const long: Note[] = [{ onsetSeconds: 0.2, durationSeconds: 3.4, pitch: 66, velocity: 0.7, confidence: 1 }]
    const { pcm } = play(long, { ...DEFAULT_LANES, vibratoDepth: [{ at: 0, value: 0 }] }, 0)
    const inside = pcm.subarray(Math.round(0.8 * 44100), Math.round(3.3 * 44100))
    const jumps = Float32Array.from(inside, (x, n) => Math.abs(x - 2 * (inside[n - 1] ?? x) + (inside[n - 2] ?? x))).sort()
    // The largest second difference of a steady tone is not far above its usual one.
    expect(jumps[jumps.length - 1]).toBeLessThan(4 * jumps[Math.floor(jumps.length * 0.98)])
  })

  it('never exceeds its peak', () => {
    const { pcm } = play(
      notes,
      { ...DEFAULT_LANES, dynamics: [{ at: 0, value: 1 }], attack: [{ at: 0, value: 1 }], brightness: [{ at: 0, value: 1 }] },
      0,
    )
    expect(pcm.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0)).toBeLessThanOrEqual(0.9001)
  })
})
