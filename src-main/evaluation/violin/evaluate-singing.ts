import type { Note } from '#contract/melody.ts'
import { segmentNotes } from '#main/audio/pitch/segment-notes.ts'
import { estimateTuning } from '#main/audio/pitch/snap.ts'
import { trackF0Mpm } from '#main/audio/pitch/track-f0-mpm.ts'
import { transcribeHum } from '#main/audio/pitch/transcribe.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { hzToMidi } from '#music/pitch.ts'
import { scoreNotes } from '../melody/score-notes.ts'
import type { RenderMelody } from './evaluate-violin.ts'

export interface SingingScores {
  readonly annotatedNotes: number
  /** Share of annotated notes that the violin plays: within 50 cents, octaves forgiven, onset within 100 ms. */
  readonly playedRight: number
  /** The same of the notes as understood, before the violin. */
  readonly heardRight: number
}

/**
 * Note annotations of a recording: onset in seconds, pitch in Hz, duration in seconds, one note a line.
 *
 * @throws EngineError MELODY_UNREADABLE when a line holds anything else
 * @source vocadito's notes files (Bittner et al. 2021)
 */
export const readNoteAnnotations = (csv: string): Note[] =>
  csv
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const [onsetSeconds, hz, durationSeconds] = line.split(',').map(Number)
      if (!(onsetSeconds >= 0 && hz > 0 && durationSeconds > 0))
        throw new EngineError('MELODY_UNREADABLE', { reason: `line ${index + 1} is not "onset,Hz,duration"` })
      return { onsetSeconds, durationSeconds, pitch: hzToMidi(hz), velocity: 0.7, confidence: 1 }
    })

/**
 * A real recording with annotated notes, transcribed, rendered and heard again by a tracker that drove nothing.
 *
 * @param pcm       [S] mono
 * @param annotated notes as a person heard them; compared after the singer's own tuning is taken out of both
 */
export const evaluateSinging = async (
  pcm: Float32Array,
  sampleRate: number,
  options: { annotated: readonly Note[]; render: RenderMelody },
): Promise<SingingScores> => {
  const snap = { key: 'gentle', grid: 'off' } as const
  const { melody } = transcribeHum(pcm, sampleRate, { snap })
  const clip = await options.render(melody, 1)
  const offset = clip.notes[0].onsetSeconds - melody.notes[0].onsetSeconds
  const tuning = estimateTuning(options.annotated) / 100 // cents -> semitones
  const truth = options.annotated.map((note) => ({ ...note, pitch: note.pitch - tuning }))
  const track = trackF0Mpm(clip.pcm, clip.sampleRate, { fMin: 180, fMax: 3700 })
  const played = segmentNotes(track, clip.pcm, clip.sampleRate).map((note) => ({ ...note, onsetSeconds: note.onsetSeconds - offset }))
  const tolerance = { onsetToleranceSeconds: 0.1, pitchToleranceCents: 50, isOctaveFolded: true }
  const share = (found: readonly Note[]): number => scoreNotes(truth, found, tolerance).matches.length / truth.length
  return { annotatedNotes: truth.length, playedRight: share(played), heardRight: share(melody.notes) }
}
