import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import decodeMp3 from '@audio/decode-mp3'
import { resample } from '#main/audio/io/resample.ts'
import { toMaterialRate } from './violin-recordings.ts'
import { MATERIAL_RATE } from './analyze-note.ts'
import type { RawNote } from './source-note.ts'

/**
 * A violin is a cello of about two fifths the size, tuned an octave and a fifth higher: played faster by that
 * much, a cello's body resonances, attacks and bow noise fall near a violin's.
 */
const SHIFT_SEMITONES = 19
const NAME = /^cello_([A-G]s?)(\d)_(025|05|1|15)_(pianissimo|piano|mezzo-piano|mezzo-forte|forte|fortissimo)_arco-normal\.mp3$/
const DYNAMICS: Record<string, number> = {
  pianissimo: 0.1,
  piano: 0.3,
  'mezzo-piano': 0.45,
  'mezzo-forte': 0.6,
  forte: 0.75,
  fortissimo: 0.95,
}
const KEYS = ['C', 'Cs', 'D', 'Ds', 'E', 'F', 'Fs', 'G', 'Gs', 'A', 'As', 'B']

const findFiles = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && NAME.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Sustained cello notes of a folder with the Philharmonia Orchestra's samples, raised to the violin's size and pitch. */
export const loadPhilharmoniaNotes = async (folder: string): Promise<RawNote[]> => {
  const notes: RawNote[] = []
  for (const path of await findFiles(folder)) {
    const match = NAME.exec(path.slice(path.lastIndexOf('/') + 1))
    const [, key, octave, length, dynamic] = match ?? []
    if (key === undefined || octave === undefined || (length !== '1' && length !== '15')) continue
    const midi = KEYS.indexOf(key) + 12 * (Number(octave) + 1) + SHIFT_SEMITONES
    if (midi < 55 || midi > 100) continue
    const { channelData, sampleRate } = await decodeMp3(await readFile(path))
    const slow = toMaterialRate(channelData, sampleRate)
    const pcm = resample(slow, Math.round(MATERIAL_RATE * 2 ** (SHIFT_SEMITONES / 12)), MATERIAL_RATE)
    notes.push({
      id: `philharmonia-cello/${key}${octave}-${length}-${dynamic ?? ''}`,
      source: 'philharmonia-cello',
      kind: 'arco',
      midi,
      pcm,
      dynamics: DYNAMICS[dynamic ?? ''] ?? 0.6,
      isHeldOut: false,
    })
  }
  return notes
}
