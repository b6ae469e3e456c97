import type { PromptReading } from '#contract/api.ts'
import type { Lanes } from '#contract/expression.ts'
import type { Melody, PitchTrack } from '#contract/melody.ts'
import type { HeardHum } from '#main/jobs/handlers/hearing.ts'

export interface Snap {
  readonly key: string
  readonly grid: 'off' | '1/4' | '1/8' | '1/16'
  readonly bpm?: number | undefined
}

export interface SoundFile {
  readonly fileName: string
  readonly bytes: Uint8Array
}

export interface Recording {
  /** [S] mono */
  readonly pcm: Float32Array
  readonly sampleRate: number
}

/** The ears and the reading glasses, as one thing to hand in: files, recordings and words in, melodies out. */
export interface Understanding {
  /** Notes of a hum, and its sound as it is to be kept. Throws what is wrong with it in a sentence of the catalogue. */
  listen(sound: SoundFile | Recording, snap: Snap): Promise<HeardHum>
  /** Moves a melody's notes to a key and a grid. */
  snap(melody: Melody, snap: Snap): Promise<Melody>
  /** By known words alone. */
  readPrompt(text: string): Promise<PromptReading>
  /** By known words, and by meaning what they leave over. */
  understandPrompt(text: string): Promise<PromptReading>
  readMelodyText(text: string): Promise<Melody>
  readMidi(bytes: Uint8Array): Promise<Melody>
  writeMidi(melody: Melody, lanes?: Lanes): Promise<Uint8Array>
  /** Pitch of a violin clip, a WAV file's bytes. */
  trackPitch(wav: Uint8Array): Promise<PitchTrack>
  /** The bundled hum, for those without a microphone. */
  readDemo(): Promise<SoundFile>
}
