import { attack, bow, brightness, dynamics, plain, shape, term, type LaneWord } from './lane-effects.ts'

/** A thing that a clause speaks of: beside it, ordinary adjectives and verbs mean what they mean of that thing alone. */
export interface Topic {
  /** Its names, as a regular expression over case-folded text in which hyphens are spaces. */
  readonly noun: string
  /** Adjectives before it or in its predicate: "hard attacks", "the attacks are hard". */
  readonly values: readonly LaneWord[]
  /** What it does: "the volume rises". */
  readonly verbs: readonly LaneWord[]
  /** What the player does to it: "connect the notes". */
  readonly acts: readonly LaneWord[]
  /** Its "start" is that of every note, not that of the piece. */
  readonly isOfEachNote: boolean
}

/** "-e, -er, -es, -en, -em" of German adjectives. */
const inflect = (stems: string): string => `(?:${stems})(?:e[rsnm]?)?`
const EACH = '(?:each|every|all(?: the)?|the|any|each and every|jede[rsmn]?|alle[rsmn]?|die|der|den|dem)'
/** Notes as things that begin, end and touch; "tone" is German for notes only after German words. */
export const NOTE_NOUN =
  '(?:notes?|tones|sounds(?= (?:start|begin|come|enter|emerge|melt|flow|run))|strokes?|nothing|noten?|(?<=\\b(?:die|der|den|alle|allen|kurze|trockene|bebende|zitternde|gezupfte|einzelne|getrennte|gebundene) )tonen?|(?<=\\b(?:jede[rmn]?|einzelne[rn]?) )ton)'
export const EACH_NOTE = `${EACH} (?:single )?(?:notes?|tones?|tonen|strokes?|noten?|ton|tons)`
/** "into each other", "into the next note", "together". */
const ONE_ANOTHER =
  '(?:(?:in|into|onto|over into|to|with|against) (?:each other|one another|the (?:next|following|other)(?: (?:one|note|tone))?)|together|into one|ineinander(?: uber)?)'
const SMOOTHLY = '(?: (?:\\w+ly|right|straight|directly|without a break))*'

const SOFTLY = 0.12
const HARD = 0.92

/** How a note begins, as an adverb. */
export const SOFT_MANNER = `(?:very |more |as if )?(?:soft(?:ly|er)?|gent(?:ly|le)|quiet(?:ly)?|tender(?:ly)?|smooth(?:ly)?|impercepti(?:bly|ble)|slow(?:ly)?|delicate(?:ly)?|light(?:ly)?|mild(?:ly)?|inaudibly|unnoticeabl[ey]|(?:out of|from) (?:nothing|silence|nowhere)|without (?:an? |any )?(?:accents?|attack|edge|bite|click|jolt)|${inflect('sanft|weich|leise?|zart|behutsam|unmerklich|unhorbar')}|aus dem nichts|doucement)`
export const HARD_MANNER = `(?:with (?:an? |some |much |a lot of |lots of |real )?(?:\\w+ )?(?:bite|bang|punch|kick|jolt|accents?|attack|edge|click|snap|thump|burst|stab|crack|blow|shock|force|jerk|consonant)|hard|sharp(?:ly)?|abrupt(?:ly)?|sudden(?:ly)?|strong(?:ly)?|forceful(?:ly)?|aggressive(?:ly)?|fierce(?:ly)?|violent(?:ly)?|crisp(?:ly)?|firm(?:ly)?|vigorous(?:ly)?|${inflect('scharf|hart|abrupt|plotzlich|ruckartig')}|mit (?:\\w+ )?(?:akzent(?:en)?|biss|ruck|scharfe|wucht)|brusquement)`

const ATTACK: Topic = {
  noun: `attacks?|onsets?|note (?:starts|beginnings)|beginnings|entr(?:y|ies|ances?)|(?:bow changes)(?! (?:on|with|for|at) )|(?:each|every|any) (?:start|beginning)|(?:start|beginning|front|edge)s? (?:of|on|to|for|in) ${EACH_NOTE}|(?<=\\bnotes? (?:has|have|with|gets?) (?:an? )?(?:\\w+ )?(?:\\w+ )?)(?:beginning|start)|ansatz|ansatze[ns]?|einsatze?|anstriche?|tonanfange?|tonbeginn|attaques?|starts(?=\\s*(?:[,.;!?]|$))`,
  values: [
    term(
      `soft(?:er|ly| edged)?|(?:hardly|barely|scarcely|not) noticeable|gentl(?:e|er|y)|smooth(?:er)?|tender|slow|feather(?:ed|y)|imperceptible|inaudible|unnoticeable|light|delicate|round(?:ed)?|mild|easy|quiet|subtle|blurred|hidden|cushioned|caressed|douces?|${inflect('weich|sanft|zart|leise?|behutsam')}`,
      attack(SOFTLY),
    ),
    term(
      `hit(?: hard)?|struck(?: hard)?|hammered|marked|accented|stressed|punch(?:ed|y)|hard(?:er)?|sharp(?:er)?|strong|heavy|biting|clear|crisp|fast|firm|vicious|incisive|fierce|brutal|aggressive|abrupt|violent|percussive|explosive|sudden|pronounced|pointed|spiky|snappy|rough|${inflect('hart|scharf|kraftig|stark|deutlich|abrupt')}`,
      attack(HARD),
    ),
  ],
  verbs: [term('bites?|punch(?:es)?|snaps?|cracks?|strikes? hard|hits? hard', attack(HARD))],
  acts: [
    term(
      'soften(?:ing)?|smooth(?:ing)?(?: out)?|round(?:ing)?(?: off)?|eas(?:e|ing)|blur|hid(?:e|ing)|conceal|mask|cushion|feather',
      attack(SOFTLY),
    ),
    term(
      'sharpen(?:ing)?|harden(?:ing)?|emphasi[sz](?:e|ing)|stress(?:ing)?|mark(?:ing)?|hit(?:ting)?|punch(?:ing)?|strik(?:e|ing)',
      attack(HARD),
    ),
  ],
  isOfEachNote: true,
}

const RISES =
  '(?:ris(?:es?|ing)|increas(?:es?|ing)|grow(?:s|ing)?|swell(?:s|ing)?|go(?:es|ing)? up|climb(?:s|ing)?|build(?:s|ing)?(?: up)?|mount(?:s|ing)?|nimmt (?:\\w+ )?zu|steigt(?: an)?|wachst|schwillt an)'
const SINKS =
  '(?:sink(?:s|ing)?|fall(?:s|ing)?|drop(?:s|ping)?|decreas(?:es?|ing)|go(?:es|ing)? down|diminish(?:es|ing)?|shrink(?:s|ing)?|declin(?:es?|ing)|lessen(?:s|ing)?|reced(?:es?|ing)|weaken(?:s|ing)?|nimmt (?:\\w+ )?ab|sinkt|schwindet)'
const THEN = '(?: \\w+ly)?,? (?:(?:and|but|und)(?: then| dann)?|then|dann) '
const RETURNS = '(?:returns?|returning|com(?:es|ing) back|recovers?|recovering)'
/** How loudness itself moves. */
const MOVES: readonly LaneWord[] = [
  plain(`${RISES}${THEN}(?:${SINKS}|fades?|subsides?|returns?|dies?)(?: \\w+ly)?(?: (?:again|back|away|down|off))?`, shape('swell')),
  plain(`(?:${SINKS}|dips?|dipping)${THEN}(?:${RISES}|${RETURNS}|swells?)(?: \\w+ly)?(?: (?:again|back|up))?`, shape('dip')),
  plain(RISES, shape('rise')),
  plain(SINKS, shape('fall')),
]

const VOLUME: Topic = {
  noun: '(?:(?:overall|sound|dynamic) )?(?:volume|loudness|dynamics?|sound level|dynamic level|level|lautstarke|dynamik)',
  values: [
    plain(`almost nothing|minimal|minimum|tiny|lowest|${inflect('minimal|geringst|kleinst')}`, dynamics(0.06)),
    plain(
      `low(?:er)?|small|soft|quiet|little|down|modest|restrained|reduced|gentle|half|${inflect('wenig|gering|niedrig|leise?|klein|halb|gedampft')}`,
      dynamics(0.25),
    ),
    plain(
      `moderate(?:ly loud)?|medium|average|normal|ordinary|comfortable|middling|usual|standard|${inflect('mittler|normal|gewohnlich')}`,
      dynamics(0.55),
    ),
    plain(`high(?:er)?|loud(?:er)?|big|strong|great|full|up|large|${inflect('hoh|hoch|gross?|laut|voll|stark')}`, dynamics(0.86)),
    plain(
      `enormous|huge|immense|massive|maxim(?:um|al)|top|tremendous|extreme|highest|overwhelming|${inflect('enorm|gewaltig|riesig|maximal|hochst')}`,
      dynamics(0.96),
    ),
  ],
  verbs: [...MOVES, plain('fades?|fading', shape('fall'))],
  acts: [
    plain('rais(?:e|ing)|increas(?:e|ing)|turn(?:ing)? up|boost(?:ing)?|pump(?:ing)? up|more', dynamics(0.86)),
    plain('lower(?:ing)?|reduc(?:e|ing)|turn(?:ing)? down|decreas(?:e|ing)|less', dynamics(0.25)),
  ],
  isOfEachNote: false,
}

const TONE: Topic = {
  noun: '(?:(?:tone )?colou?r|voice|(?:violin |overall )?(?:tone|sound)|timbre|sonority|klang(?:farbe)?|farbe|ton|sonorite|couleur)',
  values: [
    plain(
      `dark(?:er|ened)?|warm(?:er)?|mellow(?:er)?|round(?:er|ed)?|covered|dull|veiled|muffled|muted|muddy|matt?e?|sombre|somber|velvet(?:y)?|woody|dusky|${inflect('dunkl|dunkel|dumpf|warm|gedeckt|matt|rund|verhangen|samtig')}`,
      brightness(0.2),
    ),
    plain(
      `bright(?:er|ened)?|brilliant|shiny|shining|sharp(?:er)?|clear(?:er)?|piercing|cutting|edgy|edged|metallic|glassy|gleaming|glittering|penetrating|silvery|ringing|pointed|keen|steely|${inflect('hell|heller|strahlend|glanzend|scharf|klar|schneidend|metallisch|brillant|silbrig|durchdringend')}`,
      brightness(0.86),
    ),
    plain(`small|little|tiny|slender|modest|${inflect('klein|schmal')}`, dynamics(0.25)),
    plain(
      `big(?:ger)?|large|huge|enormous|immense|full(?:er)?|strong(?:er)?|powerful|massive|great|loud|mighty|${inflect('gross?|voll|kraftig|machtig|stark|laut')}`,
      dynamics(0.88),
      attack(0.6),
    ),
  ],
  verbs: [...MOVES, plain('(?:cuts?|slices?|pierces?) through|pierces?|shines?|gleams?|glitters?|sparkles?|rings?', brightness(0.86))],
  acts: [
    plain('darken(?:ing)?|mut(?:e|ing)|muffle|cover(?:ing)?|dull(?:ing)?|veil(?:ing)?', brightness(0.2)),
    plain('brighten(?:ing)?|sharpen(?:ing)?', brightness(0.86)),
  ],
  isOfEachNote: false,
}

const NOTE: Topic = {
  noun: NOTE_NOUN,
  values: [
    plain(
      `(?:cut|clipped|stopped|chopped|broken) (?:off|short)(?: (?:\\w+ly|at once))?|stopped(?: (?:\\w+ly|at once))?|short(?:er|ened)?(?: and dry)?|as (?:short|brief)(?:ly)? as possible|brief|clipped|cut|choppy|chopped|dry|stubby|${inflect('kurz|knapp|trocken|abgehackt|abgestoss?en|gestoss?en')}|(?:sofort |gleich )?abgebrochen|kurz gehalten`,
      bow('staccato'),
      attack(0.65),
    ),
    plain(
      `(?:played |bowed )?(?:separate(?:d|ly)?|detached|individual(?:ly)?|one by one)|unslurred|unconnected|unjoined|apart|distinct|(?:played|bowed|taken) (?:on (?:its|their) own|with (?:its|their) own bows?)|einzeln(?: gestrichen)?|${inflect('getrennt|abgesetzt|ungebunden')}`,
      bow('detache'),
    ),
    plain(`slurred|connected|joined|tied|bound|linked|continuous|unbroken|overlapping|${inflect('gebunden|verbunden')}`, bow('legato')),
    plain(
      'bounc(?:ed|ing|y)|springing|hopping|skipping|jumping|leaping|thrown|lifted|hupfende|springende|geworfene[rn]?',
      bow('spiccato'),
      attack(0.68),
    ),
    plain('plucked|picked|gezupfte?n?', bow('pizzicato')),
    plain('trembling|shaking|quivering|shivering|shuddering|fluttering|repeated very fast|bebende|zitternde', bow('tremolo')),
    plain(
      `(?:hit|struck|hammered|attacked|stressed|accented|punched|stabbed|marked)(?: (?:hard|sharply|strongly|forcefully))?|(?:hart|scharf) (?:angesetzt|angestrichen|angespielt)|(?:stark |kraftig )?(?:betont|akzentuiert)`,
      attack(HARD),
    ),
    plain('caressed', attack(SOFTLY)),
  ],
  verbs: [
    plain(
      `(?:melt|flow|run|hang|stick|blend|glid|slid|lead|pass|merg|fus|fad|dissolv|bleed|slip|drift|mov|sing|grow|join|link|connect|fliess?|geh|ubergeh)(?:e?s|e|ing|en|t)?${SMOOTHLY} ${ONE_ANOTHER}(?: uber)?|ineinander (?:uber)?(?:fliess?en|gehen)|overlap(?:s|ping)?|touch(?:es)? the next(?: note)?`,
      bow('legato'),
    ),
    plain(
      '(?:stop|end|break off|finish)(?:s|ing)?(?: off)? (?:abruptly|suddenly|dead|short|at once|immediately|quickly|early|sharply)|(?:is|are|gets?) cut(?: off)?|breaks? off',
      bow('staccato'),
      attack(0.65),
    ),
    plain('(?:bounce|hop|skip|leap|jump|spring)s?(?: lightly| off the strings?)?', bow('spiccato'), attack(0.68)),
    plain('(?:tremble|shake|shiver|quiver|shudder|flutter)s?', bow('tremolo')),
    plain(
      '(?:creep|sneak|steal|slip|fade|swell|ease|melt|breathe|drift)s? in(?!to)|blooms?|(?:grow|emerge|rise)s? (?:out of|from) (?:nothing|silence|nowhere)|schleich(?:t|en) sich ein',
      attack(SOFTLY),
    ),
    plain('(?:bursts?|jumps?|leaps?) out|explodes?|snaps?|bites?|punch(?:es)?|(?:strike|hit)s? hard', attack(HARD)),
  ],
  acts: [
    plain(
      'connect(?:ing)?|join(?:ing)?|link(?:ing)?|t(?:ie|ying)|bind(?:ing)?|slur(?:ring)?|glu(?:e|ing)|blend(?:ing)?|merg(?:e|ing)|overlap(?:ping)?|binde[tn]?',
      bow('legato'),
    ),
    plain('separat(?:e|ing)|detach(?:ing)?|space|trenne[nt]?', bow('detache')),
    plain(
      'shorten(?:ing)?|cut(?:ting)?(?: off| short)?|clip(?:ping)?|chop(?:ping)?(?: off| up)?|stop(?:ping)?|snap(?:ping)? off|truncat(?:e|ing)|abbrev\\w+|verkurze[nt]?',
      bow('staccato'),
      attack(0.65),
    ),
    plain('bounc(?:e|ing)|hop(?:ping)?', bow('spiccato'), attack(0.68)),
    plain('pluck(?:ing)?|pick(?:ing)?|twang(?:ing)?|zupfe[nt]?', bow('pizzicato')),
    plain('trembl(?:e|ing)|repeat(?:ing)? (?=(?:each|every|the) notes? (?:very )?(?:fast|rapidly|quickly))', bow('tremolo')),
    plain(
      'hit(?:ting|s)?|strik(?:e|es|ing)|hammer(?:ing|s)?|punch(?:ing)?|stab(?:bing)?|attack(?:ing)?|accent(?:ing|uate|uating)?|stress(?:ing)?|emphasi[sz](?:e|ing)|slam(?:ming)?|bit(?:e|ing) into|betone[nt]?',
      attack(HARD),
    ),
    plain('(?:eas|sneak|slip|creep|breath|steal)(?:e|es|s|ing)? into|caress(?:ing)?', attack(SOFTLY)),
  ],
  isOfEachNote: true,
}

const BOW: Topic = {
  noun: '(?:bow(?:ing|s)?(?: (?:strokes?|changes?))?|strokes?|strings?|bogen(?:strich)?|striche?[ns]?|archet)',
  values: [
    plain(
      'bounc(?:ing|y|ed)|springing|hopping|jumping|leaping|skipping|thrown|dancing|rebounding|ricocheting|lifted|springende[rnms]?|hupfende[rnms]?|geworfene[rnms]?',
      bow('spiccato'),
      attack(0.68),
    ),
    plain(
      'trembling|shaking|quivering|shivering|shuddering|fluttering|shimmering|(?:rapid|fast|quick) (?:back and forth|repeated)|zitternde[rnms]?|bebende[rnms]?',
      bow('tremolo'),
    ),
    plain('plucked|picked|strummed|gezupfte?[nr]?', bow('pizzicato')),
    plain(
      'separate(?:d)?|individual|alternating|alternate|detached|broad(?: separate)?|back and forth|getrennte[rnms]?|einzelne[rnms]?',
      bow('detache'),
    ),
  ],
  verbs: [
    plain(
      '(?:bounce|hop|leap|skip|jump|dance|spring|rebound|ricochet|fl(?:y|ie))(?:s|ing)?(?: (?:lightly|off|on|over|across|from)(?: the strings?)?)?|leav(?:es?|ing) the strings?|(?:come|lift|jump|fly|flie)s? (?:off|away from|up from) the strings?|hupf(?:t|en)|spring(?:t|en)|tanz(?:t|en)',
      bow('spiccato'),
      attack(0.68),
    ),
    plain(
      '(?:tremble|shake|shiver|quiver|flutter|shudder)s?|(?:moves?|goes|go) back and forth (?:\\w+ )?(?:quickly|rapidly|fast)|zitter[tn]|beb(?:t|en)',
      bow('tremolo'),
    ),
    plain('changes? (?:direction )?(?:on|with|for|at|per) (?:each|every) (?:single )?note|alternates?', bow('detache')),
  ],
  acts: [
    plain(
      'bounc(?:e|ing)|throw(?:ing)?|hop(?:ping)?|ricochet(?:ing)?|lift(?:ing)?(?= the bow (?:after|between|off|on|from))',
      bow('spiccato'),
      attack(0.68),
    ),
    plain('trembl(?:e|ing)|shak(?:e|ing)|quiver(?:ing)?|flutter(?:ing)?', bow('tremolo')),
    plain(
      '(?:chang(?:e|ing)|alternat(?:e|ing)|switch(?:ing)?|turn(?:ing)?)(?= (?:the )?bows?(?: direction)? (?:on|with|for|at|per|every|each))',
      bow('detache'),
    ),
    plain('pluck(?:ing)?|pick(?:ing)?|strum(?:ming)?|zupfe[nt]?|put(?:ting)? (?:down|away)', bow('pizzicato')),
    plain('bit(?:e|ing) into|dig(?:ging)? into', attack(HARD)),
  ],
  isOfEachNote: true,
}

/** Where the line of pitches goes is written in the melody: no lane moves. */
const MELODY: Topic = {
  noun: '(?:melod(?:y|ic line)|tune|line|pitch(?:es)?|contour)',
  values: [],
  verbs: [
    plain(
      `(?:${RISES}|${SINKS}|dips?|dipping|peaks?|peaking|arch(?:es|ing)?)(?:${THEN}(?:${RISES}|${SINKS}|${RETURNS}|com(?:es|ing) down))?(?: (?:again|in the middle))?`,
    ),
  ],
  acts: [],
  isOfEachNote: false,
}

export const TOPICS: readonly Topic[] = [ATTACK, VOLUME, TONE, NOTE, BOW, MELODY]
