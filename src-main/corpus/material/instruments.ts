import type { Articulation } from '#contract/melody.ts'

/** A corpus of the violin alone, or of many melodic instruments. */
export const CORPUS_KINDS = ['violin', 'base'] as const
export type CorpusKind = (typeof CORPUS_KINDS)[number]

/** Melodic solo instruments a clip may be played on. */
export const INSTRUMENTS = ['violin', 'viola', 'cello', 'flute', 'clarinet', 'oboe', 'saxophone', 'trumpet', 'recorder'] as const
export type Instrument = (typeof INSTRUMENTS)[number]

const BOWED: readonly Instrument[] = ['violin', 'viola', 'cello']

export const isBowed = (instrument: Instrument): boolean => BOWED.includes(instrument)

/** What a wind player's tongue can do: slurs, tongued notes, short tongued notes. */
const BLOWN_ARTICULATIONS: readonly Articulation[] = ['legato', 'detache', 'staccato']
const BOWED_ARTICULATIONS: readonly Articulation[] = [...BLOWN_ARTICULATIONS, 'spiccato', 'tremolo']

/** Articulations of an instrument's sustained notes; plucks need plucked material and are left to who has it. */
export const articulationsOf = (instrument: Instrument): readonly Articulation[] =>
  isBowed(instrument) ? BOWED_ARTICULATIONS : BLOWN_ARTICULATIONS

/** Recordings of every A and every E flat stay out of training: six semitones apart, so held-out notes reach everywhere. */
export const isHeldOutPitch = (midi: number): boolean => midi % 12 === 9 || midi % 12 === 3
