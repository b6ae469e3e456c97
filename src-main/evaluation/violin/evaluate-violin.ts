import type { Melody, Note } from '#contract/melody.ts'
import { transcribeHum } from '#main/audio/pitch/transcribe.ts'
import { comfortableKey, synthesizeHum, type HumVoice } from '#main/audio/pitch/synthesize-hum.ts'
import { scoreMatch } from '../melody/match-score.ts'

/** One melody on its way from a hum to the violin. */
export interface ViolinScore {
  readonly name: string
  readonly voice: HumVoice
  readonly rawPitchAccuracy: number
  readonly onsetF1: number
  readonly medianCents: number
  readonly medianOnsetMs: number
  readonly missedNotes: number
  readonly addedNotes: number
  /** Loudest 10 ms of any rest, dBFS; null without rests. */
  readonly loudestRestDb: number | null
}

export interface ViolinScores {
  readonly melodies: number
  readonly notes: number
  /** Means over melodies. */
  readonly rawPitchAccuracy: number
  readonly onsetF1: number
  readonly medianCents: number
  readonly loudestRestDb: number
  readonly each: ViolinScore[]
}

/** What renders a melody: the notes as heard in, sound and the notes as placed in the clip out. */
export type RenderMelody = (melody: Melody, seed: number) => Promise<{ pcm: Float32Array; sampleRate: number; notes: readonly Note[] }>

const VOICES: readonly HumVoice[] = ['female', 'male', 'child', 'whistle']
/** People do not hum faster than about four notes a second. */
const SHORTEST_NOTE_SECONDS = 0.25
/** From the note's end until its ring has died away, and up to just before the next attack. */
const RING_SECONDS = 0.25
const EARLY_SECONDS = 0.05

/** A tune at a tempo and in a key that the voice can hum. */
const makeSingable = (notes: readonly Note[], voice: HumVoice): Note[] => {
  const shortest = Math.min(...notes.map(({ durationSeconds }) => durationSeconds))
  const stretch = Math.max(1, SHORTEST_NOTE_SECONDS / shortest)
  const start = notes[0].onsetSeconds
  const mean = notes.reduce((sum, { pitch }) => sum + pitch, 0) / notes.length
  const shift = Math.round(comfortableKey(voice) + 5 - mean)
  return notes.map((note) => ({
    ...note,
    onsetSeconds: (note.onsetSeconds - start) * stretch + 0.3,
    durationSeconds: note.durationSeconds * stretch,
    pitch: note.pitch + shift,
    velocity: 0.7,
    articulation: undefined as never,
  }))
}

const loudestRest = (pcm: Float32Array, sampleRate: number, notes: readonly Note[]): number | null => {
  let loudest: number | null = null
  notes.forEach((note, i) => {
    const from = note.onsetSeconds + note.durationSeconds + RING_SECONDS
    const to = (notes[i + 1]?.onsetSeconds ?? pcm.length / sampleRate) - EARLY_SECONDS
    const step = 0.01
    for (let t = from; t + step <= to; t += step) {
      const first = Math.floor(t * sampleRate)
      const last = Math.min(pcm.length, Math.floor((t + step) * sampleRate))
      let power = 0
      for (let n = first; n < last; n++) power += pcm[n] * pcm[n]
      const db = 10 * Math.log10(power / Math.max(1, last - first) + 1e-14) // mean square -> dBFS
      loudest = Math.max(loudest ?? -Infinity, db)
    }
  })
  return loudest
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length)

/**
 * Melodies hummed by the formant voice, transcribed, rendered, and heard again by a tracker that drove nothing: what
 * the violin plays against what was meant, not against what was understood.
 */
export const evaluateViolin = async (
  melodies: readonly { readonly name: string; readonly notes: readonly Note[] }[],
  options: { render: RenderMelody; onProgress?: (fraction: number) => void },
): Promise<ViolinScores> => {
  const each: ViolinScore[] = []
  let noteCount = 0
  for (const [index, { name, notes }] of melodies.entries()) {
    const voice = VOICES[index % VOICES.length]
    const hum = synthesizeHum(makeSingable(notes, voice), { voice, seed: 1000 + index })
    const { melody } = transcribeHum(hum.pcm, hum.sampleRate, { snap: { key: 'gentle', grid: 'off' } })
    const clip = await options.render(melody, index)
    const offset = clip.notes[0].onsetSeconds - melody.notes[0].onsetSeconds
    const meant = hum.notes.map((note) => ({ ...note, onsetSeconds: note.onsetSeconds + offset }))
    const { percent, ...score } = scoreMatch(clip.pcm, clip.sampleRate, meant)
    void percent
    noteCount += meant.length
    each.push({ name, voice, ...score, loudestRestDb: loudestRest(clip.pcm, clip.sampleRate, clip.notes) })
    options.onProgress?.((index + 1) / melodies.length)
  }
  return {
    melodies: each.length,
    notes: noteCount,
    rawPitchAccuracy: mean(each.map((score) => score.rawPitchAccuracy)),
    onsetF1: mean(each.map((score) => score.onsetF1)),
    medianCents: mean(each.map((score) => score.medianCents)),
    loudestRestDb: Math.max(...each.map((score) => score.loudestRestDb ?? -Infinity)),
    each,
  }
}
