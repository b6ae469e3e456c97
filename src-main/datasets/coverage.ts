import type { Coverage, CoverageCell } from '#contract/coverage.ts'
import { ARTICULATIONS, VIOLIN_HIGHEST, VIOLIN_LOWEST, type Articulation } from '#contract/melody.ts'

interface PlayedNote {
  readonly onsetSeconds: number
  readonly durationSeconds: number
  readonly pitch: number
}

/** What the map asks of a slice. */
export interface PlayedSlice {
  readonly durationSeconds: number
  /** As the analysis names it; null or "short" where the bowing cannot be told. */
  readonly articulation: string | null
  /** Mean level of its notes, dBFS. */
  readonly loudnessDb: number | null
  readonly pitchLow: number | null
  readonly pitchHigh: number | null
  /** In order, onsets from the slice's start; empty where only the range is known. */
  readonly notes: readonly PlayedNote[]
}

type CoverageDynamics = CoverageCell['dynamics']

/** Fifths from the open G string up: one band is what lies under the hand on one string. */
const BAND_SEMITONES = 7
export const COVERAGE_BANDS = Array.from({ length: 7 }, (_, i) => {
  const lowest = VIOLIN_LOWEST + i * BAND_SEMITONES
  return { lowest, highest: i === 6 ? VIOLIN_HIGHEST : lowest + BAND_SEMITONES - 1 }
})

/** The highest note whose band somebody who plays music with this bowing will want. */
const HIGHEST_WANTED: Readonly<Record<Articulation, number>> = {
  legato: 96,
  detache: 96,
  staccato: 89,
  spiccato: 89,
  pizzicato: 82,
  tremolo: 89,
}

/** Borders of "soft" and "loud" in dBFS: those of the captions' words, audio/quality/name-facts. */
const MEDIUM_FROM_DB = -27.6
const LOUD_FROM_DB = -21.2
const LONGEST_REST_SECONDS = 0.5

export const nameLevel = (loudnessDb: number): CoverageDynamics =>
  loudnessDb < MEDIUM_FROM_DB ? 'soft' : loudnessDb < LOUD_FROM_DB ? 'medium' : 'loud'

const isArticulation = (name: string | null): name is Articulation => ARTICULATIONS.some((known) => known === name)

/** A note lasts until the next one, so that short strokes count as the time they take; long rests do not. */
const spanOf = (notes: readonly PlayedNote[], i: number, endSeconds: number): number => {
  const { onsetSeconds, durationSeconds } = notes[i] ?? { onsetSeconds: 0, durationSeconds: 0 }
  const next = notes[i + 1]?.onsetSeconds ?? endSeconds
  return Math.max(0, Math.min(next - onsetSeconds, durationSeconds + LONGEST_REST_SECONDS))
}

/** Seconds of a slice by MIDI note number. Where only its range is known, they are spread evenly over it. */
export const secondsByPitch = (slice: PlayedSlice): Map<number, number> => {
  const found = new Map<number, number>()
  const add = (pitch: number, seconds: number): void => void found.set(pitch, (found.get(pitch) ?? 0) + seconds)
  slice.notes.forEach(({ pitch }, i) => add(Math.round(pitch), spanOf(slice.notes, i, slice.durationSeconds)))
  if (slice.notes.length > 0 || slice.pitchLow === null || slice.pitchHigh === null) return found
  const [low, high] = [Math.round(slice.pitchLow), Math.round(slice.pitchHigh)]
  for (let pitch = low; pitch <= high; pitch++) add(pitch, slice.durationSeconds / (high - low + 1))
  return found
}

const keyOf = (articulation: string, dynamics: string, lowest: number): string => `${articulation} ${dynamics} ${lowest}`

interface CoverageCount {
  add(slice: PlayedSlice): void
  finish(targetSeconds: number): Coverage
}

/** Counts slices into the map, one by one. */
export const createCoverageCount = (): CoverageCount => {
  const cells = new Map<string, number>()
  const counts = { sliceCount: 0, seconds: 0, unclearSeconds: 0, outsideSeconds: 0 }
  return {
    add(slice) {
      counts.sliceCount++
      for (const [pitch, seconds] of secondsByPitch(slice)) {
        counts.seconds += seconds
        const band = COVERAGE_BANDS.find(({ lowest, highest }) => pitch >= lowest && pitch <= highest)
        if (band === undefined) counts.outsideSeconds += seconds
        else if (!isArticulation(slice.articulation) || slice.loudnessDb === null) counts.unclearSeconds += seconds
        else {
          const key = keyOf(slice.articulation, nameLevel(slice.loudnessDb), band.lowest)
          cells.set(key, (cells.get(key) ?? 0) + seconds)
        }
      }
    },
    finish(targetSeconds) {
      const all = ARTICULATIONS.flatMap((articulation) =>
        (['soft', 'medium', 'loud'] as const).flatMap((dynamics) =>
          COVERAGE_BANDS.map((band): CoverageCell => {
            const seconds = cells.get(keyOf(articulation, dynamics, band.lowest)) ?? 0
            return { articulation, dynamics, ...band, seconds, isWanted: band.lowest <= HIGHEST_WANTED[articulation] }
          }),
        ),
      )
      const holes = all.filter((cell) => missingIn(cell, targetSeconds) > 0)
      const missingSeconds = holes.reduce((sum, cell) => sum + missingIn(cell, targetSeconds), 0)
      return { ...counts, targetSeconds, missingSeconds, holeCount: holes.length, cells: all }
    },
  }
}

/** What a field lacks; 0 where it is full, or not wanted. */
export const missingIn = ({ isWanted, seconds }: CoverageCell, targetSeconds: number): number =>
  isWanted ? Math.max(0, targetSeconds - seconds) : 0
