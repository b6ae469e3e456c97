import { writeFileSync } from 'node:fs'
import { encodeWav } from '#main/audio/io/wav.ts'
import { midiToHz } from '#music/pitch.ts'

const SAMPLE_RATE = 44100

/** Writes a plain hum of known notes, half a second each and a silence at both ends, as a 16-bit WAV. */
export const writeHum = (path: string, pitches: readonly number[]): void => {
  const silence = new Array<number>(SAMPLE_RATE / 2).fill(0)
  let phase = 0
  const sound = pitches.flatMap((pitch) => {
    const length = SAMPLE_RATE / 2
    return Array.from({ length }, (_, i) => {
      phase += (2 * Math.PI * midiToHz(pitch)) / SAMPLE_RATE
      const fade = Math.min(1, i / 1200, (length - i) / 2400)
      return 0.3 * fade * (Math.sin(phase) + 0.4 * Math.sin(2 * phase) + 0.2 * Math.sin(3 * phase))
    })
  })
  writeFileSync(path, encodeWav([Float32Array.from([...silence, ...sound, ...silence])], { sampleRate: SAMPLE_RATE, bits: 16 }))
}
