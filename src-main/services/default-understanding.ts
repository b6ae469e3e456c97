import { promptReadingSchema, type PromptReading } from '#contract/api.ts'
import { pitchTrackSchema } from '#contract/melody.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { heardHumSchema, type ListenSpec } from '#main/jobs/handlers/hearing.ts'
import type { Runner, TaskContext } from '#main/jobs/runner/runner.ts'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Understanding } from './understanding.ts'

const DEMO_FILE = 'demo-hum.wav'

/** Texts whose reading is remembered. */
const MOST_READINGS = 50

const createContext = (): TaskContext => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
  onItem: () => undefined,
})

/** Clauses without a known word go to the ears, where the sentence encoder is; each text once. */
const createPromptUnderstanding = (ears: Runner): ((text: string) => Promise<PromptReading>) => {
  const readings = new Map<string, Promise<PromptReading>>()
  const understand = async (text: string): Promise<PromptReading> => {
    const { findUnreadClauses } = await import('#main/prompt/unread-clauses.ts')
    if (findUnreadClauses(text).length > 0) return promptReadingSchema.parse(await ears.run('understand-prompt', { text }, createContext()))
    const { readPrompt } = await import('#main/prompt/read-prompt.ts')
    return readPrompt(text)
  }
  return (text) => {
    const reading = readings.get(text) ?? understand(text)
    readings.delete(text)
    readings.set(text, reading)
    reading.catch(() => readings.delete(text))
    const [oldest] = readings.keys()
    if (readings.size > MOST_READINGS && oldest !== undefined) readings.delete(oldest)
    return reading
  }
}

/**
 * The real ears and reading glasses. Listening takes seconds of arithmetic, so it goes to `ears`, a runner of its own; the rest
 * is quick, and loaded when it is first needed.
 */
export const createUnderstanding = (ears: Runner): Understanding => ({
  async listen(sound, snap) {
    return heardHumSchema.parse(await ears.run('listen', { sound, snap } satisfies ListenSpec, createContext()))
  },
  async snap(melody, snap) {
    const { snapNotes } = await import('#main/audio/pitch/snap.ts')
    return { ...melody, ...snapNotes(melody.notes, snap) }
  },
  async readPrompt(text) {
    const { readPrompt } = await import('#main/prompt/read-prompt.ts')
    return readPrompt(text)
  },
  understandPrompt: createPromptUnderstanding(ears),
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
  async trackPitch(wav) {
    return pitchTrackSchema.parse(await ears.run('track-pitch', { wav }, createContext()))
  },
  async readDemo() {
    const path = join(findProjectRoot(), 'resources', DEMO_FILE)
    try {
      return { fileName: DEMO_FILE, bytes: new Uint8Array(await readFile(path)) }
    } catch (cause) {
      throw new EngineError('FILE_UNREADABLE', { path }, { cause })
    }
  },
})
