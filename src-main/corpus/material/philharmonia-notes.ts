import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import decodeMp3 from '@audio/decode-mp3'
import { resample } from '#main/audio/io/resample.ts'
import { MATERIAL_RATE } from './analyze-note.ts'
import { INSTRUMENTS, isHeldOutPitch, type Instrument } from './instruments.ts'
import type { RawNote } from './source-note.ts'
import { toMaterialRate } from './violin-recordings.ts'

/**
 * A violin is a cello of about two fifths the size, tuned an octave and a fifth higher: played faster by that
 * much, a cello's body resonances, attacks and bow noise fall near a violin's.
 */
const SHIFT_SEMITONES = 19
/** Lowest and highest recording of the other instruments that is of use. */
const LOWEST = 53
const HIGHEST = 105
/** Only these last long enough to be held: one second and one and a half. */
const NAME =
  /^(cello|flute|clarinet|oboe|saxophone)_([A-G]s?)(\d)_(1|15)_(pianissimo|piano|mezzo-piano|mezzo-forte|forte|fortissimo)_(arco-normal|normal)\.mp3$/
const DYNAMICS: Record<string, number> = {
  pianissimo: 0.1,
  piano: 0.3,
  'mezzo-piano': 0.45,
  'mezzo-forte': 0.6,
  forte: 0.75,
  fortissimo: 0.95,
}
const KEYS = ['C', 'Cs', 'D', 'Ds', 'E', 'F', 'Fs', 'G', 'Gs', 'A', 'As', 'B']

/** What a file's name says. */
interface NamedRecording {
  readonly path: string
  readonly instrument: Instrument
  readonly midi: number
  /** "A4-15-forte" */
  readonly label: string
  readonly dynamics: number
}

const readName = (path: string): NamedRecording | undefined => {
  const match = NAME.exec(path.slice(path.lastIndexOf('/') + 1))
  if (match === null) return undefined
  const [, name, key, octave, length, dynamic, technique] = match
  const instrument = INSTRUMENTS.find((known) => known === name)
  if (instrument === undefined || (technique === 'arco-normal') !== (instrument === 'cello')) return undefined
  return {
    path,
    instrument,
    midi: KEYS.indexOf(key) + 12 * (Number(octave) + 1),
    label: `${key}${octave}-${length}-${dynamic}`,
    dynamics: DYNAMICS[dynamic],
  }
}

const findRecordings = async (folder: string): Promise<NamedRecording[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map(readName)
    .filter((recording) => recording !== undefined)
}

/** [S] at 44.1 kHz, played faster by `raise` semitones; empty where the file holds no sound (a few of the set do not). */
const decode = async (path: string, raise: number): Promise<Float32Array> => {
  const { channelData, sampleRate } = await decodeMp3(await readFile(path))
  if (sampleRate === 0) return new Float32Array(0)
  const pcm = toMaterialRate(channelData, sampleRate)
  return raise === 0 ? pcm : resample(pcm, Math.round(MATERIAL_RATE * 2 ** (raise / 12)), MATERIAL_RATE)
}

/** Sustained cello notes of a folder with the Philharmonia Orchestra's samples, raised to the violin's size and pitch. */
export const loadPhilharmoniaNotes = async (folder: string): Promise<RawNote[]> => {
  const notes: RawNote[] = []
  for (const { path, instrument, midi: recorded, label, dynamics } of await findRecordings(folder)) {
    const midi = recorded + SHIFT_SEMITONES
    if (instrument !== 'cello' || midi < 55 || midi > 100) continue
    const pcm = await decode(path, SHIFT_SEMITONES)
    notes.push({
      id: `philharmonia-cello/${label}`,
      source: 'philharmonia-cello',
      kind: 'arco',
      instrument: 'violin',
      midi,
      pcm,
      dynamics,
      isHeldOut: false,
    })
  }
  return notes
}

/** Semitones a recording is raised to come into the range the instruments share: as few octaves' worth as will do. */
const raiseOf = (midi: number): number => (midi >= LOWEST ? 0 : midi + 12 >= LOWEST ? 12 : SHIFT_SEMITONES)

/** Sustained notes of cello, flute, clarinet, oboe and saxophone from the same samples, each as what it is. */
export const loadOrchestraNotes = async (folder: string): Promise<RawNote[]> => {
  const notes: RawNote[] = []
  for (const { path, instrument, midi: recorded, label, dynamics } of await findRecordings(folder)) {
    const raise = instrument === 'cello' ? raiseOf(recorded) : 0
    const midi = recorded + raise
    if (midi < LOWEST || midi > HIGHEST) continue
    notes.push({
      id: `philharmonia/${instrument}/${label}`,
      source: 'philharmonia',
      kind: 'arco',
      instrument,
      midi,
      pcm: await decode(path, raise),
      dynamics,
      isHeldOut: isHeldOutPitch(recorded),
    })
  }
  return notes
}
