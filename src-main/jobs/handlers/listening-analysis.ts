import type { QualityMark } from '#contract/cleaning.ts'
import type { Mark, Measurements } from '#contract/library.ts'
import { measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { trackF0, type F0Track } from '#main/audio/pitch/track-f0.ts'
import { describeSlice } from '#main/audio/quality/describe-slice.ts'
import { fingerprintHalf } from '#main/audio/quality/fingerprint.ts'
import { halve } from '#main/audio/quality/halve.ts'
import { measureQuality } from '#main/audio/quality/measure-quality.ts'
import { hearSlice, interpretSlice, type Understanding } from '#main/audio/quality/understand-slice.ts'
import { sliceRecording } from '#main/audio/slicing/slice-recording.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { noteName } from '#music/pitch.ts'
import type { Analysis, SoundOrigin } from './import-analysis.ts'
import type { SliceFacts } from './import-spec.ts'

const RATE = 44100
const FRAME_RATE = 100
const LOWEST_PITCH_HZ = 180
/** So much of a recording tells it from every other one; longer prints would only fill the memory. */
const FINGERPRINT_SECONDS = 60
const WARN_COST = 0.08
const BAD_COST = 0.35

const toMarks = (found: readonly QualityMark[]): Mark[] =>
  found
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ name, text, verdict }) => ({ code: name, message: text, isDisqualifying: verdict === 'bad' }))

const scoreOf = (marks: readonly Mark[]): number =>
  Math.max(0, 1 - marks.reduce((cost, { isDisqualifying }) => cost + (isDisqualifying ? BAD_COST : WARN_COST), 0))

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits

/** What is kept of a slice beside its columns: the notes for MIDI, the figures behind the words. */
const keepDetails = (
  { words, notes, tuningCents, strokes, brightness, summary }: Understanding,
  found: readonly QualityMark[],
): Measurements['details'] => ({
  change: words.change,
  pace: words.pace,
  vibrato: words.vibrato,
  tuningCents: round(tuningCents, 1),
  brightness: round(brightness, 3),
  strokes,
  vibratoFigures: summary?.vibrato ?? null,
  quality: found.map(({ name, value, unit, verdict }) => ({ name, value: value === null ? null : round(value, 5), unit, verdict })),
  notes: notes.map(({ onsetSeconds, durationSeconds, pitch, velocity, confidence }) => [
    round(onsetSeconds, 3),
    round(durationSeconds, 3),
    round(pitch, 2),
    round(velocity, 2),
    round(confidence, 2),
  ]),
})

const cutTrack = ({ hopSeconds, f0, voicing }: F0Track, fromSeconds: number, toSeconds: number): F0Track => {
  const [from, to] = [Math.round(fromSeconds / hopSeconds), Math.round(toSeconds / hopSeconds)]
  return { hopSeconds, f0: f0.slice(from, to), voicing: voicing.slice(from, to) }
}

/** Who is heard, in the caption's words; nothing is claimed where nobody said it. */
const namePlayers = (instrument: string): string =>
  instrument === '' ? 'music' : instrument.includes(',') ? instrument : `solo ${instrument}`

interface SliceSound {
  readonly pcm: Float32Array
  /** The same at half the rate. */
  readonly half: Float32Array
  readonly track: F0Track
}

const measureSlice = ({ pcm, half, track }: SliceSound, { clippedShare, sourceRate, instrument }: SoundOrigin): Measurements => {
  const heard = hearSlice(pcm, track, half)
  const understanding = interpretSlice(heard)
  const { summary, words, key, bpm } = understanding
  // At another rate the clipped samples are gone; then the whole recording's share stands for each slice.
  const found = measureQuality({ pcm, heard, understanding, ...(sourceRate === RATE ? {} : { clippedShare }) })
  const marks = toMarks(found)
  const caption = describeSlice(understanding)
  return {
    caption: caption.replace('solo violin', namePlayers(instrument)),
    key,
    bpm: bpm === null ? null : round(bpm, 1),
    pitchLow: summary === null ? null : round(summary.lowest, 2),
    pitchHigh: summary === null ? null : round(summary.highest, 2),
    register: words.register,
    articulation: words.articulation,
    dynamics: words.dynamics,
    loudnessDb: summary === null ? null : round(summary.levelDb, 1),
    quality: scoreOf(marks),
    marks,
    details: keepDetails(understanding, found),
  }
}

/** What most of the seconds say; null where no word is said at all. */
const weigh = (slices: readonly SliceFacts[], wordOf: (slice: SliceFacts) => string | null): string | null => {
  const seconds = new Map<string, number>()
  for (const slice of slices) {
    const word = wordOf(slice)
    if (word !== null) seconds.set(word, (seconds.get(word) ?? 0) + slice.endSeconds - slice.startSeconds)
  }
  return [...seconds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? null
}

const medianOf = (values: readonly number[]): number | null => [...values].sort((a, b) => a - b)[values.length >> 1] ?? null
const present = (value: number | null): value is number => value !== null

/** A whole recording by its slices. */
const summarise = (slices: readonly SliceFacts[], { instrument }: SoundOrigin): Measurements => {
  const lows = slices.map(({ pitchLow }) => pitchLow).filter(present)
  const highs = slices.map(({ pitchHigh }) => pitchHigh).filter(present)
  const pitchLow = lows.length === 0 ? null : Math.min(...lows)
  const pitchHigh = highs.length === 0 ? null : Math.max(...highs)
  const key = weigh(slices, (slice) => slice.key)
  const articulation = weigh(slices, (slice) => slice.articulation)
  const counts = new Map<string, number>()
  for (const { marks } of slices)
    for (const { code, isDisqualifying } of marks) if (isDisqualifying) counts.set(code, (counts.get(code) ?? 0) + 1)
  const marks = [...counts].map(([code, count]) => ({
    code,
    message: `${count} of ${slices.length} slices.`,
    isDisqualifying: count === slices.length,
  }))
  const seconds = slices.reduce((sum, slice) => sum + slice.endSeconds - slice.startSeconds, 0)
  const parts = [
    namePlayers(instrument),
    ...(articulation === null ? [] : [`mostly ${articulation.replace('detache', 'détaché')}`]),
    ...(key === null ? [] : [key]),
    ...(pitchLow === null || pitchHigh === null ? [] : [`${noteName(pitchLow)} to ${noteName(pitchHigh)}`]),
  ]
  return {
    caption: slices.length === 0 ? 'nothing to hear' : parts.join(', '),
    key,
    bpm: medianOf(slices.map(({ bpm }) => bpm).filter(present)),
    pitchLow,
    pitchHigh,
    register: weigh(slices, (slice) => slice.register),
    articulation,
    dynamics: weigh(slices, (slice) => slice.dynamics),
    loudnessDb: medianOf(slices.map(({ loudnessDb }) => loudnessDb).filter(present)),
    quality:
      slices.length === 0
        ? 0
        : Math.min(1, slices.reduce((sum, slice) => sum + slice.quality * (slice.endSeconds - slice.startSeconds), 0) / seconds),
    marks,
    details: { sliceSeconds: round(seconds, 2) },
  }
}

/** A fingerprint as the library stores it: its hop as a float32, then its words. */
const packFingerprint = (half: Float32Array): Uint8Array => {
  const { hopSeconds, words } = fingerprintHalf(half.subarray(0, (FINGERPRINT_SECONDS * RATE) / 2))
  const bytes = new Uint8Array(4 + words.byteLength)
  new DataView(bytes.buffer).setFloat32(0, hopSeconds, true)
  bytes.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), 4)
  return bytes
}

/** Slices, what is played in them, their quality, captions and a fingerprint. */
export const listeningAnalysis: Analysis = {
  analyse(pcm, sampleRate, origin) {
    invariant(sampleRate === RATE, 'recordings are analysed at the internal rate')
    const track = trackF0(pcm, RATE, { fMin: LOWEST_PITCH_HZ })
    const half = halve(pcm)
    const slices = sliceRecording(pcm, RATE, track).map(({ fromSeconds, toSeconds, reason }): SliceFacts => {
      const sound: SliceSound = {
        pcm: pcm.subarray(Math.round(fromSeconds * RATE), Math.round(toSeconds * RATE)),
        half: half.subarray(Math.round((fromSeconds * RATE) / 2), Math.round((toSeconds * RATE) / 2)),
        track: cutTrack(track, fromSeconds, toSeconds),
      }
      const measured = measureSlice(sound, origin)
      return { ...measured, startSeconds: fromSeconds, endSeconds: toSeconds, details: { ...measured.details, endsAt: reason } }
    })
    const frames = Math.floor(pcm.length / (RATE / FRAME_RATE))
    return {
      ...summarise(slices, origin),
      f0: Float32Array.from(track.f0.subarray(0, frames)),
      loudnessDb100: measureFrameLoudness(pcm),
      fingerprint: packFingerprint(half),
      slices,
    }
  },
}
