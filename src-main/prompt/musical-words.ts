import type { MusicalWishes } from '#contract/musical-wishes.ts'

/** Words and what they ask of a melody; text is case-folded, later rows give way to earlier ones. */
export type WishWord = readonly [words: string, wish: MusicalWishes]

export const GENRE_WORDS: readonly WishWord[] = [
  ['slip[ -]?jigs?', { genre: 'jig', metre: '9/8' }],
  ['jigs?|gigue|tarantella', { genre: 'jig', metre: '6/8' }],
  ['reels?|polka|breakdown|hoedown', { genre: 'reel', metre: '4/4' }],
  ['hornpipes?|clog', { genre: 'hornpipe', metre: '4/4' }],
  ['strathspeys?|highland fling|fling', { genre: 'strathspey', metre: '4/4' }],
  ['waltz(?:es)?|walzer|valse|minuet|menuett?|landler|mazurka', { genre: 'waltz', metre: '3/4' }],
  ['lullaby|cradle song|wiegenlied|berceuse|barcarolle|siciliano', { genre: 'air', metre: '6/8', pace: 'slow' }],
  ['lament|elegy|requiem|dirge|threnody', { genre: 'air', pace: 'slow', mode: 'minor' }],
  ['airs?|aria|ballade?|nocturne|hymn|chorale|serenade|romance|adagio', { genre: 'air' }],
  ['etudes?|stud(?:y|ies)|exercise|ubung', { genre: 'etude', metre: '4/4' }],
  ['march|marsch|marche|gavotte|bourree|song|lied|chanson', { genre: 'song' }],
]

/** What people hear in mode and speed, the other way round. */
export const MOOD_WORDS: readonly WishWord[] = [
  [
    'sad(?:ly|der|ness)?|mournful(?:ly)?|sorrow(?:ful(?:ly)?)?|melanchol(?:y|ic)|plaintive|grie(?:f|ving|ved)|tragic|gloomy|lonely|lonesome|wistful|weeping|heartbroken|despairing|funereal|traurig(?:e[rs]?)?|wehmutig(?:e[rs]?)?|triste|melancolique',
    { mode: 'minor', pace: 'slow' },
  ],
  ['solemn|mysterious|brooding|sombre|somber|haunting|dark|duster', { mode: 'minor', pace: 'slow' }],
  ['agitated|angry|furious|restless|stormy|fierce|frantic|dramatic|menacing|wutend', { mode: 'minor', pace: 'fast' }],
  [
    'joy(?:ful(?:ly)?|ous)?|happy|happily|cheerful(?:ly)?|merry|merrily|jolly|exuberant|jubilant|celebratory|playful(?:ly)?|bouncy|festive|frohlich(?:e[rs]?)?|lustig(?:e[rs]?)?|heiter(?:e[rs]?)?|joyeu(?:x|se)|gai(?:e|ement)?',
    { mode: 'major', pace: 'fast' },
  ],
  ['bright|sunny|carefree|optimistic|triumphant|heroic', { mode: 'major' }],
  [
    'tender(?:ly)?|gentle|gently|peaceful(?:ly)?|calm(?:ly)?|serene|dreamy|soothing|quiet|sanft(?:e[rs]?)?|ruhig(?:e[rs]?)?|doux|douce|tranquille?',
    { pace: 'slow' },
  ],
  ['noble|majestic|stately|dignified', { mode: 'major', pace: 'slow' }],
  ['energetic|excited|driving|dancing|dance', { pace: 'fast' }],
]

export const METRE_WORDS: readonly WishWord[] = [
  ['3/4|3/8|three[- ]four|waltz time|triple (?:time|metre|meter)|dreivierteltakt', { metre: '3/4' }],
  ['6/8|six[- ]eight|compound (?:time|metre|meter)|sechsachteltakt', { metre: '6/8' }],
  ['9/8|nine[- ]eight', { metre: '9/8' }],
  ['4/4|2/4|2/2|four[- ]four|two[- ]four|common time|cut time|duple (?:time|metre|meter)|viervierteltakt', { metre: '4/4' }],
]

export const SHAPE_WORDS: readonly WishWord[] = [
  ['ris(?:es|ing) and (?:then )?fall(?:s|ing)|up and (?:then )?(?:back )?down|arch(?:ed|ing)?|arc', { contour: 'arch' }],
  ['fall(?:s|ing) and (?:then )?ris(?:es|ing)|down and (?:then )?(?:back )?up|valley', { contour: 'valley' }],
  ['ris(?:es|ing|e)|ascend(?:s|ing)?|climb(?:s|ing)?|upwards?|soaring|aufsteigend(?:e[rs]?)?|ascendante?', { contour: 'rising' }],
  ['fall(?:s|ing)|descend(?:s|ing)?|downwards?|sinking|absteigend(?:e[rs]?)?|descendante?', { contour: 'falling' }],
  ['monotone|narrow range|drone-like|in one place', { contour: 'level' }],
]

export const REGISTER_WORDS: readonly WishWord[] = [
  [
    '(?:very )?high(?:er|est)?(?: (?:register|notes?|pitche?[ds]?|melody|tune|up))?|upper register|top register|on the e[- ]string|soprano|hoch|hohe[nrs]?|aigue?',
    { register: 'high' },
  ],
  [
    '(?:very )?low(?:er|est)?(?: (?:register|notes?|pitche?[ds]?|melody|tune))?|deep|bottom register|on the g[- ]string|tief(?:e[nrs]?)?|grave',
    { register: 'low' },
  ],
  ['mid(?:dle)?(?: register)|middle of the range', { register: 'middle' }],
]

export const MODE_WORDS: readonly WishWord[] = [
  ['minor|moll|mineur|aeolian|phrygian', { mode: 'minor' }],
  ['major|dur|majeur|ionian|lydian', { mode: 'major' }],
  ['dorian|dorisch', { mode: 'dorian' }],
  ['mixolydian|mixolydisch', { mode: 'mixolydian' }],
]
