import { readFile } from 'node:fs/promises'
import { SoundBankLoader, SpessaSynthProcessor } from 'spessasynth_core'
import { resample } from '#main/audio/io/resample.ts'
import { MATERIAL_RATE } from './analyze-note.ts'
import { isHeldOutPitch, type Instrument } from './instruments.ts'
import type { MaterialKind, MaterialSource, RawNote } from './source-note.ts'

interface Program {
  readonly program: number
  /** Bank select LSB or MSB as the font numbers its variations. */
  readonly bank: number
  readonly name: string
  readonly kind: MaterialKind
  readonly instrument: Instrument
  readonly lowest: number
  readonly highest: number
  readonly velocities: readonly number[]
  readonly holdSeconds: number
  readonly tailSeconds: number
  /** Played faster by this much, so that a larger body shrinks to a violin's. */
  readonly raiseSemitones?: number
  /** True: the keys held out of every instrument are held out here. */
  readonly holdsOutKeys?: boolean
}

const violin = (bank: number, name: string): Program => ({
  program: 40,
  bank,
  name,
  kind: 'arco',
  instrument: 'violin',
  lowest: 55,
  highest: 103,
  velocities: [70, 110],
  holdSeconds: 4,
  tailSeconds: 0.4,
})
const viola: Program = { ...violin(0, 'viola'), program: 41, lowest: 48, highest: 84, raiseSemitones: 7 }
const pizzicato = (bank: number, name: string): Program => ({
  program: 45,
  bank,
  name,
  kind: 'pizzicato',
  instrument: 'violin',
  lowest: 55,
  highest: 100,
  velocities: [60, 85, 115],
  holdSeconds: 0.9,
  tailSeconds: 0.6,
})

const solo = (program: number, instrument: Instrument, name: string, lowest: number, highest: number): Program => ({
  program,
  bank: 0,
  name,
  kind: 'arco',
  instrument,
  lowest,
  highest,
  velocities: [60, 85, 112],
  holdSeconds: 2.2,
  tailSeconds: 0.3,
  holdsOutKeys: true,
})

export interface SoundfontSpec {
  readonly source: MaterialSource
  readonly path: string
  readonly isHeldOut: boolean
  readonly programs: readonly Program[]
}

/**
 * The two MIT-licensed General MIDI fonts of Debian. MuseScore General grew out of FluidR3 and plays the same
 * solo violin recordings, so that violin is kept for evaluation as a whole; training takes the viola, raised by
 * the fifth that lies between the instruments, and a different pizzicato.
 */
export const SOUNDFONTS: readonly SoundfontSpec[] = [
  {
    source: 'musescore-general',
    path: '/usr/share/sounds/sf2/MuseScore_General_Full.sf2',
    isHeldOut: false,
    programs: [viola, pizzicato(20, 'violins-pizzicato')],
  },
  {
    source: 'fluid-r3',
    path: '/usr/share/sounds/sf2/FluidR3_GM.sf2',
    isHeldOut: true,
    programs: [violin(0, 'violin'), pizzicato(0, 'pizzicato')],
  },
]

/** The same fonts for the corpus of many instruments: the viola at its own pitch, the winds; odd lowest keys reach A and E flat. */
export const BASE_SOUNDFONTS: readonly SoundfontSpec[] = [
  {
    ...SOUNDFONTS[0],
    programs: [
      solo(41, 'viola', 'viola', 53, 87),
      solo(73, 'flute', 'flute', 61, 97),
      solo(71, 'clarinet', 'clarinet', 53, 91),
      solo(68, 'oboe', 'oboe', 59, 91),
      solo(64, 'saxophone', 'soprano-sax', 57, 87),
      solo(65, 'saxophone', 'alto-sax', 53, 81),
      solo(56, 'trumpet', 'trumpet', 55, 85),
      solo(74, 'recorder', 'recorder', 65, 93),
      pizzicato(20, 'violins-pizzicato'),
    ],
  },
  SOUNDFONTS[1],
]

const BLOCK = 128
const STEP_SEMITONES = 2

/** One dry note: no reverb, no chorus, one voice. */
const renderNote = (synth: SpessaSynthProcessor, program: Program, midi: number, velocity: number): Float32Array => {
  const holdSamples = Math.round(program.holdSeconds * MATERIAL_RATE)
  const length = Math.ceil((holdSamples + program.tailSeconds * MATERIAL_RATE) / BLOCK) * BLOCK
  const left = new Float32Array(length)
  const right = new Float32Array(length)
  synth.noteOn(0, midi, velocity)
  let isReleased = false
  for (let start = 0; start < length; start += BLOCK) {
    if (!isReleased && start >= holdSamples) {
      synth.noteOff(0, midi)
      isReleased = true
    }
    synth.process(left, right, start, BLOCK)
  }
  synth.stopAllChannels(true)
  // One side only: the fonts' stereo pairs are two microphones, and their sum would comb.
  let energyLeft = 0
  let energyRight = 0
  for (let n = 0; n < length; n++) {
    energyLeft += left[n] * left[n]
    energyRight += right[n] * right[n]
  }
  return energyLeft >= energyRight ? left : right
}

/** Single notes of a soundfont's programs, every second semitone; an empty list when the font is not installed. */
export const renderSoundfontNotes = async (spec: SoundfontSpec): Promise<RawNote[]> => {
  const bytes = await readFile(spec.path).catch(() => undefined)
  if (bytes === undefined) return []
  const bank = SoundBankLoader.fromArrayBuffer(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer)
  const synth = new SpessaSynthProcessor(MATERIAL_RATE, { effectsEnabled: false, eventsEnabled: false })
  await synth.processorInitialized
  synth.soundBankManager.addSoundBank(bank, 'main')
  const notes: RawNote[] = []
  for (const program of spec.programs) {
    synth.controllerChange(0, 0, 0)
    synth.controllerChange(0, 32, program.bank)
    synth.programChange(0, program.program)
    for (const silenced of [1, 91, 93] as const) synth.controllerChange(0, silenced, 0)
    for (let midi = program.lowest; midi <= program.highest; midi += STEP_SEMITONES) {
      for (const velocity of program.velocities) {
        const raise = program.raiseSemitones ?? 0
        const slow = renderNote(synth, program, midi, velocity)
        const pcm = raise === 0 ? slow : resample(slow, Math.round(MATERIAL_RATE * 2 ** (raise / 12)), MATERIAL_RATE)
        const id = `${spec.source}/${program.name}/${midi}-${velocity}`
        notes.push({
          id,
          source: spec.source,
          kind: program.kind,
          instrument: program.instrument,
          midi: midi + raise,
          pcm,
          dynamics: velocity / 127,
          isHeldOut: spec.isHeldOut || (program.holdsOutKeys === true && isHeldOutPitch(midi)),
        })
      }
    }
  }
  return notes
}
