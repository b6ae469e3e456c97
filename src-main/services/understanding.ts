import type { PromptReading } from '#contract/api.ts'
import type { Lanes } from '#contract/expression.ts'
import type { Melody, PitchTrack } from '#contract/melody.ts'

export interface Snap {
  readonly key: string
  readonly grid: 'off' | '1/4' | '1/8' | '1/16'
  readonly bpm?: number | undefined
}

export interface DecodedHum {
  readonly pcm: Float32Array
  readonly sampleRate: number
  readonly warnings: readonly string[]
}

/** The ears and the reading glasses, as one thing to hand in: files, recordings and words in, melodies out. */
export interface Understanding {
  /** A sound file's bytes as mono. Throws what is wrong with them in a sentence of the catalogue. */
  decode(fileName: string, bytes: Uint8Array): Promise<DecodedHum>
  /** `name` is what errors call the recording. */
  transcribe(
    pcm: Float32Array,
    sampleRate: number,
    options: { snap: Snap; name: string },
  ): Promise<{ melody: Melody; warnings: readonly string[] }>
  /** Moves a melody's notes to a key and a grid. */
  snap(melody: Melody, snap: Snap): Promise<Melody>
  readPrompt(text: string): Promise<PromptReading>
  readMelodyText(text: string): Promise<Melody>
  readMidi(bytes: Uint8Array): Promise<Melody>
  writeMidi(melody: Melody, lanes?: Lanes): Promise<Uint8Array>
  /** Pitch of a violin clip. */
  trackPitch(pcm: Float32Array, sampleRate: number): Promise<PitchTrack>
  /** A hum of a well-known phrase, made on the spot, for those without a microphone. */
  synthesizeDemo(): Promise<{ pcm: Float32Array; sampleRate: number }>
}
