import { attack, bow, brightness, dynamics, octave, plain, shape, tempo, term, type LaneWord } from './lane-effects.ts'
import { MOODS } from './mood-words.ts'

/** Without one of these to follow, "melts" and "drifts" say nothing of loudness. */
const AWAY =
  '(?: (?:slowly|gradually|gently|softly))?(?: (?:away|out|off)(?: (?:in)?to (?:silence|nothing(?:ness)?|the distance))?| (?:in)?to (?:silence|nothing(?:ness)?|the distance|a whisper|niente))'

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
    '(?:(?:one|you|we|i|they) )?(?:can |could )?(?:hardly|barely|scarcely|only just|just about) (?:be )?(?:hear|heard)(?: it)?|can only just be heard|(?:barely|hardly|scarcely|only just|almost in|nearly in)audible|(?:hardly|scarcely|only just|barely) audible|(?:almost|nearly|virtually|practically|close to) (?:inaudible|silent|silence|nothing)|next to nothing|barely a sound|hard to hear|(?:edge|threshold|verge|brink) of (?:silence|hearing|audibility|inaudibility)|(?:kaum|gerade noch|fast nicht)(?: mehr)? (?:horbar|zu horen)|hort (?:man |es |sie |ihn )*kaum|fast (?:unhorbar|lautlos)|unhorbar|gefluster(?:t|n)|hauchzart|gehaucht|no louder than a (?:whisper|breath)|as (?:soft|quiet)(?:ly)? as (?:you|one|it|they) (?:can|could)(?: be)?|the (?:softest|quietest) (?:you|one|it|they) can|whisper(?:s|ed|ing|y)?|inaudibl[ey]|as quiet(?:ly)? as possible|as soft(?:ly)? as possible|hushed|breath of sound|murmur(?:ed|ing|s)?|fluster(?:nd|n)|chuchote',
    dynamics(0.08),
    attack(0.15),
    brightness(0.3),
  ),
  plain(
    'soft(?:ly|er|est)?|quiet(?:ly|er|est)?|leise(?:r|s|n)?|sacht|doux|doucement|douce|gently played|faint(?:ly)?|low in (?:volume|loudness|level)|(?:keep|keeps|keeping|turn|turns|turning) it (?:right )?down|half (?:volume|voice)|halblaut|under (?:your|one.s|the|its|his|her) breath|with (?:very )?(?:little|less|no) (?:force|pressure|power|weight)|without (?:any )?(?:force|pressure)|verhalten|understated|subdued|restrained|(?:hold|holds|holding|pull|pulls|pulled|pulling) back(?: the (?:volume|sound|dynamics?))?|far away|distant(?:ly)?|turn(?:ed)? (?:it |this )?down|lower (?:the )?volume|reduce the volume|tone (?:it )?down|delicate(?:ly)?|zart(?:e|er|es)?',
    dynamics(0.25),
    attack(0.28),
  ),
  plain('gentl[ey]|gentler|sanft(?:e|er|es)?', dynamics(0.35), attack(0.2)),
  plain(
    'loud(?:ly|er|est)?|laut(?:er|es|e)?|strong(?:ly|er)?|powerful(?:ly)?|full volume|(?:at|with) full (?:strength|power|force|blast|throttle|tilt|weight)|full blast|booming|blasting|with (?:all |full |great |much |maximum |brute |real |lots of |a lot of |plenty of )*(?:the |your |his |her |its |one.s )?(?:force|power|strength|might)|turn(?:ed)? (?:it |this )?up|crank(?:ed)? (?:it )?up|play(?:ed|s)? out(?! of)|fill(?:s|ing)? (?:the|a) (?:\\w+ )?(?:hall|room|house)|at the top of (?:your|its|one.s) (?:voice|lungs)|(?:don.t|do not|never|without) hold(?:ing)? (?:anything )?back|give it (?:everything|all you have)|forceful(?:ly)?|stark|kraftig(?:e[rsnm]?)?|mit (?:\\w+r )?kraft|(?:as )?loud(?:ly)? as (?:possible|(?:you|one|it|they) can(?: be)?)|so laut wie moglich|full bodied|projecting|thunder(?:ous|ously|s|ing)?|huge|massive|enormous|roar(?:ing|s)?|deafening|bold(?:ly)?|kraftvoll|puissant|belt(?:ed|ing)? (?:it )?out|con forza|tutta forza',
    dynamics(0.88),
    attack(0.6),
  ),
  term(
    'neither (?:too |very )?(?:loud|soft|quiet) nor (?:too |very )?(?:loud|soft|quiet)|not (?:too|very) (?:loud|soft|quiet)(?:ly)?,? (?:and|or|but|nor)(?: also)?(?: not)? (?:too|very) (?:loud|soft|quiet)(?:ly)?|(?:halfway |somewhere )?between (?:loud and soft|soft and loud|loud and quiet|quiet and loud)|weder (?:zu )?laut noch (?:zu )?leise|weder (?:zu )?leise noch (?:zu )?laut|mittellaut|moderate(?:ly)? loud',
    dynamics(0.55),
  ),
  term('crescendo|cresc|crescendi|crescendoing', shape('rise')),
  term('decrescendo|diminuendo|decresc|dim|morendo|perdendosi|smorzando|calando', shape('fall')),
  plain(
    '(?:that |which )?(?:grow(?:s|ing)?|build(?:s|ing)?|ris(?:es|ing)|increas(?:es|ing))(?: up)?(?: in (?:volume|loudness|intensity|strength|power)| to a climax| steadily| up)|build(?:s|ing)? up|anschwellend|immer lauter|de plus en plus fort|(?:gathering|gain(?:s|ing)?) (?:force|strength|volume|power)|(?:more and more|ever more) (?:sound|volume|force|power|strength)|swell(?:s|ing)? (?:up|towards? the end|to the end|to a climax)',
    shape('rise'),
  ),
  plain(
    `(?:that |which )?(?:(?:fad(?:es|ing|e)|d(?:ies|ying|ie)|vanish(?:es|ing)?|evaporat(?:es|ing|e)|dissolv(?:es|ing|e)|disappear(?:s|ing)?|melt(?:s|ing)?|ebb(?:s|ing)?|drift(?:s|ing)?)${AWAY}|(?:fad(?:es|ing|e)|dying|(?<=\\b(?:it|sound|music|piece|melody|tune|line|phrase|and|that|which) )dies|evaporat(?:es|ing)|vanish(?:es|ing)|disappear(?:s|ing))(?! (?:in|into|together|from)\\b))|tapers? off|tapering(?: off)?|trail(?:s|ing)? off|end(?:s|ing)? in silence|los(?:es|ing) (?:volume|strength|force|power)|verkling(?:t|en|end)|verhall(?:t|en|end)|ersterbend|erstirbt|immer leiser|en s'eteignant|de plus en plus doux`,
    shape('fadeOut'),
  ),
  // How a single note ends is not how the clip ends.
  plain('(?:each|every) (?:single )?(?:note|tone|stroke) (?:slowly |quickly |gently )?(?:fades|dies)(?: (?:away|out))?'),
  plain(
    'drop(?:s|ping)?(?: back)? in the middle(?:,? and (?:then )?(?:com(?:es?|ing) back|returns?|returning|recover(?:s|ing)?))?|dips? in (?:the middle|loudness|volume|dynamics)|(?:softer|quieter),? (?:and )?then (?:louder|stronger) again|(?:fad(?:es?|ing)|reced(?:es?|ing)|fall(?:s|ing) back|drop(?:s|ping)?) and (?:then )?(?:return(?:s|ing)?|com(?:es|ing) back)|middle (?:is|sounds|being) (?:the )?(?:quietest|softest|quieter|softer)(?: (?:part|section|point))?',
    shape('dip'),
  ),
  plain(
    'fad(?:es|e|ing) in|emerg(?:es|ing|e) from (?:silence|nothing|nowhere)|from nothing(?:ness)?|out of (?:silence|nothing|nowhere)|dal niente',
    shape('fadeIn'),
  ),
  plain(
    'swell(?:s|ing)?(?: in the middle)?(?:,? (?:and|then|and then) (?:fad|reced|ebb|fall|d(?:ies|ying)|back|subsid|return)\\w*(?: (?:away|back|down|out|again))?)?|messa di voce|hairpins?|ris(?:es|ing|e) and fall(?:s|ing)?|wav(?:es?|ing) of sound|arch(?:es|ed|ing)? (?:phrase|dynamics?|line)|loud(?:er|est) in the middle|(?:louder|stronger),? (?:and )?then (?:softer|quieter) again|middle (?:is|sounds|being) (?:the )?(?:loudest|strongest)(?: (?:part|section|point))?|ebb(?:s|ing)? and flow(?:s|ing)?|swellend|an und abschwellend',
    shape('swell'),
  ),
]

const ATTACKS: readonly LaneWord[] = [
  term('sforzando|sforzato|sfz|sf|sffz|rfz|rinforzando', attack(1), dynamics(0.8)),
  term('marcato|martele|martellato|marque|markiert', attack(0.9), dynamics(0.75)),
  term('accent(?:s|ed|uated|ing)?|accento|akzent(?:en?|uiert)?|betont(?:e[rsnm]?)?|accentue', attack(0.88)),
  plain(
    'punch(?:y|ing|es)?|percussive(?:ly)?|bit(?:e|ing|es)|aggressive(?:ly)?|crisp(?:ly)?|snappy|sharp(?:ly)? (?:attacks?|bowed|articulated|edges?|starts?|onsets?)|dig(?:s|ging)? in(?:to the strings?)?|hit hard|stabb(?:ing|ed)|hammer(?:ed|ing|s)?|hit (?:each|every|the) notes? hard|attack (?:each|every|the) notes?|hard on (?:each|every) note|slash(?:ing|es|ed)?|vigorous(?:ly)?',
    attack(0.9),
  ),
  plain(
    'without (?:any )?(?:accents?|attacks?|bite)|no (?:accents?|attacks?|bite)|barely touch(?:es|ing)?(?: the strings?)?|bow barely touches the strings?|hardly touching(?: the strings?)?|caress(?:es)? the strings?|eas(?:es?|ing) into (?:each|every|the) notes?',
    attack(0.12),
  ),
  plain('(?:hard|sharp|strong|heavy|biting|clear|crisp|firm|fierce|vicious|incisive) accents?', attack(0.92)),
]

const BRIGHTNESSES: readonly LaneWord[] = [
  term(
    'sul tasto|sulla tastiera|(?:over|near|towards?|close to|above|on|onto) the fingerboard|(?:away|far) from the bridge|am griffbrett|sur la touche',
    brightness(0.12),
    dynamics(0.4),
  ),
  term('flautando|flautato|flute like|flutey', brightness(0.08), dynamics(0.35), attack(0.2)),
  term(
    'con sordin[oi]|muted|(?:with|use|using|put on|add) (?:a |the |your )?(?:\\w+ )?mute(?: on)?|mute on|mit dampfer|avec sourdine|sordino',
    brightness(0.1),
    dynamics(0.4),
  ),
  term(
    'sul ponticello|sul pont|(?:near|close to|next to|at|by|on|against|towards?) the bridge|(?:am|beim) steg|sur le chevalet|ponticello',
    brightness(0.97),
  ),
  plain(
    'dark(?:ly|er|est)?|dunkel|dunkler|dunkle[rs]?|sombre|somber|shadowy|dusky|murky|gloomy|veiled|dull|muddy|muffled|dumpf|gedeckt|verhangen|(?:take|takes|taking|with) the edge off|(?:fewer|few|less|no) (?:overtones|treble|highs)',
    brightness(0.15),
  ),
  plain(
    'warm(?:ly|er|th)?|chaud|mellow(?:er)?|round(?:ed|er)?(?: (?:tone|sound))?|velvet(?:y)?|honeyed|smoky|rich|creamy|buttery|woody|chocolatey|deep (?:tone|sound|timbre)|dolce|samtig',
    brightness(0.25),
  ),
  plain(
    'bright(?:ly|er|est|ness)?|brillante?|brilliant(?:ly)?|brillant|hell(?:er|es|e)?|sparkl(?:ing|y|es?)|shimmering|shiny|silvery|clear tone|ringing|gleaming|radiant|crystal(?:line)?|eclatant|glistening|strahlend|glanzend|(?:cuts?|cutting) through|(?:more|much|lots of) (?:overtones|treble|highs)',
    brightness(0.85),
  ),
  plain(
    'glass(?:y|like)|icy|metallic|nasal|edgy|tinny|steely|glasig|schneidend|metallisch|(?:sharp |hard )?edge (?:to|in|on) (?:the|its|your) (?:sound|tone)',
    brightness(0.94),
  ),
  plain(
    'harsh(?:ly|er)?|raw|scratchy|gritty|shrill|piercing|screech(?:y|ing)|rough|strident|grating|schrill|grell',
    brightness(0.96),
    attack(0.8),
  ),
  plain('thin (?:tone|sound)|airy|breathy|hollow', brightness(0.3), dynamics(0.35)),
]

const ARTICULATION_WORDS: readonly LaneWord[] = [
  term('legato|legatissimo|slur(?:red|s|ring)?|gebunden|lie', bow('legato')),
  plain(
    'smooth(?:ly|er)?|connected|flowing|fluid(?:ly)?|seamless(?:ly)?|singing|cantabile|sustained|sostenuto|long bows|long bow strokes|one bow|joined|unbroken|lyrical(?:ly)?|gesanglich|chantant|silky|gliding|without (?:a |any )?(?:breaks?|gaps?|pauses?|interruptions?|seams?)|without lifting the bow|(?:in |on |with )?(?:a|one) single bow(?: strokes?)?|notes (?:in|on|to|per) (?:a|one|the same) (?:single )?bow(?: strokes?)?|(?:one|a) (?:single|long|continuous|endless) (?:\\w+ )?(?:line|breath|phrase|sweep)|in (?:a|one) breath|ineinander (?:fliess?en|ubergehen)d?|(?:melt|flow|glid|mov|slid|pass|lead|drift)(?:ing|e?s)? (?:\\w+ly )?from (?:one )?note (?:in)?to (?:the next|another|note)|(?:smoothly )?(?:bound|tied|linked) together|ohne abzusetzen|(?:auf|in) einem bogen|nahtlos|verbunden',
    bow('legato'),
    attack(0.25),
  ),
  term('detache|separate bows|abgesetzt', bow('detache')),
  plain(
    'separate(?:d|ly)?(?: (?:bow strokes|notes|strokes))?|detached|unslurred|ungebunden|(?:new|fresh|different|separate|one|single) (?:bow|stroke|bow stroke)s? (?:on|for|per|with|to)(?: each| every)?(?: single)? note|own (?:bow|stroke|bow stroke)s?|eigene[mnr]? (?:bogen|bogenstrich|strich)|bow(?:ing)? changes? (?:on|with|for|at|per) (?:each|every)(?: single)? note|(?:bow|stroke)s? of (?:its|their) own|chang(?:e|es|ing) bows? (?:on|for|with|at) (?:each|every)(?: single)? note|neue[nrm]? (?:bogen|strich) (?:fur|auf|bei) jede[nrm]?|up and down bows?|alternat(?:e|es|ing) (?:up|down) ?bows?(?: and (?:up|down) ?bows?)?|bow(?:ing)? (?:each|every) note|bowed (?:on its own|separately|individually)|distinct notes|getrennt(?:e[rsnm]?)?|einzeln gestrichen|bogenwechsel (?:auf|bei|mit) jede[mr] (?:ton|note)|ein (?:bogen)?strich (?:pro|je|auf jede[nr]) (?:ton|note)|tenuto|non legato',
    bow('detache'),
  ),
  term('staccato|staccatissimo|secco', bow('staccato'), attack(0.65)),
  plain(
    'short(?:ened)? notes?|clipped|choppy|short,? (?:and )?(?:dry|crisp|sharp|stopped|clipped|detached|cut off)|dry and (?:short|clipped)|stopped short|(?:gaps?|spaces?|silences?|rests?|pauses?|breaks?|air|pausen|lucken) (?:between|zwischen) (?:(?:the|each|every|all|den|allen) )?(?:notes?|tones?|tonen|noten)|(?:don.t|do not|never|not) let (?:the |any |each )?(?:notes?|tones?|strings?) ring|(?:as )?briefly(?: as possible)?|dots (?:over|on|above|under) (?:the|each|every) notes?|kurz und \\w+|kurz (?:halten|gehalten|gespielt|gestoss?en)|abgehackt|abgestoss?en|gestoss?en|cut(?:ting)? each note short|kurze (?:noten|tone)|notes courtes|abrupt|keep (?:the |every |each )?notes? short|stubby|notes? (?:are |is )?(?:very )?short|pointed',
    bow('staccato'),
    attack(0.65),
  ),
  term('spiccato|saltando|sautille|saltellato|ricochet|jete', bow('spiccato'), attack(0.7)),
  plain(
    'bounc(?:ing|y|ed|es?)(?: (?:the |its )?bow(?:ing)?)?|off (?:the )?string|off the strings|springing bow|let(?:ting)? (?:it|the bow) (?:bounce|rebound|jump|hop|spring)|drop(?:ping)? the bow|thrown bow|skipping bow|hopping(?: bow)?|springbogen|geworfen|bow (?:that )?(?:bounces?|hops?|leaps?|skips?|jumps?|dances?)|jumping bow|leaping bow',
    bow('spiccato'),
    attack(0.68),
  ),
  term('pizzicato|pizz|pizzicati|gezupft(?:e[rsnm]?)?|zupfen', bow('pizzicato')),
  plain(
    'pluck(?:ed|ing|s)?|finger plucked|picked with (?:the )?fingers|pinces?|no bow|without (?:the |a )?bow|ohne bogen|like a (?:guitar|harp|lute|banjo|ukulele|mandolin)|strum(?:med|ming|s)?|(?:with|use|using|only|by|just) (?:the |your |my |a )?(?:fingers?|fingertips?|thumb|index finger)|fingers? only',
    bow('pizzicato'),
  ),
  term('tremolo|tremolando|trem|tremolos', bow('tremolo')),
  plain(
    'trembl(?:ing|es?|y)(?: bow)?|shiver(?:ing|y|s)?(?: bow)?|quiver(?:ing|s)?(?: bow)?|rapid(?:ly)? (?:repeated )?(?:bow strokes|bowing)|shudder(?:ing|s)?|shaking(?: bow| of the bow)?|bebend|zitternd|fast repeated (?:bow ?strokes|bowing)|tiny fast bow ?strokes',
    bow('tremolo'),
  ),
  term('arco', bow('detache')),
]

const REGISTERS: readonly LaneWord[] = [
  plain(
    '(?:in (?:a |the |its )?)?(?:low(?:er|est)?|deep) (?:down|register|range|notes|strings?)|down low|low down|on the (?:low )?g string|sul g|g saite|tiefe lage|registre grave|low pitched|deep(?=\\s*(?:[,.;!?]|$))',
    octave(-1),
  ),
  plain(
    '(?:in (?:a |the |its )?)?(?:high(?:er|est)?|upper|top) (?:register|range|notes|positions?|strings?)|up high|high up|on the (?:high )?e string|sul e|e saite|hohe lage|registre aigu|high pitched|stratospheric|(?:to|at) the (?:very )?top(?: of the (?:range|register|fingerboard))?(?! of)|(?:upper|highest|top) octave|high(?! (?:energy|speed|volume|tempo|pressure|dynamics?|level|in volume))|higher(?! than)',
    octave(1),
  ),
  plain('(?<!very |too )low(?! volume| energy| key| dynamics?| level| in volume| pressure)(?! register)|lower(?! the)', octave(-1)),
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

export const LANE_WORDS: readonly LaneWord[] = [
  ...DYNAMICS,
  ...ATTACKS,
  ...BRIGHTNESSES,
  ...ARTICULATION_WORDS,
  ...REGISTERS,
  ...TEMPERAMENTS,
  ...MOODS,
]
