import { GENRE_TAGS, HELD_GENRE_TAGS } from './genre-words.ts'
import type { MusicFact } from './music-facts.ts'

/** A share of the ways to say something stays out of training, to test whether meaning or wording was learned. */
export type Phrasing = 'train' | 'heldout'

/** Ways to say one value: parts for lists ("growing louder") and whole predicates ("it grows louder"). */
interface Ways {
  readonly tags: readonly string[]
  readonly says: readonly string[]
  readonly heldTags: readonly string[]
  readonly heldSays: readonly string[]
}

/** Written as four lists, parts separated by "|"; what begins with "~" is said of bowed strings alone. */
const ways = (tags: string, says: string, heldTags: string, heldSays: string): Ways => {
  const split = (text: string): string[] => text.split('|').filter((part) => part !== '')
  return { tags: split(tags), says: split(says), heldTags: split(heldTags), heldSays: split(heldSays) }
}

const PHRASES: Partial<Record<MusicFact, Readonly<Record<string, Ways>>>> = {
  articulation: {
    legato: ways(
      'legato|smooth and connected|slurred|singing legato|flowing',
      'the notes are slurred|it is played legato|one note flows into the next',
      'seamless, joined notes|smoothly bound together',
      'the notes melt into each other|the line is smooth and unbroken',
    ),
    detache: ways(
      'détaché|separate notes|broad separate strokes|~separate bows|~one bow per note',
      'each note is played separately|the notes are détaché|~every note has its own bow',
      'full-length but unslurred notes|~a new bow stroke on each note',
      'the notes are separated but not short|~the bow changes on every note',
    ),
    staccato: ways(
      'staccato|short and stopped|crisp staccato|clipped notes|short notes',
      'the notes are short|it is played staccato|the notes are clipped',
      'detached, cut-off notes|dry little notes',
      'every note is cut short|the notes are choppy and brief',
    ),
    spiccato: ways(
      'spiccato|bouncing bow|light spiccato|off-the-string bowing',
      'the bow bounces|it is played spiccato|the bow leaves the string',
      'bounced strokes|springing bow',
      'the bow springs off the string|the strokes hop lightly',
    ),
    pizzicato: ways(
      'pizzicato|plucked|plucked strings|played with the fingers',
      'the strings are plucked|it is played pizzicato',
      'finger-plucked|pizz.',
      'the player plucks the strings|no bow is used, only the finger',
    ),
    tremolo: ways(
      'tremolo|trembling tremolo|rapid tremolo bowing|shimmering tremolo',
      'the bow trembles|it is played tremolo',
      'quivering bow|fast shaking on one note',
      'the bow shakes rapidly on each note|every note shivers',
    ),
  },
  dynamics: {
    'very soft': ways(
      'very soft|pianissimo|whispered|pp',
      'it is very quiet|it is played pianissimo|it is hardly audible',
      'barely audible|extremely quiet',
      'one can hardly hear it|it is as quiet as a whisper',
    ),
    soft: ways(
      'soft|piano|quiet|gentle',
      'it is soft|it is played quietly',
      'at low volume|hushed',
      'the volume is low|it is played gently and not loud',
    ),
    'medium loud': ways(
      'mezzo-forte|at medium volume|moderately loud|mf',
      'it is moderately loud|the volume is medium',
      'neither loud nor soft|of average loudness',
      'the loudness is ordinary|it is played at a normal volume',
    ),
    loud: ways(
      'loud|forte|strong',
      'it is loud|it is played forte',
      'with a big sound|full volume',
      'it sounds strong and loud|the volume is high',
    ),
    'very loud': ways(
      'very loud|fortissimo|powerful|ff',
      'it is very loud|it is played fortissimo',
      'as loud as possible|thunderous',
      'it is played with all force|the volume is enormous',
    ),
  },
  change: {
    crescendo: ways(
      'growing louder|crescendo|building up|with a crescendo',
      'it grows louder|it makes a crescendo|it builds up',
      'getting stronger towards the end|from quiet to loud',
      'the volume rises|it starts softer and ends louder',
    ),
    diminuendo: ways(
      'fading|diminuendo|dying away|with a diminuendo',
      'it fades|it dies away|it makes a diminuendo',
      'getting softer towards the end|from loud to quiet',
      'the volume sinks|it starts louder and ends softer',
    ),
    swell: ways(
      'swelling and falling back|with a swell in the middle',
      'it swells and falls back|it is loudest in the middle',
      'first louder, then softer again|hairpin up and down',
      'the volume rises and then falls|the middle stands out in loudness',
    ),
    'fade and return': ways(
      'dropping in the middle and coming back|softer in the middle',
      'it drops in the middle and comes back|it is softest in the middle',
      'first softer, then louder again|a dip in loudness',
      'the volume falls and then returns|the middle is the quietest part',
    ),
  },
  pace: {
    'very slow': ways(
      'very slow|long held notes|adagio|largo',
      'it is very slow|the notes are held for a long time',
      'extremely slow|hardly moving',
      "it moves at a snail's pace|each note lasts very long",
    ),
    slow: ways(
      'slow|unhurried|andante',
      'it is slow|it takes its time',
      'calm in tempo|leisurely',
      'the tempo is slow|it goes along without hurry',
    ),
    moderate: ways(
      'at a moderate tempo|moderato|walking pace|medium tempo',
      'it goes at a moderate tempo|it moves at walking pace',
      'neither fast nor slow|middling speed',
      'the tempo is medium|the speed is average',
    ),
    fast: ways('fast|lively|allegro|quick', 'it is fast|it is lively', 'brisk|at high speed', 'the tempo is quick|it hurries along'),
    'very fast': ways(
      'very fast|racing|presto',
      'it is very fast|it races',
      'breakneck speed|extremely quick notes',
      'the notes fly by|it rushes at top speed',
    ),
  },
  register: {
    low: ways(
      'low register|low notes|deep|~on the low strings',
      'it lies low|it stays in the low register',
      'at the bottom of the range|deep pitches',
      'the pitches are low|it is played deep down',
    ),
    middle: ways(
      'middle register|in the middle of the range',
      'it lies in the middle register',
      'medium pitch|mid-range',
      'the pitches are neither high nor low|it stays in the centre of the range',
    ),
    high: ways(
      'high register|up high|high notes',
      'it lies high|it stays in the high register',
      'in the upper range|high-pitched',
      'the pitches are high|it is played up in the upper octave',
    ),
    'very high': ways(
      'very high register|very high notes|~at the top of the fingerboard',
      'it lies very high|it climbs to the very top',
      'extremely high-pitched|at the top of the range',
      'the pitches are extremely high|it sings in the highest octave',
    ),
  },
  mode: {
    major: ways(
      'major|in a major key|in major',
      'it is in major|the key is major',
      'major mode|major tonality',
      'the scale is a major one|it sounds major',
    ),
    minor: ways(
      'minor|in a minor key|in minor',
      'it is in minor|the key is minor',
      'minor mode|minor tonality',
      'the scale is a minor one|it sounds minor',
    ),
  },
  contour: {
    rising: ways(
      'rising line|ascending|going up',
      'the melody rises|it climbs',
      'upward motion|from low to high',
      'the line moves upwards|the pitch goes up and up',
    ),
    falling: ways(
      'falling line|descending|going down',
      'the melody falls|it descends',
      'downward motion|from high to low',
      'the line moves downwards|the pitch goes down and down',
    ),
    arch: ways(
      'up and down again|arching melody',
      'the melody rises and falls|it goes up and comes down',
      'hill-shaped melody|peaking in the middle',
      'the line has its peak in the middle|it climbs first and then descends',
    ),
    valley: ways(
      'down and up again|melody dipping in the middle',
      'the melody falls and rises|it goes down and comes up',
      'valley-shaped melody|lowest in the middle',
      'the line has its lowest point in the middle|it descends first and then climbs',
    ),
    level: ways(
      'staying on one note|repeated pitch',
      'the melody stays where it is|it hardly moves in pitch',
      'monotone|one single pitch',
      'the pitch does not change|it remains on the same note',
    ),
  },
  mood: {
    sad: ways(
      'sad|melancholy|mournful|wistful',
      'it sounds sad|the mood is melancholy',
      'sorrowful|like a lament',
      'it makes one feel like crying|the feeling is gloomy',
    ),
    solemn: ways(
      'solemn|tragic|grave',
      'it sounds solemn|the mood is grave',
      'dark and serious|like a funeral',
      'the feeling is heavy and serious|it has a tragic weight',
    ),
    agitated: ways(
      'agitated|restless|stormy|dramatic',
      'it sounds agitated|the mood is restless',
      'nervous and wild|turbulent',
      'the feeling is tense and hurried|it is full of unrest',
    ),
    peaceful: ways(
      'peaceful|tender|serene|dreamy',
      'it sounds peaceful|the mood is tender',
      'relaxing and calm|like a lullaby',
      'the feeling is quiet and warm|it makes one feel at rest',
    ),
    noble: ways(
      'noble|majestic|broad and proud',
      'it sounds noble|the mood is majestic',
      'stately|like a hymn',
      'the feeling is grand|it has dignity',
    ),
    joyful: ways(
      'joyful|triumphant|cheerful|bright and happy',
      'it sounds joyful|the mood is cheerful',
      'merry and strong|exuberant',
      'the feeling is happy|it makes one want to dance',
    ),
    playful: ways(
      'playful|light|graceful',
      'it sounds playful|the mood is light',
      'dainty and carefree|easy-going and merry',
      'the feeling is innocent and light|it is like a little joke',
    ),
  },
  vibrato: {
    none: ways(
      'without vibrato|senza vibrato|straight tone',
      'there is no vibrato|the tone is straight',
      'non vibrato|no wobble in the tone',
      'the pitch does not waver|the tone is perfectly steady',
    ),
    slight: ways(
      'slight vibrato|a little vibrato',
      'there is a little vibrato',
      'barely any vibrato|subtle vibrato',
      'the vibrato is small|the pitch wavers just a bit',
    ),
    warm: ways(
      'warm vibrato|with vibrato',
      'there is a warm vibrato|the vibrato is warm',
      'a normal, warm vibrato|medium vibrato',
      'the tone vibrates warmly|the pitch wavers pleasantly',
    ),
    wide: ways(
      'wide vibrato|intense vibrato',
      'the vibrato is wide|the vibrato is intense',
      'heavy, broad vibrato|strong wobbling vibrato',
      'the pitch wavers a lot|it is full of broad vibrato',
    ),
  },
  attack: {
    soft: ways(
      'soft attacks|tender beginnings',
      'the notes begin softly|the attacks are soft',
      'gentle onsets|notes that creep in',
      'the notes start gently|nothing begins abruptly',
    ),
    hard: ways(
      'accented|hard attacks|biting',
      'the notes are accented|the attacks are hard',
      'punched onsets|marcato',
      'the notes start with a bite|each beginning is hit hard',
    ),
  },
  tone: {
    dark: ways(
      'dark tone|mellow|veiled',
      'the tone is dark|it sounds mellow',
      'muffled colour|round and covered sound',
      'the sound is warm and covered|the colour is dull',
    ),
    bright: ways(
      'bright tone|brilliant|~edgy, near the bridge',
      'the tone is bright|it sounds brilliant',
      'sharp, shining colour|piercing sound',
      'the sound is shiny|the colour is sharp and clear',
    ),
  },
  room: {
    dry: ways(
      'dry|close and dry|without reverb',
      'the sound is dry|there is no room around it',
      'no echo|dead acoustics',
      'it is recorded without any echo|one hears no hall',
    ),
    'small room': ways(
      'in a small room|with some reverb|roomy',
      'there is a room around it|it is played in a small room',
      'a bit of echo|live acoustics',
      'one hears the walls of a room|the sound has some reverberation',
    ),
  },
}

const KEY_WAYS = ways(
  'in KEY|KEY|key of KEY',
  'it is in KEY|the key is KEY',
  'tonality KEY|written in KEY',
  'its home key is KEY|it is set in KEY',
)
const BOWED = ['violin', 'viola', 'cello']

/** Names of an instrument in a sentence. */
export const instrumentNames = (instrument: string, phrasing: Phrasing): readonly string[] => {
  if (instrument === 'violin') return phrasing === 'train' ? ['violin', 'violin', 'fiddle'] : ['violin']
  if (instrument === 'cello') return phrasing === 'train' ? ['cello', 'violoncello'] : ['cello']
  if (instrument === 'saxophone') return phrasing === 'train' ? ['saxophone', 'sax'] : ['saxophone']
  return [instrument]
}

/**
 * Ways to say one fact.
 *
 * @param fact    what is said
 * @param value   its value
 * @param options form: 'tag' for a part of a list, 'says' for a predicate that can stand as a sentence
 * @returns       empty where the fact is said by other means (instrument) or its value has no words
 */
export const waysToSay = (
  fact: MusicFact,
  value: string,
  options: { form: 'tag' | 'says'; phrasing: Phrasing; instrument: string },
): readonly string[] => {
  const { form, phrasing, instrument } = options
  const isHeld = phrasing === 'heldout'
  if (fact === 'genre') {
    const tags = ((isHeld ? HELD_GENRE_TAGS : GENRE_TAGS)[value] ?? []).filter(
      (tag) => instrument === 'violin' || !tag.startsWith('fiddle'),
    )
    const isPlural = value.endsWith('notes')
    return form === 'tag'
      ? tags
      : isPlural
        ? []
        : tags.map((tag) => (isHeld ? `one would call it a ${tag}` : `it is ${/^[aeioué]/i.test(tag) ? 'an' : 'a'} ${tag}`))
  }
  const own = fact === 'key' ? KEY_WAYS : PHRASES[fact]?.[value]
  if (own === undefined) return []
  const list = form === 'tag' ? (isHeld ? own.heldTags : own.tags) : isHeld ? own.heldSays : own.says
  const isBowed = BOWED.includes(instrument)
  return list.filter((way) => isBowed || !way.startsWith('~')).map((way) => way.replace(/^~/, '').replace('KEY', value))
}

/** Values that a fact can take, as far as there are words for them. */
export const valuesOf = (fact: MusicFact): readonly string[] =>
  fact === 'genre' ? Object.keys(GENRE_TAGS) : Object.keys(PHRASES[fact] ?? {})
