import type { CurveLane } from '#contract/expression.ts'
import type { Articulation } from '#contract/melody.ts'

export type DynamicShape = 'rise' | 'fall' | 'swell' | 'dip' | 'fadeIn' | 'fadeOut'

/** What a word does to one lane. */
export type Effect =
  | { readonly lane: CurveLane; readonly to: number }
  | { readonly lane: 'dynamics'; readonly shape: DynamicShape }
  | { readonly lane: 'articulation'; readonly to: Articulation }
  | { readonly lane: 'tempo'; readonly to: number }
  | { readonly lane: 'octave'; readonly to: number }

/** Moods give way to plain adjectives, and those to the terms that players use: the more specific word wins. */
export const RANK = { mood: 0, plain: 1, term: 2 } as const

export interface LaneWord {
  /** Alternatives as a regular expression over case-folded text in which hyphens are spaces. */
  readonly words: string
  readonly effects: readonly Effect[]
  readonly rank: number
}

const dynamics = (to: number): Effect => ({ lane: 'dynamics', to })
const attack = (to: number): Effect => ({ lane: 'attack', to })
const brightness = (to: number): Effect => ({ lane: 'brightness', to })
const depth = (to: number): Effect => ({ lane: 'vibratoDepth', to })
const rate = (to: number): Effect => ({ lane: 'vibratoRate', to })
const bow = (to: Articulation): Effect => ({ lane: 'articulation', to })
const shape = (name: DynamicShape): Effect => ({ lane: 'dynamics', shape: name })
const octave = (to: number): Effect => ({ lane: 'octave', to })
const tempo = (to: number): Effect => ({ lane: 'tempo', to })

const plain = (words: string, ...effects: Effect[]): LaneWord => ({ words, effects, rank: RANK.plain })
const term = (words: string, ...effects: Effect[]): LaneWord => ({ words, effects, rank: RANK.term })
const mood = (words: string, ...effects: Effect[]): LaneWord => ({ words, effects, rank: RANK.mood })

const DYNAMICS: readonly LaneWord[] = [
  term('ppp|pianississimo', dynamics(0.05)),
  term('pp|pianissimo', dynamics(0.1)),
  term(
    'piano(?! (?:accompaniment|part|sonata|chords?))|(?<=\\b(?:from|to|at|in|dynamics?|starting|starts|begin|begins|end|ends|ending|then|cresc) )p(?![a-z])',
    dynamics(0.3),
  ),
  term('mp|mezzo piano|mezzopiano', dynamics(0.45)),
  term('mf|mezzo forte|mezzoforte', dynamics(0.55)),
  term('forte|(?<=\\b(?:from|to|at|in|dynamics?|starting|starts|begin|begins|end|ends|ending|then|cresc) )f(?![a-z])', dynamics(0.75)),
  term('ff|fortissimo', dynamics(0.95)),
  term('fff|fortississimo', dynamics(1)),
  term('sotto voce|mezza voce', dynamics(0.2), brightness(0.35)),
  term('fp|forte piano|fortepiano', { lane: 'dynamics', shape: 'fall' }, attack(0.85)),
  plain(
    'whisper(?:s|ed|ing|y)?|barely audible|hardly audible|inaudibl[ey]|as quiet(?:ly)? as possible|as soft(?:ly)? as possible|hushed|breath of sound|murmur(?:ed|ing|s)?|fluster(?:nd|n)|chuchote',
    dynamics(0.08),
    attack(0.15),
    brightness(0.3),
  ),
  plain(
    'soft(?:ly|er|est)?|quiet(?:ly|er|est)?|leise(?:r|s|n)?|sacht|doux|doucement|douce|gently played|faint(?:ly)?|low volume|understated|subdued|restrained|(?:hold|holds|holding|pull|pulls|pulled|pulling) back(?: the (?:volume|sound|dynamics?))?|far away|distant(?:ly)?|turn(?:ed)? down|lower (?:the )?volume|reduce the volume|tone (?:it )?down|delicate(?:ly)?|zart(?:e|er|es)?|muffled',
    dynamics(0.25),
    attack(0.28),
  ),
  plain('gentl[ey]|gentler|sanft(?:e|er|es)?', dynamics(0.35), attack(0.2)),
  plain(
    'loud(?:ly|er|est)?|laut(?:er|es|e)?|strong(?:ly|er)?|powerful(?:ly)?|full volume|at full strength|booming|blasting|with force|forceful(?:ly)?|stark|kraftig|mit kraft|(?:as )?loud(?:ly)? as possible|big sound|full(?: bodied)? (?:tone|sound)|projecting|thunder(?:ous|ously|s|ing)?|huge|massive|enormous|roar(?:ing|s)?|deafening|bold(?:ly)?|kraftvoll|puissant|belt(?:ed|ing)? (?:it )?out|con forza|tutta forza',
    dynamics(0.88),
    attack(0.6),
  ),
  plain('moderate(?:ly)? (?:loud|volume|dynamics?)|normal volume|medium volume', dynamics(0.55)),
  term('crescendo|cresc|crescendi|crescendoing', shape('rise')),
  term('decrescendo|diminuendo|decresc|dim|morendo|perdendosi|smorzando|calando', shape('fall')),
  plain(
    '(?:that |which )?(?:grow(?:s|ing)?|build(?:s|ing)?|ris(?:es|ing)|increas(?:es|ing))(?: up)?(?: in (?:volume|loudness|intensity|strength|power)| to a climax| steadily| up)|build(?:s|ing)? up|anschwellend|immer lauter|de plus en plus fort|gathering (?:force|strength)|swell(?:s|ing)? (?:up|towards? the end|to the end|to a climax)',
    shape('rise'),
  ),
  plain(
    "(?:that |which )?(?:fad(?:es|ing|e)|d(?:ies|ying|ie)|melt(?:s|ing)?|ebb(?:s|ing)?|drift(?:s|ing)?|vanish(?:es|ing)?|evaporat(?:es|ing)|disappear(?:s|ing)?)(?: (?:away|out|off|into (?:silence|nothing(?:ness)?|the distance)|to (?:nothing|silence|a whisper)))?(?! in\\b)|tapers? off|tapering(?: off)?|trail(?:s|ing)? off|verklingend|immer leiser|en s'eteignant|de plus en plus doux",
    shape('fadeOut'),
  ),
  plain(
    'fad(?:es|e|ing) in|emerg(?:es|ing|e) from (?:silence|nothing|nowhere)|from nothing(?:ness)?|out of (?:silence|nothing|nowhere)|dal niente',
    shape('fadeIn'),
  ),
  plain(
    'swell(?:s|ing)?(?: in the middle)?(?:,? (?:and|then|and then) (?:fad|reced|ebb|fall|d(?:ies|ying)|back|subsid|return)\\w*(?: (?:away|back|down|out|again))?)?|messa di voce|hairpins?|ris(?:es|ing|e) and fall(?:s|ing)?|wav(?:es?|ing) of sound|arch(?:es|ed|ing)? (?:phrase|dynamics?|line)|louder in the middle|swellend|an und abschwellend',
    shape('swell'),
  ),
]

const ATTACKS: readonly LaneWord[] = [
  term('sforzando|sforzato|sfz|sf|sffz|rfz|rinforzando', attack(1), dynamics(0.8)),
  term('marcato|martele|martellato|marque|markiert', attack(0.9), dynamics(0.75)),
  term('accent(?:s|ed|uated|ing)?|accento|akzent(?:en?|uiert)?|accentue', attack(0.88)),
  plain(
    'punch(?:y|ing|es)?|percussive(?:ly)?|bit(?:e|ing|es)|aggressive(?:ly)?|crisp(?:ly)?|snappy|sharp(?:ly)? (?:attacks?|bowed|articulated|edges?|starts?|onsets?)|dig(?:s|ging)? in(?:to the strings?)?|hit hard|stabb(?:ing|ed)|hammer(?:ed|ing|s)?|hit (?:each|every|the) notes? hard|attack (?:each|every|the) notes?|hard on (?:each|every) note|slash(?:ing|es|ed)?|vigorous(?:ly)?',
    attack(0.9),
  ),
  plain(
    '(?:soft|gentle|smooth|tender|slow|feathered|feathery|imperceptible|light|delicate|weicher?|weiche) (?:attacks?|onsets?|starts?|bow changes|entr(?:y|ies|ances?)|beginnings?|ansatz|attaque)|without (?:any )?(?:accents?|attacks?|bite)|no (?:accents?|attacks?)|attaque douce|barely touch(?:es|ing)?(?: the strings?)?|bow barely touches the strings?|hardly touching(?: the strings?)?|caress(?:es)? the strings?|easing into (?:each|every|the) notes?|ease(?:s)? into (?:each|every|the) notes?',
    attack(0.12),
  ),
  plain(
    '(?:hard|sharp|strong|heavy|biting|clear|crisp|fast|firm|vicious|incisive|harter|scharfer) (?:attacks?|onsets?|starts?|entr(?:y|ies|ances?)|accents?|ansatz)|harte ansatze',
    attack(0.92),
  ),
]

const BRIGHTNESSES: readonly LaneWord[] = [
  term('sul tasto|sulla tastiera|over the fingerboard|am griffbrett|sur la touche', brightness(0.12), dynamics(0.4)),
  term('flautando|flautato|flute like|flutey', brightness(0.08), dynamics(0.35), attack(0.2)),
  term(
    'con sordin[oi]|muted|(?:with|use|using|put on|add) (?:a |the |your )?(?:\\w+ )?mute(?: on)?|mute on|mit dampfer|avec sourdine|sordino',
    brightness(0.1),
    dynamics(0.4),
  ),
  term(
    'sul ponticello|sul pont|near the bridge|close to the bridge|at the bridge|by the bridge|am steg|sur le chevalet|ponticello',
    brightness(0.97),
  ),
  plain('dark(?:ly|er|est)?|dunkel|dunkler|dunkle[rs]?|sombre|somber|shadowy|dusky|murky|gloomy|veiled|dull|muddy', brightness(0.15)),
  plain(
    'warm(?:ly|er|th)?|chaud|mellow(?:er)?|round(?:ed|er)?(?: (?:tone|sound))?|velvet(?:y)?|honeyed|smoky|rich|creamy|buttery|woody|chocolatey|deep (?:tone|sound|timbre)|dolce|samtig',
    brightness(0.25),
  ),
  plain(
    'bright(?:ly|er|est|ness)?|brillante?|brilliant(?:ly)?|brillant|hell(?:er|es|e)?|sparkl(?:ing|y|es?)|shimmering|shiny|silvery|clear tone|ringing|gleaming|radiant|crystal(?:line)?|eclatant|glistening',
    brightness(0.85),
  ),
  plain('glass(?:y|like)|icy|metallic|nasal|edgy|tinny|steely|glasig', brightness(0.94)),
  plain(
    'harsh(?:ly|er)?|raw|scratchy|gritty|shrill|piercing|screech(?:y|ing)|rough|strident|grating|schrill',
    brightness(0.96),
    attack(0.8),
  ),
  plain('thin (?:tone|sound)|airy|breathy|hollow', brightness(0.3), dynamics(0.35)),
]

const ARTICULATION_WORDS: readonly LaneWord[] = [
  term('legato|legatissimo|slurred|gebunden|lie|slurs', bow('legato')),
  plain(
    'smooth(?:ly|er)?|connected|flowing|fluid(?:ly)?|seamless(?:ly)?|singing|cantabile|sustained|sostenuto|long bows|long bow strokes|one bow|joined|unbroken|lyrical(?:ly)?|gesanglich|chantant|silky|gliding',
    bow('legato'),
    attack(0.25),
  ),
  term('detache|separate bows|abgesetzt', bow('detache')),
  plain(
    'separate(?:d|ly)?(?: (?:bow strokes|notes|strokes))?|detached|one bow (?:per|for each) note|a new bow (?:for|on) (?:each|every) note|bow change on every note|distinct notes|getrennt|tenuto|non legato',
    bow('detache'),
  ),
  term('staccato|staccatissimo|secco', bow('staccato'), attack(0.65)),
  plain(
    'short(?:ened)? notes?|clipped|choppy|short and (?:dry|crisp|sharp)|dry and short|cut(?:ting)? each note short|kurze (?:noten|tone)|notes courtes|abrupt|keep (?:the |every |each )?notes? short|stubby|notes? (?:are |is )?(?:very )?short|pointed',
    bow('staccato'),
    attack(0.65),
  ),
  term('spiccato|saltando|sautille|saltellato|ricochet|jete', bow('spiccato'), attack(0.7)),
  plain(
    'bounc(?:ing|y|ed|es?)(?: (?:the |its )?bow(?:ing)?)?|off (?:the )?string|off the strings|springing bow|thrown bow|skipping bow|hopping(?: bow)?|springbogen|geworfen|bow (?:that )?(?:bounces?|hops?|leaps?|skips?|jumps?|dances?)|jumping bow|leaping bow',
    bow('spiccato'),
    attack(0.68),
  ),
  term('pizzicato|pizz|pizzicati|gezupft|zupfen', bow('pizzicato')),
  plain(
    'pluck(?:ed|ing|s)?|finger plucked|picked with (?:the )?fingers|pinces?|no bow|without (?:the |a )?bow|like a guitar|strummed|(?:with|use|using) (?:the |your |my )?fingers?',
    bow('pizzicato'),
  ),
  term('tremolo|tremolando|trem|tremolos', bow('tremolo')),
  plain(
    'trembl(?:ing|es?|y)(?: bow)?|shiver(?:ing|y|s)?(?: bow)?|quiver(?:ing|s)?(?: bow)?|rapid(?:ly)? (?:repeated )?(?:bow strokes|bowing)|shudder(?:ing|s)?|bebend|zitternd|fast repeated (?:bow ?strokes|bowing)|tiny fast bow ?strokes',
    bow('tremolo'),
  ),
  term('arco', bow('detache')),
]

const REGISTERS: readonly LaneWord[] = [
  plain(
    '(?:in (?:a |the |its )?)?(?:low(?:er|est)?|deep) (?:down|register|range|notes|strings?)|down low|low down|on the (?:low )?g string|sul g|g saite|tiefe lage|registre grave|low pitched',
    octave(-1),
  ),
  plain(
    '(?:in (?:a |the |its )?)?(?:high(?:er|est)?|upper|top) (?:register|range|notes|positions?|strings?)|up high|high up|on the (?:high )?e string|sul e|e saite|hohe lage|registre aigu|high pitched|stratospheric|high(?! energy)|higher(?! than)',
    octave(1),
  ),
  plain('(?<!very |too )low(?! volume| energy| key| dynamics?)(?! register)|lower(?! the)', octave(-1)),
]

const TEMPERAMENTS: readonly LaneWord[] = [
  plain('unhurried|relaxed|laid back|take your time|easygoing', tempo(0.88)),
  plain(
    'energetic|spirited|driving|(?:with|full of) energy|urgent(?:ly)?|hurry|rushing|restless',
    tempo(1.15),
    attack(0.65),
    dynamics(0.72),
  ),
]

const MOODS: readonly LaneWord[] = [
  mood(
    'tender(?:ly|ness)?|teneramente|affectionate(?:ly)?|loving(?:ly)?|intimate(?:ly)?|zartlich|tendre(?:ment)?|caressing',
    dynamics(0.35),
    attack(0.18),
    brightness(0.35),
    depth(20),
    rate(5.2),
  ),
  mood(
    'sad(?:ly|ness|der)?|mournful(?:ly)?|sorrow(?:ful|fully)?|melanchol(?:y|ic|isch|ique)|grie(?:f|ving)|weeping|crying|lament(?:ing|oso)?|elegiac|traurig|triste|dolente|mesto|funereal|heartbroken|wistful(?:ly)?|tearful|lonely|desolate',
    dynamics(0.38),
    attack(0.2),
    brightness(0.28),
    depth(22),
    rate(4.8),
    tempo(0.85),
  ),
  mood(
    'joy(?:ful|ous|fully|ously)?|happy|happily|cheer(?:ful|fully|y)|merry|merrily|gioioso|frohlich|joyeux|joyeuse|jubilant|sunny|exuberant|festive|celebratory|bubbly|carefree|upbeat',
    dynamics(0.72),
    attack(0.6),
    brightness(0.7),
    depth(16),
    rate(6.2),
    tempo(1.12),
  ),
  mood(
    'playful(?:ly)?|giocoso|scherzando|scherzo|mischievous|whimsical|impish|cheeky|humorous|comical',
    dynamics(0.58),
    attack(0.65),
    brightness(0.65),
    depth(10),
    bow('spiccato'),
    tempo(1.08),
  ),
  mood(
    'angry|angrily|anger|furious(?:ly)?|rage|raging|furioso|wutend|fierce(?:ly)?|violent(?:ly)?|savage(?:ly)?|wild(?:ly)?|feroce|colerique|menacing(?:ly)?',
    dynamics(0.92),
    attack(0.95),
    brightness(0.85),
    rate(6.6),
    depth(26),
    bow('detache'),
  ),
  mood(
    'myster(?:ious|iously|ioso|y)|eerie|eerily|ghost(?:ly|s)?|haunt(?:ed|ing|ingly)|spooky|uncanny|otherworldly|geheimnisvoll|mysterieux|creepy|sinister|ominous',
    dynamics(0.25),
    attack(0.15),
    brightness(0.3),
    depth(6),
    rate(4.5),
  ),
  mood(
    'hero(?:ic|ically|isch)?|triumph(?:ant|antly)?|eroico|majestic(?:ally)?|maestoso|noble|nobly|regal|proud(?:ly)?|epic|victorious(?:ly)?|fanfare',
    dynamics(0.88),
    attack(0.75),
    brightness(0.68),
    depth(26),
    rate(5.8),
  ),
  mood(
    'lullab(?:y|ies)|cradle song|wiegenlied|berceuse|ninna nanna|soothing(?:ly)?|sleepy|bedtime|rocking a baby',
    dynamics(0.25),
    attack(0.1),
    brightness(0.28),
    depth(12),
    rate(4.8),
    tempo(0.82),
    bow('legato'),
  ),
  mood(
    'fiddle(?: tune| music|r)?|jigs?|reels?|hornpipe|hoedown|bluegrass|celtic|irish|folk(?: ?dance|sy|y)?|country|barn dance|ceilidh|hoe down',
    dynamics(0.72),
    attack(0.7),
    brightness(0.68),
    depth(3),
    bow('detache'),
    tempo(1.1),
  ),
  mood(
    'gyps(?:y|ies)|gipsy|tzigane|zigeuner(?:isch)?|romani|csardas|hungarian|klezmer|balkan',
    dynamics(0.8),
    attack(0.7),
    brightness(0.6),
    depth(38),
    rate(6.4),
  ),
  mood(
    'baroque|barock|bach(?: like)?|vivaldi|early music|period (?:style|performance)|historically informed',
    dynamics(0.55),
    attack(0.5),
    brightness(0.55),
    depth(5),
    bow('detache'),
  ),
  mood(
    'romantic(?:ally)?|romantisch|romantique|passionate(?:ly)?|passion|appassionato|leidenschaftlich|passionne|ardent(?:ly)?|schmaltzy|lush|yearning|longing|espressivo|expressive(?:ly)?|soulful(?:ly)?|emotional(?:ly)?|heartfelt|ausdrucksvoll',
    dynamics(0.7),
    brightness(0.42),
    depth(34),
    rate(5.9),
    bow('legato'),
    attack(0.35),
  ),
  mood(
    'cinematic|film score|movie|hollywood|soundtrack|sweeping',
    dynamics(0.75),
    brightness(0.42),
    depth(30),
    rate(5.6),
    bow('legato'),
    attack(0.3),
    shape('rise'),
  ),
  mood(
    'calm(?:ly|er|ing)?|peaceful(?:ly)?|serene(?:ly)?|tranquil(?:lo)?|ruhig|calme|placid|meditative|ambient|restful|contemplative|dreamy|dreamlike|ethereal|traumerisch|angelic|floating|prayerful',
    dynamics(0.32),
    attack(0.12),
    brightness(0.35),
    depth(12),
    rate(4.9),
    tempo(0.88),
    bow('legato'),
  ),
  mood(
    'dramatic(?:ally)?|intense(?:ly)?|intensity|tense|agitat(?:o|ed)|stormy|dramatisch|desperate(?:ly)?|anguished|fiery|feurig|con fuoco|frantic(?:ally)?|frenzied|panicked',
    dynamics(0.85),
    attack(0.75),
    brightness(0.65),
    depth(30),
    rate(6.5),
  ),
  mood(
    'elegant(?:ly)?|graceful(?:ly)?|grazioso|noble simplicity|refined|anmutig|gracieux|classical|mozart(?:ean)?|light(?:ly)?|leggiero|leicht|leger|feather light',
    dynamics(0.45),
    attack(0.35),
    brightness(0.58),
    depth(12),
  ),
  mood('heavy|heavily|pesante|schwer|lourd|weighty|ponderous', dynamics(0.82), attack(0.75), brightness(0.35)),
  mood(
    '(?:funeral|death|dead) march|marche funebre|trauermarsch|marcia funebre|dirge|requiem|funeral',
    dynamics(0.35),
    attack(0.4),
    brightness(0.2),
    tempo(0.7),
  ),
  mood('march(?:ing|like)?|marcia|military|marsch', dynamics(0.75), attack(0.75), bow('detache')),
  mood('waltz(?:ing)?|walzer|valse', dynamics(0.55), attack(0.4), depth(20)),
  mood('tango', dynamics(0.75), attack(0.85), depth(28), brightness(0.5)),
  mood('nervous(?:ly)?|anxious(?:ly)?|jittery|fearful|scared', attack(0.55), rate(7), brightness(0.6)),
  mood('cold(?:ly)?|bleak|frozen|lifeless|emotionless|robotic|mechanical(?:ly)?|sterile', depth(0), brightness(0.62)),
]

export const LANE_WORDS: readonly LaneWord[] = [
  ...DYNAMICS,
  ...ATTACKS,
  ...BRIGHTNESSES,
  ...ARTICULATION_WORDS,
  ...REGISTERS,
  ...TEMPERAMENTS,
  ...MOODS,
]
