import type { Note } from '#contract/melody.ts'
import type { Understanding } from './understanding.ts'

/** Beethoven's "Ode to Joy", the first four bars, at 100 beats a minute. */
const DEMO_PHRASE = [66, 66, 67, 69, 69, 67, 66, 64, 62, 62, 64, 66, 66.0, 64, 64]
const DEMO_BEATS = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, 0.5, 2]
const DEMO_BEAT_SECONDS = 0.6

const writeDemoNotes = (): Note[] => {
  let onsetSeconds = 0
  return DEMO_PHRASE.map((pitch, i) => {
    const durationSeconds = (DEMO_BEATS[i] ?? 1) * DEMO_BEAT_SECONDS
    const note: Note = { onsetSeconds, durationSeconds: durationSeconds * 0.93, pitch, velocity: 0.7, confidence: 1 }
    onsetSeconds += durationSeconds
    return note
  })
}

const INTERNAL_RATE = 44100
const LONGEST_HUM_MINUTES = 10

/** The real ears and reading glasses. Each part is loaded when it is first needed. */
export const defaultUnderstanding: Understanding = {
  async decode(fileName, bytes) {
    const { readAudioBytes } = await import('#main/audio/io/read-audio-file.ts')
    const options = { sampleRate: INTERNAL_RATE, maximumMinutes: LONGEST_HUM_MINUTES, isDamageKept: true }
    const { pcm, sampleRate, source } = await readAudioBytes(bytes, fileName, options)
    const warnings = source.damage === undefined ? [] : [`The file is damaged (${source.damage}); what could be read was used.`]
    return { pcm, sampleRate, warnings }
  },
  async transcribe(pcm, sampleRate, options) {
    const { transcribeHum } = await import('#main/audio/pitch/transcribe.ts')
    return transcribeHum(pcm, sampleRate, options)
  },
  async snap(melody, snap) {
    const { snapNotes } = await import('#main/audio/pitch/snap.ts')
    return { ...melody, ...snapNotes(melody.notes, snap) }
  },
  async readPrompt(text) {
    const { readPrompt } = await import('#main/prompt/read-prompt.ts')
    return readPrompt(text)
  },
  async readMelodyText(text) {
    const { readMelodyText } = await import('#main/prompt/read-melody-source.ts')
    return readMelodyText(text)
  },
  async readMidi(bytes) {
    const { readMidiMelody } = await import('#main/export/midi/read-midi.ts')
    return readMidiMelody(bytes)
  },
  async writeMidi(melody, lanes) {
    const { writeMidi } = await import('#main/export/midi/write-midi.ts')
    return writeMidi(melody, lanes === undefined ? {} : { lanes })
  },
  async trackPitch(pcm, sampleRate) {
    const { trackF0 } = await import('#main/audio/pitch/track-f0.ts')
    const { hopSeconds, f0, voicing } = trackF0(pcm, sampleRate, { fMin: 180, fMax: 3700 })
    return { hopSeconds, f0: [...f0], voicing: [...voicing] }
  },
  async synthesizeDemo() {
    const { synthesizeHum } = await import('#main/audio/pitch/synthesize-hum.ts')
    const { pcm, sampleRate } = synthesizeHum(writeDemoNotes(), { voice: 'female', syllable: 'la', seed: 7 })
    return { pcm, sampleRate }
  },
}
