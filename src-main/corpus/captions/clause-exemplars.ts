/**
 * What the reader of unknown phrasings learns from, besides the captions' training phrases: directions to a player in everyday words, and
 * clauses that direct nothing. Written without sight of the captions' held-out phrases, which test it.
 */
import { valuesOf, waysToSay } from './caption-phrases.ts'
import type { MusicFact } from './music-facts.ts'

/** A clause and what it asks for: "fact: value", or NOTHING. */
export interface ClauseExemplar {
  readonly text: string
  readonly label: string
  /** Made from a pattern, beside many like it. */
  readonly isPatterned: boolean
}

/** What a clause asks for that directs nothing. */
export const NOTHING = 'nothing'

/** Facts that direct how it is played. Rooms, keys, moods and the like are read as nothing. */
const DIRECTED = ['articulation', 'dynamics', 'change', 'pace', 'register', 'vibrato', 'attack', 'tone'] as const
type DirectedFact = (typeof DIRECTED)[number]

/** Parts are separated by "|". */
const OWN: Readonly<Record<DirectedFact, Readonly<Record<string, string>>>> = {
  articulation: {
    legato:
      'notes melt into one another|all in one long bow|no gaps between the notes|everything joined up|each tone glides into the next|one unbroken line|as if sung in one breath|the line never breaks|seamless phrases|bind the notes together|tie the notes together|the tones are linked without a break|keep the bow on the string and connect everything|smoothly from note to note|a continuous stream of sound|let the notes run together|several notes to one bow|the melody pours out without seams|sustained and joined|play it smoothly|like one long thread of sound|the notes hold hands|without lifting the bow between notes|silky connected phrasing|change notes without changing bow',
    detache:
      'a fresh bow stroke for each tone|change the bow on every note|bow back and forth, note by note|up bow and down bow in turn|every tone with its own stroke|strokes alternate on the string|one stroke for one note|individually bowed notes|each note bowed by itself|full separate strokes|the bow turns round at every note|notes set apart by the bow, yet held their full length|plain alternating bowing|simple back and forth bowing|the bow changes direction for each note|nothing is slurred, all bowed singly|separately bowed|new stroke, new note|distinct on-the-string strokes|single strokes on the string|a stroke of the bow for each of them',
    staccato:
      "stop each note right after it begins|brief stabs of the bow|little silences between the notes|short, with gaps|notes end almost at once|tiny short tones|don't let the notes ring|chopped off notes|the notes are kept brief|each tone stops dead|brief and separated|like dots on the page|pecking at the notes|the notes are choked off|play every note as short as you can|let go of each note straight away|leave air between the notes|curt notes|terse little tones|abruptly ended tones|notes barely last|each sound is over in a blink|clip the ends of the notes|jabbing short bows|half the length and then silence|dotted and dry|quick stops after every note",
    spiccato:
      'the bow jumps off the string|let the bow rebound|the bow skips over the strings|springy bow strokes|the stick rebounds after each note|dropped bow that springs back|bow in the air between notes|lift off the string after every stroke|the bow dances on the strings|leaping bow|like a ball on the strings|airborne strokes|elastic bouncing strokes|the bow is thrown onto the string|drop the bow and let it spring up|light leaping strokes|the bow ricochets|bouncy bowing|the bow touches the string only for a moment and flies up again|strokes that rebound|a jumping bow arm|tossed bow strokes|the hair lands and lifts with each note|trampolining bow|skipping strokes',
    pizzicato:
      'with the fingertips instead of the bow|pull the strings with a finger|put the bow down and pluck|picked like a guitar|strings twanged by hand|plucking|snap the strings with your finger|fingers pulling at the strings|finger-picked|tweak the strings|as on a harp or lute|each string is twanged|the string is released by a fingertip|ukulele style|banjo-like picking|strum it|set the bow aside|the right hand picks the strings|twangs instead of strokes|sounds made by picking with the thumb|pinched strings|flick the strings with a nail|bowless, by hand',
    tremolo:
      'tiny rapid strokes on every note|the bow vibrates quickly back and forth|very fast repeated bowing on one note|a flutter of the bow|bow quivering|nervously repeated strokes|a shimmer made with tiny fast strokes|the tones tremble|each note repeated as fast as the bow can go|bow flickering at the tip|buzzing fast little bows|rapid to and fro on the same note|frantic tiny bow strokes|the note is repeated over and over very fast|unmeasured rapid bowing|a rattling bow|fluttering strokes|shivering strings|rustling, as insects do|as many bow strokes as possible on each note|bow jitters|the arm trembles|scrubbing fast at the string',
  },
  dynamics: {
    'very soft':
      'barely there|hardly a sound|at the edge of silence|as quietly as you can|just a breath|you have to strain to hear it|under your breath|on the brink of inaudible|next to nothing in volume|so as not to wake a baby|nearly silent|the faintest sound|only a ghost of a sound|at a whisper|extremely hushed|the volume is almost zero|less than a murmur|scarcely to be heard',
    soft: 'at low volume|not raising its voice|keep it down|quietly|held back in volume|softly spoken|at a gentle level|hushed tones|low in volume|lightly played, without force|it speaks in a quiet voice|subdued level|turn it down a bit|the sound is small|discreet and quiet|keeps its voice low|easy on the ears|modest in volume',
    'medium loud':
      'neither loud nor soft|at an ordinary level|of average loudness|normal volume|in the middle between soft and loud|at speaking volume|comfortable listening level|medium strength|moderate in volume|at an everyday volume|middling loudness|with usual strength',
    loud: 'with a big sound|in full voice|play out|a strong full sound|with plenty of volume|project it to the last row|loudly|turn it up|with power in the arm|it rings out strongly|the volume is high|a lot of sound|sonorous and strong|raise your voice|with full bow pressure and much sound|robust volume|it carries far',
    'very loud':
      'as loud as you can|with all your might|at the top of its voice|deafening|full blast|make the walls tremble|at maximum volume|with utmost force|huge sound|a roar of sound|give it everything you have|overwhelmingly loud|earsplitting|with tremendous power|shouting|the volume is at its limit|thunderous',
  },
  change: {
    crescendo:
      'louder and louder|more and more sound|it swells up to the close|starting quietly and ending strong|the volume rises steadily|it gets stronger as it goes|gather strength|from a whisper to a roar|the sound keeps growing|increasing in volume|gaining power all the way|the loudness climbs|beginning soft, finishing loud|intensifying towards the end|bit by bit stronger|each phrase louder than the last|turning up little by little',
    diminuendo:
      'quieter and quieter|it dwindles to nothing|less and less sound|starting strong and ending quietly|the volume sinks steadily|it gets weaker as it goes|disappearing into the distance|sinking into silence|the sound shrinks|decreasing in volume|losing power all the way|petering out|beginning loud, finishing soft|receding|bit by bit softer|each phrase quieter than the last|the sound ebbs away|thinning out to silence',
    swell:
      'it grows and then shrinks again|louder towards the middle, softer afterwards|the sound opens out and closes again|a wave of loudness that comes and goes|rising to a peak halfway and then easing off|a bulge in volume|soft, loud, soft|fuller at the centre|it peaks midway|up to a climax and back down in volume|hairpin up and down|strongest at the halfway point',
    'fade and return':
      'quiet for a moment halfway, then strong again|loud, soft, loud|it retreats and then comes forward again|a hollow in volume at the centre|the sound withdraws midway and returns|weaker at the halfway point|it sinks back and recovers its strength|fading briefly before returning to full sound|loud at both ends and quiet between|the volume ducks in the centre',
  },
  pace: {
    'very slow':
      'as slow as can be|at a crawl|almost standing still|extremely drawn out|time seems to stop|like a snail|endlessly long notes|every note lingers for ages|barely moving along|glacial tempo|stretched out to the utmost|several seconds for each note',
    slow: 'no rush|in no hurry|take your time|slow down|at an easy pace|lingering|dragging its feet|on the slow side|a leisurely speed|a slow tempo|gently paced|ambling along|plodding|broad tempo|like a slow walk',
    moderate:
      'neither fast nor slow|at a normal speed|an average tempo|at a comfortable pace|in medium time|steady walking speed|middling speed|moderate pace|ordinary tempo|in between slow and fast',
    fast: 'speed it up|at a good clip|at a brisk speed|make it go faster|quick tempo|hurrying|in a hurry|it trots along|the notes come quickly|swift and nimble|pick up the pace|moving right along|at running pace|on the quick side|zippy',
    'very fast':
      'as fast as possible|at breakneck speed|flat out|headlong|like lightning|a blur of notes|breathlessly quick|whizzing by|top speed|at a gallop|tearing along|dizzying speed|fast as the wind|the notes fly past',
  },
  register: {
    low: 'down at the bottom of the instrument|on the thickest string|low pitched|in the bass range|far down|at the deep end|on the G string|the lowest notes it has|an octave down|deep down|with low tones|in the cellar of the violin',
    middle:
      "in the middle of the instrument's range|neither high nor low|at medium pitch|on the middle strings|in the centre of the range|ordinary pitch range|mid-range notes",
    high: 'in the upper range|way up|on the thinnest string|high pitched|up in the treble|above the staff|an octave up|on the E string|at a high pitch|the tones lie high|in the upper positions',
    'very high':
      'in the stratosphere|as high as it goes|extremely high notes|near the end of the fingerboard|whistling high|at the very top of its range|piercingly high pitch|higher than birds|the highest notes it has|many ledger lines up',
  },
  vibrato: {
    none: 'perfectly still pitch|the pitch does not move at all|a flat unwavering tone|the left hand stays still|no wobble in the pitch|dead straight pitch|a pure unshaken tone|the tone is held steady without any oscillation|motionless finger|white straight sound|notes like ruled lines|not a trace of wavering',
    slight:
      'the pitch wavers just a touch|a hint of wobble|the finger rocks barely|only a faint quiver in the pitch|a tiny bit of oscillation|a trace of wavering|discreet movement of the left hand|just a shade of vibrato|sparing vibrato|a delicate waver in the tone',
    warm: 'a rich pulse in the tone|the pitch rocks gently and warmly|with a singing pulsation|a natural wobble as singers have|the left hand rocks on each long note|a healthy vibrato|give the long notes some vibrato|vibrate the notes warmly|a throb in the sound',
    wide: 'the pitch swings far up and down|an operatic wobble|huge oscillation of the pitch|heavy throbbing pitch|the left hand swings broadly|strongly wobbling notes|exaggerated wavering|as much vibrato as you can|big wide oscillation|fat vibrato|a wailing wide wobble|pitch wobbling wildly',
  },
  attack: {
    soft: 'ease into every note|each note steals in|you cannot hear where a note starts|notes emerge gradually|the sound creeps in|start the notes gently|without any edge at the beginning|the bow sinks into the string softly|rounded beginnings|each tone fades in|notes without a front edge|no consonants at the front of the notes|gentle onsets|notes that appear from nowhere|unaccented starts|blurred beginnings',
    hard: 'hit each note|a kick at the start of each note|every note begins with a bang|dig into the string at the start|strong accents on every note|start the notes with a snap|hammered beginnings|the notes hit you|a sharp edge at the beginning|aggressive onset|with bite on each note|punch out the notes|spit the notes out|strike the string|each tone starts with an explosion|consonants at the front of every note|strongly accented|forceful starts',
  },
  tone: {
    dark: 'a sombre colour|over the fingerboard|like velvet|shaded and brown|a covered sound|muffled, with few overtones|the timbre is warm and round|like dark chocolate|chestnut coloured sound|a dusky timbre|no brightness in it|sound through a curtain|smoky|soft-edged woody colour|the highs are gone|a muted colour|deep shadowy timbre|with a mute on',
    bright:
      'a shining sound|glittering|silver in the sound|plenty of overtones|bow close to the bridge|like sunlight on glass|a sparkling colour|glassy|piercing timbre|sharp metallic edge to the sound|crystal clear colour|steely|full of treble|clear as a bell|a gleaming timbre|brassy|the timbre is thin and cutting|radiant colour',
  },
}

const NOTHINGS =
  "for my grandmother's birthday|a present for my sister|for a wedding|something for the end of the film|please|thank you|make it nice|surprise me|the best you can do|as good as possible|I like this one|my favourite song|a tune I heard yesterday|hello there|it should sound real|sounds like a real violin|a violin|solo violin|on the violin|the violin plays alone|one violinist|an old fiddle|Stradivarius|a cello|cello and piano|flute|with an orchestra|string quartet|accompanied by a guitar|no drums|a duet|in a church|in a big hall|in a cathedral|in a small living room|recorded in a studio|with lots of reverb|an echo|outdoors|close microphone|as on an old record|through a telephone|on a stage|in D major|the key of A minor|in C|dorian mode|in four four time|in three four|a waltz|a lullaby|a march|a folk song|a sonata movement|a minuet by Bach|theme and variations|in the style of Vivaldi|like Paganini|a tango|a Christmas carol|a ballad|a hymn|film music|a pop song|jazz|blues|bluegrass|klezmer|Irish music|baroque|sad|happy|melancholy|full of hope|a lonely mood|nostalgic|joyful|mysterious|like a rainy day|a walk in the forest|a sunset over the sea|children playing|snow falling at night|a broken heart|birds in spring|longing for home|dreamlike|heroic|angry|calm|tender feelings|funny|romantic|the melody goes up|the melody goes down|ending on the tonic|it begins on G|with a trill|with ornaments|with grace notes|double stops|an arpeggio|a scale|a repeated motif|a question and an answer|with a surprise at the close|twelve bars|thirty seconds long|a short piece|a short intro|a long story|twice in a row|play it again|only the first verse|the chorus|leave out the second part|in tune|exactly as I hummed it|follow my melody|keep my rhythm|freely|with rubato|swing|syncopated|improvised|the same as before|different from last time|another version|take three|version two|for beginners|difficult|easy to play|beautiful|interesting|not boring|ugly|weird|cool|good quality|no mistakes|like an amateur|like a professional|on a Sunday morning|my dog likes it|we will dance to it|it is for a video game|background music for a podcast|for the credits|while I read aloud|to fall asleep to|because I miss him|she was a dancer|in memory of my father|he comes home after the war|a story about a horse|the wind in the trees|a ship in a storm|church bells|a train passes|a candle|rain on the window|a cup of tea|my name is Anna|what can you do|test|one two three|purple elephants|the sky is blue|I am hungry|send it to me by email|save it as a file|a loud neighbour lives next door|quick question|a dark night|bright eyes|the high street|a low price|a slow cooker|strong coffee|a sharp knife|soft cheese|a bow tie|the ball bounces in the yard|short on time|a dry white wine|hard work|a smooth surface|warm bread|a long way home|my old smooth jacket|a light lunch|a heavy suitcase|the strings of the orchestra|the bow of the boat|a finger food buffet|string theory|full of meaning|with feeling|expressive|with character|with soul|in a folk manner|virtuosic|elegant|humorous|dignified|religious|exotic|simple|complicated|minimalist|hypnotic|cinematic|epic|dance music|the first movement|opening theme|interlude|coda|finale|a cadenza|mordents|turns|glissando|slides between notes|harmonics|left hand|right hand|with my teacher|at school|competition piece|practice|an exercise|a study for students|a Scottish air|Hungarian|Spanish|Japanese|from the mountains|by the campfire|medieval|Renaissance|modern|atonal|pentatonic|a drone underneath|in canon|in unison|in harmony|answering each other|the rhythm is dotted|triplets|on the beat|off beat|a pickup note|with a fermata|ends abruptly|repeat the last line|a pause before the end|silence"

/** More directions, as patterns: each "[a|b]" stands for every one of its parts. */
const PATTERNS: readonly (readonly [label: string, pattern: string])[] = [
  [
    'articulation: legato',
    '[the notes|the tones|all notes|the phrases] [are joined|flow together|are linked|run into each other|are bound together]',
  ],
  ['articulation: legato', '[smooth|seamless|unbroken|long connected] [bowing|bow strokes|lines|phrasing]'],
  ['articulation: detache', '[each|every] note [has a stroke of its own|gets a separate bow|is bowed separately|takes a new bow]'],
  ['articulation: detache', '[separate|individual|alternating|single] [bow strokes|strokes|bowing]'],
  [
    'articulation: staccato',
    '[the notes|each note|every tone|the tones] [very short|stopped quickly|kept short|with silence after it|barely sounding before stopping]',
  ],
  ['articulation: staccato', '[short|brief|curt|abrupt|clipped|detached short] [notes|tones|strokes|sounds]'],
  [
    'articulation: spiccato',
    '[the bow|the stick|the bow hair|each stroke] [springs|rebounds|leaps|jumps|skips|bounces lightly] [off the string|on the strings|from note to note|]',
  ],
  ['articulation: spiccato', '[springing|leaping|jumping|skipping|bouncing|lifted] [strokes|bow strokes|bowing|bow]'],
  [
    'articulation: pizzicato',
    '[the strings are|each note is|everything is|notes] [picked|plucked|pulled|twanged] [with a finger|by hand|with the fingertips|like a harp|]',
  ],
  ['articulation: pizzicato', '[fingers|fingertips|the thumb|the hand] [plucking|picking|pulling|twanging] [the strings|each note]'],
  [
    'articulation: tremolo',
    '[the bow|the bow arm|the bow hand] [vibrates|quivers|flutters|trembles|goes back and forth] [very fast|rapidly|as fast as it can|quickly on one note]',
  ],
  [
    'articulation: tremolo',
    '[fast|rapid|tiny quick|frantic|trembling|quivering|fluttering] [repeated strokes|back and forth bowing|bow strokes on each note|repetition of every note]',
  ],
  ['dynamics: very soft', '[almost|nearly|practically] [silent|inaudible|no sound at all|nothing to hear]'],
  ['dynamics: soft', '[played|kept|held|performed] [quietly|at a low volume|softly|low in volume]'],
  ['dynamics: medium loud', '[played|kept|performed] [at middle volume|at a medium level|at normal loudness|with medium strength]'],
  ['dynamics: loud', '[played|sung out|performed] [loudly|with a strong sound|at high volume|with a full sound]'],
  ['dynamics: very loud', '[extremely|tremendously|immensely|terribly] [loud|powerful|strong and loud]'],
  [
    'change: crescendo',
    '[the sound|the volume|the music|the violin|it] [gets louder|grows in strength|rises in volume|becomes stronger] [towards the end|all the time|bit by bit|]',
  ],
  [
    'change: diminuendo',
    '[the sound|the volume|the music|the violin|it] [gets quieter|shrinks in strength|sinks in volume|becomes weaker] [towards the end|all the time|bit by bit|]',
  ],
  ['change: swell', '[the sound|the volume|it] [rises then sinks|gets louder and then quieter|grows to the middle and shrinks after]'],
  [
    'change: fade and return',
    '[the sound|the volume|it] [sinks then rises again|gets quieter and then louder again|shrinks to the middle and grows after]',
  ],
  ['vibrato: none', '[no|without any|not a bit of|free from] [vibrato|wobble|shaking of the pitch|oscillation|wavering]'],
  ['vibrato: none', '[the pitch|the tone|each note|the left hand] [stays perfectly still|does not waver|is held straight|never wobbles]'],
  ['vibrato: slight', '[very little|just a little|hardly any|a faint|a small] [vibrato|wobble in the pitch|wavering|oscillation]'],
  ['vibrato: warm', '[a normal|a natural|a pleasant|a singing] [vibrato|pulsation of the pitch|wavering of the tone]'],
  ['vibrato: wide', '[a big|a huge|an enormous|a strong|lots of] [vibrato|wobble in the pitch|wavering|swing of the pitch]'],
  ['attack: soft', '[every|each] note [starts gently|comes in softly|begins smoothly|is eased in|enters without an edge|fades in]'],
  ['attack: soft', '[gentle|smooth|gradual|rounded|tender] [starts|beginnings|onsets|entrances] [of the notes|]'],
  [
    'attack: hard',
    '[every|each] note [starts with force|is struck hard|begins with a jolt|is punched|enters with a sharp edge|is stressed]',
  ],
  ['attack: hard', '[forceful|sharp|violent|biting|percussive|strong] [starts|beginnings|onsets|entrances] [of the notes|]'],
  ['tone: dark', '[a dark|a warm|a covered|a veiled|a rounded|a velvety|a low-lit] [colour|timbre|sound]'],
  ['tone: bright', '[a bright|a shiny|a glittering|a piercing|a metallic|a silvery|a glassy] [colour|timbre|sound]'],
  ['nothing', '[a piece|music|a tune|something] [for|about] [a birthday|my mother|a film|the winter|an old friend]'],
  ['nothing', '[it sounds|the mood is|it feels] [hopeful|sorrowful|proud|gloomy|merry|homesick|anxious]'],
  ['nothing', '[a violin|a fiddle|one violin] [alone|in a large room|from an old recording|heard outdoors]'],
  ['nothing', '[the melody|the tune|the line] [climbs|comes down|turns round|stays on one note|leaps about|wanders]'],
]

/** Every text of a pattern. */
const expand = (pattern: string): string[] => {
  const slot = /\[([^\]]*)\]/.exec(pattern)
  if (slot === null) return [pattern.trim()]
  const [before, after] = [pattern.slice(0, slot.index), pattern.slice(slot.index + slot[0].length)]
  return slot[1].split('|').flatMap((part) => expand(`${before}${part}${after}`))
}

const split = (parts: string): string[] => parts.split('|')

/** Every exemplar: the captions' training phrases and the own ones, in a fixed order. */
export const clauseExemplars = (): ClauseExemplar[] => {
  const said = (fact: MusicFact, value: string): string[] =>
    (['tag', 'says'] as const).flatMap((form) => waysToSay(fact, value, { form, phrasing: 'train', instrument: 'violin' }))
  const directed = DIRECTED.flatMap((fact) =>
    valuesOf(fact).flatMap((value) =>
      [...said(fact, value), ...split(OWN[fact][value] ?? '')].map((text) => ({ text, label: `${fact}: ${value}`, isPatterned: false })),
    ),
  )
  const others = (['key', 'mode', 'contour', 'mood', 'genre', 'room'] as const).flatMap((fact) =>
    valuesOf(fact).flatMap((value) => said(fact, value).map((text) => ({ text, label: NOTHING, isPatterned: false }))),
  )
  const nothings = split(NOTHINGS).map((text) => ({ text, label: NOTHING, isPatterned: false }))
  const patterned = PATTERNS.flatMap(([label, pattern]) => expand(pattern).map((text) => ({ text, label, isPatterned: true })))
  const seen = new Set<string>()
  return [...directed, ...others, ...nothings, ...patterned].filter(({ text }) => text !== '' && !seen.has(text) && seen.add(text).size > 0)
}
