import type { Note } from '#contract/melody.ts'
import { hzToMidi } from '#music/pitch.ts'
import { findOnsets, measureOnsetCurves, type Onset, type OnsetCurves } from './onsets.ts'
import { findPlateaus, type Plateau } from './pitch-plateaus.ts'
import type { F0Track } from './track-f0.ts'

/** A note in the making, times in seconds. */
interface Draft {
  from: number
  to: number
  /** True where it follows the note before without a break in the voice. */
  isJoined: boolean
}

const SHORTEST_SECONDS = 0.07
/** Voiced stretches nearer than this belong together unless a consonant parts them. */
const BRIDGED_SECONDS = 0.035
/** How far the level must sink between two notes of the same pitch: by itself, and where a consonant flashes too. */
const DIP_DB = 9
const DIP_WITH_FLASH_DB = 3.5
/** The same where the dip reaches the noise of the room, which hides its true depth. */
const DIP_TO_FLOOR_DB = 5.5
/** A dip this near to a change of pitch is the syllable that brings it. */
const SYLLABLE_SECONDS = 0.11
/** Longest slide into a first note. */
const SCOOP_SECONDS = 0.14
/** A note this far below the ordinary one is an echo or a breath. */
const FAINT_DB = 20

/** What the segmentation looks at. */
interface Material {
  track: F0Track
  curves: OnsetCurves
  onsets: readonly Onset[]
  /** Level of the room without the voice. */
  floorDb: number
}

const levelIn = (
  { levelDb, hopSeconds }: OnsetCurves,
  from: number,
  to: number,
): { most: number; mostAt: number; least: number; leastAt: number } => {
  const first = Math.max(0, Math.round(from / hopSeconds))
  const last = Math.min(levelDb.length - 1, Math.max(first, Math.round(to / hopSeconds)))
  let mostAt = first
  let leastAt = first
  for (let i = first; i <= last; i++) {
    if (levelDb[i] > levelDb[mostAt]) mostAt = i
    if (levelDb[i] < levelDb[leastAt]) leastAt = i
  }
  return { most: levelDb[mostAt], mostAt: mostAt * hopSeconds, least: levelDb[leastAt], leastAt: leastAt * hopSeconds }
}

/** Level that a twentieth of the recording does not reach. */
const findFloor = (levelDb: Float32Array): number => Float32Array.from(levelDb).sort()[Math.floor(levelDb.length / 20)] ?? -120

/** Voiced stretches as [first frame, frame after the last]; short gaps are bridged, single frames dropped. */
const findVoicedSpans = ({ f0, hopSeconds }: F0Track): [number, number][] => {
  const spans: [number, number][] = []
  for (let i = 0; i < f0.length; i++) {
    if (f0[i] <= 0) continue
    let end = i
    while (end < f0.length && f0[end] > 0) end++
    const previous = spans[spans.length - 1]
    if (previous !== undefined && (i - previous[1]) * hopSeconds <= BRIDGED_SECONDS) previous[1] = end
    else spans.push([i, end])
    i = end
  }
  return spans.filter(([first, end]) => (end - first) * hopSeconds >= 0.04)
}

/** Where the level rises fastest after a dip: there the syllable's vowel begins. */
const findRise = ({ levelDb, hopSeconds }: OnsetCurves, from: number, to: number): number => {
  const first = Math.max(1, Math.round(from / hopSeconds))
  const last = Math.min(levelDb.length - 2, Math.round(to / hopSeconds))
  let best = first
  for (let i = first; i <= last; i++) if (levelDb[i + 1] - levelDb[i - 1] > levelDb[best + 1] - levelDb[best - 1]) best = i
  return best * hopSeconds
}

/** Moments inside a note at which it is sung again: the level sinks between two peaks, or a consonant flashes. */
const findRepeats = (material: Material, from: number, to: number): number[] => {
  const { curves, onsets } = material
  const { levelDb, hopSeconds } = curves
  const repeats: number[] = []
  const reach = 0.16
  const first = Math.ceil((from + 0.06) / hopSeconds)
  const last = Math.floor((to - 0.06) / hopSeconds)
  for (let i = first; i <= last; i++) {
    const at = i * hopSeconds
    if (levelDb[i] > levelDb[i - 1] || levelDb[i] >= levelDb[i + 1]) continue
    const around = levelIn(curves, at - 0.05, at + 0.05)
    if (around.least < levelDb[i]) continue
    const left = levelIn(curves, Math.max(from, at - reach, repeats[repeats.length - 1] ?? 0), at).most
    const right = levelIn(curves, at, Math.min(to, at + reach)).most
    const depth = Math.min(left, right) - levelDb[i]
    const flash = onsets.find((onset) => onset.seconds > at - 0.03 && onset.seconds < at + 0.08)
    if (right < left - 9) continue // the voice is dying away
    const isAtFloor = levelDb[i] < material.floorDb + 5
    if (depth < (flash !== undefined ? DIP_WITH_FLASH_DB : isAtFloor ? DIP_TO_FLOOR_DB : DIP_DB)) continue
    const rise = findRise(curves, at, at + 0.06)
    if (rise - (repeats[repeats.length - 1] ?? from) >= SHORTEST_SECONDS && to - rise >= SHORTEST_SECONDS) repeats.push(rise)
  }
  return repeats
}

/** Where a note after silence begins: the level has come within 14 dB of the note's own, searched backwards from its body. */
const placeAttack = (curves: OnsetCurves, from: number, to: number, earliest: number): number => {
  const { levelDb, hopSeconds } = curves
  const body = levelIn(curves, from, Math.min(to, from + 0.25))
  const floor = levelIn(curves, Math.max(earliest, from - 0.12), from).least
  const threshold = Math.max(body.most - 15, Math.min(floor + 5, body.most - 5))
  const start = Math.round(Math.min(body.mostAt, from + 0.06) / hopSeconds)
  let i = start
  const stop = Math.max(0, Math.round(Math.max(earliest, from - 0.07) / hopSeconds))
  while (i > stop && levelDb[i - 1] >= threshold) i--
  return i * hopSeconds
}

/** Where a note before silence ends. */
const placeRelease = (curves: OnsetCurves, from: number, to: number): number => {
  const { levelDb, hopSeconds } = curves
  const body = levelIn(curves, from, to).most
  let i = Math.min(levelDb.length - 1, Math.round(to / hopSeconds))
  const stop = Math.round((from + SHORTEST_SECONDS) / hopSeconds)
  while (i > stop && levelDb[i] < body - 20) i--
  return i * hopSeconds
}

/** Where a connected note begins: at the change of pitch, or where the level rises out of the syllable's dip. */
const placeChange = (curves: OnsetCurves, at: number): number => {
  const dip = levelIn(curves, at - SYLLABLE_SECONDS, at + SYLLABLE_SECONDS)
  const left = levelIn(curves, dip.leastAt - 0.12, dip.leastAt).most
  const right = levelIn(curves, dip.leastAt, dip.leastAt + 0.12).most
  if (Math.min(left, right) - dip.least < DIP_WITH_FLASH_DB) return at
  return findRise(curves, dip.leastAt, dip.leastAt + 0.06)
}

/** A short rise into a note after silence is a scoop, not a note of its own. */
const dropScoop = (plateaus: readonly Plateau[], pitch: Float64Array, hopSeconds: number): readonly Plateau[] => {
  const [scoop, note] = plateaus
  if (scoop === undefined || note === undefined || (scoop.end - scoop.first) * hopSeconds > SCOOP_SECONDS) return plateaus
  let low = Infinity
  let high = -Infinity
  for (const key of pitch.subarray(scoop.first, scoop.end)) {
    if (key < low) low = key
    if (key > high) high = key
  }
  return high - low > 0.8 ? [{ ...note, first: scoop.first }, ...plateaus.slice(2)] : plateaus
}

const draftSpan = (material: Material, [first, end]: [number, number], earliest: number): Draft[] => {
  const { track, curves } = material
  const hop = track.hopSeconds
  const pitch = Float64Array.from(track.f0.subarray(first, end), (hz) => (hz > 0 ? hzToMidi(hz) : NaN))
  const plateaus = dropScoop(findPlateaus(pitch), pitch, hop)
  const from = placeAttack(curves, first * hop, end * hop, earliest)
  const to = placeRelease(curves, first * hop, end * hop)
  const cuts = plateaus.slice(1).map(({ first: cut }) => placeChange(curves, (first + cut) * hop))
  const edges = [from]
  for (const cut of [...cuts.filter((at) => at < to - SHORTEST_SECONDS / 2), to]) if (cut > edges[edges.length - 1]) edges.push(cut)
  const drafts: Draft[] = []
  for (let i = 0; i + 1 < edges.length; i++) {
    const inner = [edges[i], ...findRepeats(material, edges[i], edges[i + 1]), edges[i + 1]]
    for (let j = 0; j + 1 < inner.length; j++) drafts.push({ from: inner[j], to: inner[j + 1], isJoined: i + j > 0 })
  }
  return drafts
}

/** Pitch of a note's settled part: the mean between the quartiles, so that vibrato averages out and slips do not count. */
const settle = ({ f0, voicing, hopSeconds }: F0Track, { from, to }: Draft): { pitch: number; confidence: number } | null => {
  const length = to - from
  const first = Math.round((from + Math.min(0.12, 0.3 * length)) / hopSeconds)
  const last = Math.max(first, Math.round((to - Math.min(0.06, 0.15 * length)) / hopSeconds))
  const keys: number[] = []
  let trust = 0
  for (let i = first; i <= last && i < f0.length; i++) {
    if (f0[i] <= 0) continue
    keys.push(hzToMidi(f0[i]))
    trust += voicing[i]
  }
  if (keys.length === 0) return null
  keys.sort((a, b) => a - b)
  const cut = Math.floor(keys.length / 5)
  const kept = keys.slice(cut, keys.length - cut)
  const spread = kept[kept.length - 1] - kept[0]
  const confidence = (trust / (last - first + 1)) * (1 - 0.3 * Math.min(1, spread / 2))
  return { pitch: kept.reduce((sum, key) => sum + key, 0) / kept.length, confidence: Math.min(1, Math.max(0, confidence)) }
}

/**
 * Notes of a sung line from its pitch track and its sound.
 *
 * Voiced stretches are cut where the pitch settles elsewhere and, within one pitch, where the level dips or a consonant sounds.
 * Onsets after silence lie where the energy begins; connected ones between the pitch change and the nearest spectral onset.
 *
 * @param track       f0 in Hz and voicing, from any tracker
 * @param pcm         [S] the samples the track was made of
 * @param sampleRate  Hz
 * @returns           notes in order and disjoint; pitch as sung, in fractional MIDI keys; velocity 0.7 for the ordinary loudness
 */
export const segmentNotes = (track: F0Track, pcm: Float32Array, sampleRate: number): Note[] => {
  const curves = measureOnsetCurves(pcm, sampleRate)
  const material: Material = { track, curves, onsets: findOnsets(curves), floorDb: findFloor(curves.levelDb) }
  const drafts: Draft[] = []
  for (const span of findVoicedSpans(track)) {
    const earliest = drafts[drafts.length - 1]?.to ?? 0
    drafts.push(...draftSpan(material, span, earliest))
  }
  const notes = drafts.flatMap((draft) => {
    const settled = settle(track, draft)
    if (settled === null || draft.to - draft.from < SHORTEST_SECONDS) return []
    return [{ ...draft, ...settled, levelDb: levelIn(curves, draft.from, draft.to).most }]
  })
  const loudness = notes.map(({ levelDb }) => levelDb).sort((a, b) => a - b)
  const ordinary = loudness[loudness.length >> 1] ?? 0
  return notes
    .filter(({ levelDb, confidence }) => levelDb > ordinary - FAINT_DB && confidence > 0.3)
    .map(({ from, to, pitch, confidence, levelDb }) => ({
      onsetSeconds: from,
      durationSeconds: to - from,
      pitch: Math.min(127, Math.max(0, pitch)),
      velocity: Math.min(1, Math.max(0.15, 0.7 + (levelDb - ordinary) / 40)),
      confidence,
    }))
}
