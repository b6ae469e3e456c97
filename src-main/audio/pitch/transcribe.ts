import type { Melody, Note } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { resample } from '#main/audio/io/resample.ts'
import { measureClipping } from '#main/audio/level/clipping-meter.ts'
import { gainToDb } from '#music/pitch.ts'
import { measurePolyphony } from './measure-polyphony.ts'
import { measureOnsetCurves } from './onsets.ts'
import { placeInViolinRange } from './place-in-violin-range.ts'
import { segmentNotes } from './segment-notes.ts'
import { snapNotes, type SnapOptions } from './snap.ts'
import { trackF0, type F0Track } from './track-f0.ts'

export interface TranscribeOptions {
  /** Undefined or { key: 'off', grid: 'off' } keeps the notes as they were sung. */
  snap?: SnapOptions | undefined
  /** Moves the melody by whole octaves into the violin's range; true unless told. */
  isPlacedInViolinRange?: boolean
  /** What to call the recording in an error. */
  name?: string
  /** Share of clipped samples, measured before resampling; from `pcm` when left out. */
  clippedShare?: number | undefined
}

export interface Transcription {
  melody: Melody
  /** Whole sentences for the person. */
  warnings: string[]
}

/** Rate at which everything but the pitch is measured. */
const HALF_RATE = 22050
const MAXIMUM_MINUTES = 10
const MINIMUM_SECONDS = 0.3
const LONG_MINUTES = 3
const SILENT_DB = -60
/** Share of the steady frames with a second voice that makes a recording polyphonic. */
const POLYPHONIC_SHARE = 0.25
const NOISY_DB = 14
const CLIPPED_SHARE = 2e-4
/** Notes trusted less than this, on the average, are what a tracker finds in noise. */
const LEAST_CONFIDENCE = 0.55

/** Copy without offset and without the infinities of a broken float file. */
const cleanUp = (pcm: Float32Array): Float32Array => {
  let sum = 0
  for (const sample of pcm) sum += Number.isFinite(sample) ? sample : 0
  const offset = sum / Math.max(1, pcm.length)
  return pcm.map((sample) => (Number.isFinite(sample) ? sample - offset : 0))
}

const findPeak = (pcm: Float32Array): number => pcm.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)

/** dB between the notes and what is heard where nothing is sung; null where it never is quiet. */
const measureSignalToNoise = (pcm: Float32Array, sampleRate: number, track: F0Track): number | null => {
  const { levelDb, hopSeconds } = measureOnsetCurves(pcm, sampleRate, 0.01)
  const margin = Math.round(0.08 / track.hopSeconds)
  const sung: number[] = []
  const quiet: number[] = []
  for (let i = 0; i < levelDb.length; i++) {
    const at = Math.round((i * hopSeconds) / track.hopSeconds)
    if (at < track.f0.length && track.f0[at] > 0) sung.push(levelDb[i])
    else if (track.f0.subarray(Math.max(0, at - margin), at + margin + 1).every((hz) => hz === 0)) quiet.push(levelDb[i])
  }
  if (sung.length === 0 || quiet.length < 5) return null
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]
  return middle(sung) - middle(quiet)
}

const refuseUnusable = (pcm: Float32Array, sampleRate: number, name: string): void => {
  if (pcm.length === 0) throw new EngineError('AUDIO_EMPTY', { path: name })
  const seconds = pcm.length / sampleRate
  if (seconds > MAXIMUM_MINUTES * 60)
    throw new EngineError('AUDIO_TOO_LONG', { minutes: Math.round(seconds / 6) / 10, maximumMinutes: MAXIMUM_MINUTES })
  if (seconds < MINIMUM_SECONDS)
    throw new EngineError('AUDIO_TOO_SHORT', { seconds: Math.round(seconds * 100) / 100, minimumSeconds: MINIMUM_SECONDS })
}

const describeFlaws = (half: Float32Array, track: F0Track, clippedShare: number): string[] => {
  const warnings: string[] = []
  const minutes = half.length / HALF_RATE / 60
  if (minutes > LONG_MINUTES) warnings.push(`The recording is ${minutes.toFixed(1)} minutes long; short phrases give better takes.`)
  if (clippedShare > CLIPPED_SHARE)
    warnings.push('The recording is clipped: it was louder than the microphone could take. Lower the input level if the notes are wrong.')
  const ratioDb = measureSignalToNoise(half, HALF_RATE, track)
  if (ratioDb !== null && ratioDb < NOISY_DB)
    warnings.push(
      `The recording is noisy (the voice is only ${Math.max(0, Math.round(ratioDb))} dB above the room). Check the notes, or move nearer to the microphone.`,
    )
  return warnings
}

const meanConfidence = (notes: readonly Note[]): number => {
  const total = notes.reduce((sum, note) => sum + note.durationSeconds, 0)
  return total > 0 ? notes.reduce((sum, note) => sum + note.durationSeconds * note.confidence, 0) / total : 0
}

/**
 * Melody of a hummed, sung, whistled or played line.
 *
 * @param pcm         [S] mono samples; full scale is 1
 * @param sampleRate  Hz, any from 8000 to 192000
 * @param options     snapping, octave placement
 * @returns           the melody with its pitch track (as sung, 10 ms), and warnings
 * @throws            EngineError AUDIO_EMPTY, AUDIO_TOO_SHORT, AUDIO_TOO_LONG, AUDIO_SILENT, HUM_NO_MELODY, HUM_POLYPHONIC
 */
export const transcribeHum = (pcm: Float32Array, sampleRate: number, options: TranscribeOptions = {}): Transcription => {
  const { snap, isPlacedInViolinRange = true, name = 'the recording' } = options
  refuseUnusable(pcm, sampleRate, name)
  const samples = cleanUp(pcm)
  const peakDb = gainToDb(findPeak(samples))
  if (peakDb < SILENT_DB) throw new EngineError('AUDIO_SILENT', { peakDb: Math.max(-120, Math.round(peakDb)) })
  const track = trackF0(samples, sampleRate)
  const half = resample(samples, sampleRate, HALF_RATE)
  let notes = segmentNotes(track, half, HALF_RATE)
  if (notes.length === 0) throw new EngineError('HUM_NO_MELODY', { reason: ': nothing in it holds a pitch' })
  if (meanConfidence(notes) < LEAST_CONFIDENCE) throw new EngineError('HUM_NO_MELODY', { reason: ': it is nearly all noise' })
  if (measurePolyphony(half, HALF_RATE, track) > POLYPHONIC_SHARE) throw new EngineError('HUM_POLYPHONIC')
  const warnings = describeFlaws(half, track, options.clippedShare ?? measureClipping(pcm))
  const melody: Melody = { notes, durationSeconds: pcm.length / sampleRate }
  if (snap !== undefined) {
    const { notes: snapped, ...found } = snapNotes(notes, snap)
    notes = snapped
    Object.assign(melody, found)
  }
  melody.notes = isPlacedInViolinRange ? placeInViolinRange(notes) : notes
  melody.pitchTrack = { hopSeconds: track.hopSeconds, f0: Array.from(track.f0), voicing: Array.from(track.voicing) }
  return { melody, warnings }
}
