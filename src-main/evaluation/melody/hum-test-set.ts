import type { Note } from '#contract/melody.ts'
import {
  comfortableKey,
  synthesizeHum,
  type HumOptions,
  type HumSyllable,
  type HumVoice,
  type SynthesizedHum,
} from '#main/audio/pitch/synthesize-hum.ts'

/**
 * Melodies as semitones above the tonic, `:` gives beats, `_` is a rest, `.` after a number shortens the note to leave a gap.
 * The tunes are traditional or by composers who died before 1900; the rest are exercises of our own.
 */
export const HUM_MELODIES = {
  twinkle: '0 0 7 7 9 9 7:2 5 5 4 4 2 2 0:2',
  odeToJoy: '4 4 5 7 7 5 4 2 0 0 2 4 4:1.5 2:0.5 2:2',
  frereJacques: '0 2 4 0 0 2 4 0 4 5 7:2 4 5 7:2',
  greensleeves: '0 3:2 5 7:1.5 8:0.5 7 5:2 2 -2:1.5 0:0.5 2 3:2 0 0:1.5 -1:0.5 0 2:2',
  amazingGrace: '-5 0:2 4:0.5 0:0.5 4:2 2 0:2 -3 -5:2 _:0.5 -5 0:2 4:0.5 0:0.5 4:2 2 7:3',
  scarborough: '0:2 0 7:2 7 2:1.5 3:0.5 2 0:3 _ 7 10 12:2 10 7 9 5 7:3',
  auldLangSyne: '-5 0:1.5 0:0.5 0 4 2:1.5 0:0.5 2 4 0:1.5 0:0.5 4 7 9:3',
  minuet: '7 0:0.5 2:0.5 4:0.5 5:0.5 7. 0. 0. 9 5:0.5 7:0.5 9:0.5 11:0.5 12. 0. 0.',
  lullaby: '4:0.5 4:0.5 7:2 4:0.5 4:0.5 7:2 4:0.5 7:0.5 12 11:1 9 9 7:2',
  jig: '4:0.5 7:0.5 7:0.5 9:0.5 7:0.5 7:0.5 4:0.5 7:0.5 7:0.5 9:0.5 7:0.5 4:0.5 2:0.5 5:0.5 5:0.5 0:0.5 5:0.5 2:0.5 0:1.5',
  sakura: '9 9 11:2 9 9 11:2 9 11 12 11 9 11:0.5 9:0.5 5:2',
  scaleUp: '0 2 4 5 7 9 11 12:2',
  scaleUpDown: '0:0.5 2:0.5 4:0.5 5:0.5 7:0.5 9:0.5 11:0.5 12:0.5 11:0.5 9:0.5 7:0.5 5:0.5 4:0.5 2:0.5 0:2',
  minorScale: '0 2 3 5 7 8 11 12 10 8 7 5 3 2 0:2',
  chromatic: '0 1 2 3 4 5 6 7:2 6 5 4 3 2 1 0:2',
  arpeggios: '0 4 7 12:2 7 4 0:2 2 5 9 14:2 9 5 2:2',
  leaps: '0 12 0 7 -5 7 0 9 -3 12 0:2',
  sevenths: '0 10 -1 9 2 12 1 11 0:2',
  repeated: '0 0 0 0 2 2 2 2 4 4 4 4 0:2',
  repeatedFast: '0:0.5 0:0.5 0:0.5 0:0.5 7:0.5 7:0.5 7:0.5 7:0.5 5:0.5 5:0.5 5:0.5 5:0.5 0:2',
  longNotes: '0:4 7:4 5:4 0:4',
  detached: '0. 4. 7. 4. 5. 9. 12. 9. 7. 4. 2. 0:2',
  trill: '0 2:0.5 0:0.5 2:0.5 0:0.5 2:0.5 0:0.5 -1 0:2 7 9:0.5 7:0.5 9:0.5 7:0.5 5 4:2',
  syncopated: '0:0.5 4 4:0.5 _:0.5 7 7:0.5 9:1.5 _:0.5 12:0.5 9:0.5 7:1.5 4:0.5 0:2',
} as const satisfies Record<string, string>
export type HumMelody = keyof typeof HUM_MELODIES

/** Notes of one of the melodies on a tonic, starting at 0 s. */
export const parseHumMelody = (text: string, tonic: number, bpm: number): Note[] => {
  const beat = 60 / bpm
  const notes: Note[] = []
  let at = 0
  for (const word of text.split(' ')) {
    const [what, beats = '1'] = word.split(':')
    const length = Number(beats) * beat
    const isShort = what.endsWith('.')
    if (what !== '_') {
      const accent = notes.length % 4 === 0 ? 0.8 : 0.65
      const durationSeconds = isShort ? length * 0.6 : length
      notes.push({
        onsetSeconds: at,
        durationSeconds,
        pitch: tonic + Number(isShort ? what.slice(0, -1) : what),
        velocity: accent,
        confidence: 1,
      })
    }
    at += length
  }
  return notes
}

export interface HumRecipe {
  id: string
  melody: HumMelody
  bpm: number
  voice: HumVoice
  syllable: HumSyllable
  options: Partial<HumOptions>
}

const quarterFlat: Partial<HumOptions> = { detuneCents: -50 }
const noisy: Partial<HumOptions> = { snrDb: 12, breath: 0.2 }
const veryNoisy: Partial<HumOptions> = { snrDb: 8, breath: 0.2 }
const mains50: Partial<HumOptions> = { mainsHz: 50, mainsDb: -14 }
const mains60: Partial<HumOptions> = { mainsHz: 60, mainsDb: -14 }
const untrained: Partial<HumOptions> = { intonationCents: 22, driftCents: 35, scoopCents: 150, glideSeconds: 0.11, vibratoCents: 8 }
const wobbly: Partial<HumOptions> = { vibratoCents: 55, vibratoHz: 5.8 }
const breathy: Partial<HumOptions> = { breath: 0.6, snrDb: 30 }
const sliding: Partial<HumOptions> = { glideSeconds: 0.14, scoopCents: 200 }
const jumping: Partial<HumOptions> = { octaveJumpShare: 0.2 }
const creaky: Partial<HumOptions> = { creak: 0.35 }
const roomy: Partial<HumOptions> = { roomSeconds: 0.5 }

type Row = [HumMelody, number, HumVoice, HumSyllable, Partial<HumOptions>]
const ROWS: Row[] = [
  ['twinkle', 100, 'male', 'hm', {}],
  ['odeToJoy', 120, 'male', 'la', {}],
  ['frereJacques', 110, 'male', 'da', mains50],
  ['greensleeves', 120, 'male', 'oo', wobbly],
  ['scaleUp', 90, 'male', 'hm', quarterFlat],
  ['leaps', 100, 'male', 'la', untrained],
  ['repeated', 120, 'male', 'da', noisy],
  ['minorScale', 130, 'male', 'oo', veryNoisy],
  ['auldLangSyne', 96, 'male', 'ah', breathy],
  ['arpeggios', 120, 'male', 'da', creaky],
  ['longNotes', 96, 'male', 'hm', { ...wobbly, ...roomy }],
  ['jig', 110, 'male', 'da', {}],
  ['minuet', 112, 'male', 'la', jumping],
  ['amazingGrace', 84, 'male', 'oo', { ...sliding, ...mains60 }],
  ['twinkle', 92, 'female', 'la', {}],
  ['odeToJoy', 110, 'female', 'hm', untrained],
  ['scarborough', 120, 'female', 'oo', {}],
  ['lullaby', 88, 'female', 'la', wobbly],
  ['sakura', 90, 'female', 'ah', breathy],
  ['minuet', 120, 'female', 'da', roomy],
  ['scaleUpDown', 100, 'female', 'la', noisy],
  ['chromatic', 120, 'female', 'da', {}],
  ['sevenths', 96, 'female', 'oo', sliding],
  ['repeated', 132, 'female', 'hm', {}],
  ['repeatedFast', 100, 'female', 'la', mains60],
  ['detached', 120, 'female', 'hm', veryNoisy],
  ['amazingGrace', 90, 'female', 'la', quarterFlat],
  ['arpeggios', 108, 'female', 'hm', { ...mains50, ...noisy }],
  ['trill', 100, 'female', 'ah', {}],
  ['greensleeves', 108, 'female', 'da', jumping],
  ['frereJacques', 116, 'child', 'la', untrained],
  ['twinkle', 104, 'child', 'da', {}],
  ['odeToJoy', 126, 'child', 'oo', noisy],
  ['auldLangSyne', 100, 'child', 'hm', quarterFlat],
  ['leaps', 110, 'child', 'da', {}],
  ['repeatedFast', 90, 'child', 'da', veryNoisy],
  ['syncopated', 100, 'child', 'la', roomy],
  ['scaleUpDown', 84, 'child', 'ah', sliding],
  ['jig', 90, 'whistle', 'oo', {}],
  ['lullaby', 92, 'whistle', 'oo', wobbly],
  ['scarborough', 112, 'whistle', 'oo', noisy],
  ['minorScale', 120, 'whistle', 'da', quarterFlat],
  ['sevenths', 100, 'whistle', 'oo', sliding],
  ['twinkle', 110, 'whistle', 'oo', { ...veryNoisy, ...mains50 }],
  ['detached', 110, 'whistle', 'da', roomy],
  ['syncopated', 108, 'whistle', 'hm', {}],
]

/** The committed test set: recipes, not audio; row n has seed 1000 + n, so it is the same hum on every machine. */
export const HUM_TEST_SET: readonly HumRecipe[] = ROWS.map(([melody, bpm, voice, syllable, options], n) => ({
  id: `${String(n + 1).padStart(2, '0')}-${voice}-${syllable}-${melody}`,
  melody,
  bpm,
  voice,
  syllable,
  options: { ...options, seed: 1000 + n },
}))

/** Sings one recipe. */
export const singRecipe = ({ melody, bpm, voice, syllable, options }: HumRecipe): SynthesizedHum =>
  synthesizeHum(parseHumMelody(HUM_MELODIES[melody], comfortableKey(voice) - 3, bpm), { ...options, voice, syllable })
