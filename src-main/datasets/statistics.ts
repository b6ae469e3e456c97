import { DATASET_SPLITS, type DatasetStatistics } from '#contract/datasets.ts'
import { noteName } from '#music/pitch.ts'
import { secondsOf, type DatasetItem, type SplitName } from './item.ts'

type Histogram = DatasetStatistics['byKey']

const tally = (items: readonly DatasetItem[], labelOf: (item: DatasetItem) => string | null): Histogram => {
  const bins = new Map<string, { count: number; seconds: number }>()
  for (const item of items) {
    const label = labelOf(item) ?? 'unknown'
    const bin = bins.get(label) ?? { count: 0, seconds: 0 }
    bins.set(label, { count: bin.count + 1, seconds: bin.seconds + secondsOf(item) })
  }
  return [...bins].map(([label, bin]) => ({ label, ...bin })).sort((a, b) => b.seconds - a.seconds || (a.label < b.label ? -1 : 1))
}

const LENGTHS = [1, 2, 4, 8, 12, 16, 20, 30]

const tallyLengths = (items: readonly DatasetItem[]): Histogram =>
  [0, ...LENGTHS].map((from, i) => {
    const to = LENGTHS[i] ?? Infinity
    const inside = items.filter((item) => secondsOf(item) >= from && secondsOf(item) < to)
    const label = to === Infinity ? `${from} s and more` : `${from} to ${to} s`
    return { label, count: inside.length, seconds: inside.reduce((sum, item) => sum + secondsOf(item), 0) }
  })

const QUALITIES = [0.95, 0.85, 0.7, 0.5, 0]

const tallyQualities = (items: readonly DatasetItem[]): Histogram =>
  QUALITIES.map((from, i) => {
    const below = QUALITIES[i - 1] ?? Infinity
    const inside = items.filter(({ quality }) => quality >= from && quality < below)
    const label = below === Infinity ? `${100 * from} % and more` : `${100 * from} to ${100 * below} %`
    return { label, count: inside.length, seconds: inside.reduce((sum, item) => sum + secondsOf(item), 0) }
  })

const tallyPitches = (items: readonly DatasetItem[]): Histogram => {
  const bins = new Map<number, { count: number; seconds: number }>()
  for (const item of items) {
    if (item.pitchLow === null || item.pitchHigh === null) continue
    for (let pitch = Math.round(item.pitchLow); pitch <= Math.round(item.pitchHigh); pitch++) {
      const bin = bins.get(pitch) ?? { count: 0, seconds: 0 }
      bins.set(pitch, { count: bin.count + 1, seconds: bin.seconds + secondsOf(item) })
    }
  }
  return [...bins].sort(([a], [b]) => a - b).map(([pitch, bin]) => ({ label: noteName(pitch), ...bin }))
}

/** Ten minutes are the least that a voice was ever trained on to any use; three quarters of an hour are good. */
const LEAST_SECONDS = 600
const GOOD_SECONDS = 2700

const advise = (statistics: Omit<DatasetStatistics, 'advice'>, items: readonly DatasetItem[]): string[] => {
  const { seconds, sessionCount, splits } = statistics
  const minutes = (value: number): string => `${(value / 60).toFixed(1)} minutes`
  const held = splits.filter(({ split }) => split !== 'train').reduce((sum, { sliceCount }) => sum + sliceCount, 0)
  const closed = items.filter(({ isShareable }) => !isShareable).length
  return [
    ...(seconds < LEAST_SECONDS ? [`It holds ${minutes(seconds)}; a voice needs at least ${minutes(LEAST_SECONDS)}.`] : []),
    ...(seconds >= LEAST_SECONDS && seconds < GOOD_SECONDS
      ? [`It holds ${minutes(seconds)}; from ${minutes(GOOD_SECONDS)} on a voice becomes dependable.`]
      : []),
    ...(held === 0
      ? [`All of it is one recording session or two (${sessionCount}), so nothing could be held back to measure a voice by.`]
      : []),
    ...(closed > 0 ? [`${closed} of ${items.length} slices may not be passed on: their rights do not say so.`] : []),
  ]
}

/** What is in a data set, counted and in seconds. */
export const measureStatistics = (entries: readonly { item: DatasetItem; split: SplitName }[]): DatasetStatistics => {
  const items = entries.map(({ item }) => item)
  const sum = (some: readonly DatasetItem[]): number => some.reduce((total, item) => total + secondsOf(item), 0)
  const sessions = (some: readonly DatasetItem[]): number =>
    new Set(some.map(({ sessionId, recordingId }) => sessionId ?? recordingId)).size
  const statistics = {
    sliceCount: items.length,
    recordingCount: new Set(items.map(({ recordingId }) => recordingId)).size,
    sessionCount: sessions(items),
    seconds: sum(items),
    splits: DATASET_SPLITS.map((split) => {
      const own = entries.filter((entry) => entry.split === split).map(({ item }) => item)
      return { split, sliceCount: own.length, sessionCount: sessions(own), seconds: sum(own) }
    }),
    byLength: tallyLengths(items),
    byRegister: tally(items, ({ register }) => register),
    byArticulation: tally(items, ({ articulation }) => articulation),
    byDynamics: tally(items, ({ dynamics }) => dynamics),
    byKey: tally(items, ({ key }) => key),
    byLicence: tally(items, ({ licence }) => licence),
    byQuality: tallyQualities(items),
    byPitch: tallyPitches(items),
  }
  return { ...statistics, advice: advise(statistics, items) }
}
