import type { Melody } from '#contract/melody.ts'
import { VIOLIN_NAME } from '#main/export/midi/midi-parts.ts'
import { readMidiScore, reduceToMelody, type MidiScore } from '#main/export/midi/read-midi.ts'
import { FIDDLE_PROGRAM, VIOLA_PROGRAM, VIOLIN_PROGRAM } from './general-midi.ts'
import { decodeMidiText } from './midi-text.ts'

/** What a violinist would play of a MIDI file. */
export interface ViolinPart {
  readonly instrument: 'violin' | 'fiddle' | 'viola'
  /** Why the part was taken for one. */
  readonly evidence: 'program' | 'name'
  readonly trackName: string
  /** General MIDI program, counted from 0. */
  readonly program: number
  /** One note at a time, chords reduced to their top note; times from the start of the file. */
  readonly melody: Melody
  /** Notes before the reduction, 1 where the part was a single line already. */
  readonly writtenNoteCount: number
}

type ScorePart = MidiScore['parts'][number]

const VIOLA_NAME = /\bviola\b|bratsche|\balto \(?viola/i
/** Programs under which files keep a part that its name calls a violin: none chosen, strings, synthetic strings. */
const isVagueProgram = (program: number): boolean => program === 0 || (program >= 40 && program <= 51 && program !== 46 && program !== 47)

const identify = (part: ScorePart): Pick<ViolinPart, 'instrument' | 'evidence'> | undefined => {
  if (part.program === VIOLIN_PROGRAM && !VIOLA_NAME.test(part.name)) return { instrument: 'violin', evidence: 'program' }
  if (part.program === FIDDLE_PROGRAM) return { instrument: 'fiddle', evidence: 'program' }
  if (isVagueProgram(part.program) && VIOLIN_NAME.test(part.name)) return { instrument: 'violin', evidence: 'name' }
  if (part.program === VIOLA_PROGRAM) return { instrument: 'viola', evidence: 'program' }
  return isVagueProgram(part.program) && VIOLA_NAME.test(part.name) ? { instrument: 'viola', evidence: 'name' } : undefined
}

const meanPitch = ({ notes }: ScorePart): number => notes.reduce((sum, note) => sum + note.pitch, 0) / notes.length

/** The first violin: among those that play at least a quarter of the busiest one's notes, the one that lies highest. */
const chooseFirst = (parts: readonly ScorePart[]): ScorePart | undefined => {
  const busiest = Math.max(0, ...parts.map((part) => part.notes.length))
  const eligible = parts.filter((part) => part.notes.length >= busiest / 4)
  return eligible.reduce<ScorePart | undefined>(
    (top, part) => (top === undefined || meanPitch(part) > meanPitch(top) ? part : top),
    undefined,
  )
}

/** The violin part of a score that was read already; undefined where it has none. */
export const findViolinPart = (score: MidiScore): ViolinPart | undefined => {
  const known = score.parts.flatMap((part) => {
    const identity = identify(part)
    return identity === undefined ? [] : [{ part, identity }]
  })
  const violins = known.filter(({ identity }) => identity.instrument !== 'viola')
  const candidates = violins.length > 0 ? violins : known
  const part = chooseFirst(candidates.map((candidate) => candidate.part))
  const identity = candidates.find((candidate) => candidate.part === part)?.identity
  if (part === undefined || identity === undefined) return undefined
  const notes = reduceToMelody(part.notes)
  const last = notes.at(-1)
  if (last === undefined) return undefined
  return {
    ...identity,
    trackName: decodeMidiText(part.name),
    program: part.program,
    melody: {
      notes,
      durationSeconds: last.onsetSeconds + last.durationSeconds,
      ...(score.bpm !== undefined && { bpm: score.bpm }),
      ...(score.key !== undefined && { key: score.key }),
    },
    writtenNoteCount: part.notes.length,
  }
}

/**
 * The violin part of a MIDI file as notes: by program (violin 40, fiddle 110, else viola 41, counted from 0) or by the name of its
 * track. Undefined where the file has none. Throws EngineError MELODY_UNREADABLE where the file is damaged.
 */
export const readViolinPart = (bytes: Uint8Array): ViolinPart | undefined => findViolinPart(readMidiScore(bytes))
