export type HumVoice = 'male' | 'female' | 'child' | 'whistle'
export type HumSyllable = 'hm' | 'la' | 'da' | 'oo' | 'ah'

/** How a melody is hummed: who, how well, and in which room. Everything random follows from `seed`. */
export interface HumOptions {
  voice: HumVoice
  syllable: HumSyllable
  seed: number
  sampleRate: number
  /** 0..1 share of breath noise in the voice; also how loud it inhales in rests. */
  breath: number
  /** Peak deviation and rate of the vibrato, which sets in about 0.25 s after a note's start. */
  vibratoCents: number
  vibratoHz: number
  /** Mean length of a glide between two connected notes; centred on the later note's onset. */
  glideSeconds: number
  /** How far below the note an attack after a rest begins. */
  scoopCents: number
  /** Slow wander of the whole tuning, standard deviation. */
  driftCents: number
  /** Error of each note, standard deviation. */
  intonationCents: number
  /** Constant offset: -50 is a quarter tone flat. */
  detuneCents: number
  /** Share of notes sung an octave away from where they are written. */
  octaveJumpShare: number
  /** 0..1 alternation between strong and weak glottal pulses (vocal fry), which invites octave errors. */
  creak: number
  /** 50 or 60 with its overtones, 0 for none, and its level against the voice. */
  mainsHz: 0 | 50 | 60
  mainsDb: number
  /** Room noise against the voice's level; Infinity for none. */
  snrDb: number
  /** Reverberation time of the room, 0 for none. */
  roomSeconds: number
  /** Silence before the first note. */
  leadSeconds: number
}
