/**
 * Words that ask for something audible, in phrasings of their own: none of them is an example in the program, its tests or its
 * captions. What counts as obeyed stands beside each group.
 */
export interface Wish {
  readonly attribute: Attribute
  /** Classes of `measurePerformance` of which the sound must show one, or a span of tempo against what was given. */
  readonly accepts: readonly string[]
  readonly phrases: readonly string[]
  /** Asked of these articulations alone, where others cannot show it. */
  readonly bowed?: true
}

export const ATTRIBUTES = ['articulation', 'dynamics', 'tempo', 'register', 'vibrato', 'attack', 'brightness'] as const
export type Attribute = (typeof ATTRIBUTES)[number]

const wish = (attribute: Attribute, accepts: readonly string[], ...phrases: string[]): Wish => ({ attribute, accepts, phrases })
const bowedWish = (attribute: Attribute, accepts: readonly string[], ...phrases: string[]): Wish => ({
  attribute,
  accepts,
  phrases,
  bowed: true,
})

export const ARTICULATION_WISHES: readonly Wish[] = [
  wish(
    'articulation',
    ['legato'],
    'all in one smooth slurred line',
    'legato throughout, notes melting together',
    'everything connected, legato bows',
    'a seamless legato phrase',
  ),
  wish(
    'articulation',
    ['detache'],
    'détaché, a separate bow for each note',
    'with separate bow strokes, non legato',
    'broad détaché bowing',
    'every note on its own bow, detached but full length',
  ),
  wish(
    'articulation',
    ['staccato'],
    'each note staccato and clean',
    'staccato, with air between the notes',
    'notes clipped, staccato',
    'short staccato strokes on the string',
  ),
  wish(
    'articulation',
    ['spiccato'],
    'spiccato, light and springy',
    'with a bouncing bow',
    'the bow hopping off the string, spiccato',
    'a quick spiccato touch',
  ),
  wish(
    'articulation',
    ['pizzicato'],
    'all pizzicato please',
    'plucked with the fingertip',
    'put the bow away and pluck the strings',
    'pizz. from first note to last',
  ),
  wish(
    'articulation',
    ['tremolo'],
    'tremolo on every note',
    'in a nervous tremolo',
    'with tremolo bowing the whole time',
    'bow trembling, tremolo',
  ),
]

export const SOUND_WISHES: readonly Wish[] = [
  wish(
    'dynamics',
    ['very soft', 'soft'],
    'as a pianissimo whisper',
    'very quietly',
    'pp',
    'softly, so the neighbours keep sleeping',
    'in a hushed voice',
  ),
  wish(
    'dynamics',
    ['loud', 'very loud'],
    'fortissimo',
    'very loudly',
    'ff and full of power',
    'with a huge loud sound',
    'forte, filling the hall',
  ),
  wish(
    'dynamics',
    ['rising'],
    'starting quietly with a long crescendo',
    'with a steady crescendo to the last note',
    'beginning soft and ending loud',
    'getting louder and louder',
  ),
  wish(
    'dynamics',
    ['falling'],
    'with a long diminuendo',
    'from loud down to soft',
    'fading away towards the last note',
    'getting quieter and quieter',
  ),
  wish('tempo', ['faster'], 'allegro', 'faster than I hummed it', 'at a lively quick pace', 'briskly', 'speed it up, presto'),
  wish('tempo', ['slower'], 'adagio', 'slower than I hummed it', 'taken very slowly', 'at a leisurely slow tempo', 'lento'),
  wish('register', ['high', 'very high'], 'an octave higher', 'up in the high register', 'one octave up', 'high on the E string'),
  wish('register', ['low'], 'an octave lower', 'down in the low register', 'one octave down', 'low on the G string'),
  bowedWish('vibrato', ['none'], 'without vibrato', 'senza vibrato', 'no vibrato at all', 'with a straight tone, non vibrato'),
  bowedWish(
    'vibrato',
    ['wide'],
    'with a very wide vibrato',
    'vibrato as wide as a church door',
    'using broad, intense vibrato',
    'with big romantic vibrato',
  ),
  bowedWish(
    'vibrato',
    ['slight', 'warm'],
    'with a little vibrato',
    'with just a touch of vibrato',
    'only a narrow vibrato',
    'with discreet vibrato',
  ),
  bowedWish('attack', ['soft'], 'with soft beginnings to the notes', 'easing gently into every note', 'no accents, tender onsets'),
  bowedWish('attack', ['hard'], 'with hard accents', 'marcato', 'biting into every note', 'strongly accented'),
  wish('brightness', ['dark'], 'with a dark veiled tone', 'sul tasto', 'in a mellow dark colour'),
  wish('brightness', ['bright'], 'with a bright brilliant tone', 'sul ponticello', 'in a glassy bright colour'),
]

/** `{}` stands for the wishes, joined. */
export const FRAMES: readonly string[] = [
  '{}',
  'please play it {}',
  'solo violin, {}',
  'I would like to hear this {}',
  'could the violin do it {}?',
  '{}, as if nobody were listening',
  'give me that tune {}',
  'a version {}',
]

/** Pairs that must differ with the same melody and seed: the measured figure is larger in the second. */
export const OPPOSITES: readonly {
  readonly attribute: Attribute
  readonly measure: OppositeMeasure
  readonly prompts: readonly [string, string]
  /** Least difference that counts as audible, in the measure's unit. */
  readonly leastDifference: number
}[] = [
  { attribute: 'dynamics', measure: 'levelDb', prompts: ['pianissimo throughout', 'fortissimo throughout'], leastDifference: 6 },
  { attribute: 'articulation', measure: 'soundingShare', prompts: ['staccato, every note', 'legato, every note'], leastDifference: 0.2 },
  {
    attribute: 'articulation',
    measure: 'decayDbPerSecond',
    prompts: ['all of it pizzicato', 'all of it arco and legato'],
    leastDifference: 20,
  },
  { attribute: 'articulation', measure: 'tremorDb', prompts: ['held legato notes', 'held notes in tremolo'], leastDifference: 0.5 },
  { attribute: 'tempo', measure: 'onsetRate', prompts: ['adagio', 'allegro'], leastDifference: 0.4 },
  { attribute: 'register', measure: 'medianPitch', prompts: ['an octave lower', 'an octave higher'], leastDifference: 11 },
  { attribute: 'vibrato', measure: 'vibratoCents', prompts: ['senza vibrato', 'with very wide vibrato'], leastDifference: 8 },
  { attribute: 'attack', measure: 'startDb', prompts: ['no accents, soft attacks', 'hard accents, marcato'], leastDifference: 1 },
  { attribute: 'brightness', measure: 'brightness', prompts: ['dark, sul tasto', 'bright, sul ponticello'], leastDifference: 0.04 },
]
export type OppositeMeasure =
  'levelDb' | 'soundingShare' | 'decayDbPerSecond' | 'tremorDb' | 'onsetRate' | 'medianPitch' | 'vibratoCents' | 'startDb' | 'brightness'
