/** Hz to fractional MIDI note number (69 = 440 Hz). */
export const hzToMidi = (hz: number): number => 69 + 12 * Math.log2(hz / 440)
/** Fractional MIDI note number to Hz. */
export const midiToHz = (midi: number): number => 440 * 2 ** ((midi - 69) / 12)
/** Distance from `fromHz` to `toHz` in cents. */
export const centsBetween = (fromHz: number, toHz: number): number => 1200 * Math.log2(toHz / fromHz)
/** Cents folded into [-600, 600): octave errors vanish. */
export const foldOctaves = (cents: number): number => ((((cents + 600) % 1200) + 1200) % 1200) - 600
export const dbToGain = (db: number): number => 10 ** (db / 20)
export const gainToDb = (gain: number): number => 20 * Math.log10(Math.max(gain, 1e-10))

const NAMES = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'G#', 'A', 'Bb', 'B'] as const
/** "A4" for 69; rounds to the nearest key. */
export const noteName = (midi: number): string => {
  const key = Math.round(midi)
  return `${NAMES[((key % 12) + 12) % 12] ?? ''}${Math.floor(key / 12) - 1}`
}
