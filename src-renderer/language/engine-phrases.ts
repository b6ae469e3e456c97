import { describeError, ERROR_CATALOGUE, type ErrorCode } from '#contract/errors.ts'
import { GERMAN_ERRORS } from './german-errors.ts'
import { GERMAN_LIBRARY } from './german-library.ts'
import { GERMAN_TRAINING } from './german-training.ts'
import { language } from './locale.svelte.ts'

/**
 * What the engine says in English besides its errors, and the same in German: first what fits wins, and what stands in a
 * placeholder is translated in its turn.
 */
const GERMAN: Readonly<Record<string, string>> = {
  ...GERMAN_TRAINING,
  ...GERMAN_LIBRARY,

  // Causes that errors name.
  ': nothing in it has a steady pitch': ': nichts darin hat eine ruhige Tonhöhe',
  ': nothing in it holds a pitch': ': nichts darin hält eine Tonhöhe',
  ': it is nearly all noise': ': sie besteht fast nur aus Geräusch',
  ': it has no notes': ': sie hat keine Noten',
  ': the reference holds no notes': ': die Aufnahme enthält keine Noten',
  'it is empty': 'sie ist leer',
  'it is cut off': 'sie ist abgeschnitten',
  'it cannot be read': 'sie lässt sich nicht lesen',
  'it does not exist': 'es gibt ihn nicht',
  'it is a file': 'es ist eine Datei',
  'its header is not readable': 'ihr Kopf ist nicht lesbar',
  'it is shorter than its header': 'sie ist kürzer als ihr Kopf',
  'it does not begin as a WAV file does': 'sie beginnt nicht wie eine WAV-Datei',
  'its AAC stream cannot be decoded': 'ihr AAC-Strom lässt sich nicht dekodieren',
  'its checksum does not match': 'ihre Prüfsumme stimmt nicht',
  'its table of contents cannot be read': 'ihr Inhaltsverzeichnis lässt sich nicht lesen',
  'its table of contents is missing, so it was probably cut off': 'ihr Inhaltsverzeichnis fehlt, sie wurde also wohl abgeschnitten',
  'its card cannot be read': 'ihre Karte lässt sich nicht lesen',
  'its card does not say what it must': 'auf ihrer Karte fehlt etwas',
  'what it says of itself cannot be read': 'was sie über sich sagt, lässt sich nicht lesen',
  'a row is damaged': 'eine Zeile ist beschädigt',
  'tracks.csv is missing': 'tracks.csv fehlt',
  'the captions file is missing': 'die Datei mit den Beschreibungen fehlt',
  'it holds no MIDI file': 'er enthält keine MIDI-Datei',
  'it holds no HDF5 file': 'er enthält keine HDF5-Datei',
  'it holds no .tfrecord file': 'er enthält keine .tfrecord-Datei',
  'it is no HDF5 file': 'sie ist keine HDF5-Datei',
  'the joint embedding of sound and words is not installed': 'das Netz für Klang und Worte ist nicht installiert',
  'no slice has been measured': 'es wurde noch kein Abschnitt gemessen',
  'this slice has not been measured': 'dieser Abschnitt wurde nicht gemessen',
  'it adapts no base': 'sie gehört zu keinem Grundmodell',
  'tracks with sound': 'Spuren mit Klang',
  sound: 'Klang',
  notes: 'Noten',

  // Flaws of a recording.
  'The recording is {minutes} minutes long; short phrases give better takes.':
    'Die Aufnahme ist {minutes} Minuten lang; kurze Phrasen geben bessere Fassungen.',
  'The recording is clipped: it was louder than the microphone could take. Lower the input level if the notes are wrong.':
    'Die Aufnahme ist übersteuert: sie war lauter, als das Mikrofon verträgt. Stell den Eingang leiser, wenn die Noten nicht stimmen.',
  'The recording is noisy (the voice is only {decibels} dB above the room). Check the notes, or move nearer to the microphone.':
    'Die Aufnahme rauscht (die Stimme liegt nur {decibels} dB über dem Raum). Prüf die Noten, oder geh näher ans Mikrofon.',
  'The file is damaged ({damage}); what could be read was used.': 'Die Datei ist beschädigt ({damage}); benutzt wurde, was zu lesen war.',
  'its stream header is missing': 'der Kopf ihres Stroms fehlt',
  'some of its frames are damaged': 'einige ihrer Abschnitte sind beschädigt',
  'some of its packets are damaged': 'einige ihrer Pakete sind beschädigt',
  'its end is missing': 'ihr Ende fehlt',

  // What is being done.
  Playing: 'Die Geige spielt',
  'Playing take {number} of {count}': 'Fassung {number} von {count} wird gespielt',
  'Playing "{name}" ({number} of {count})': '„{name}“ wird gespielt ({number} von {count})',
  'Listening to {name}': '{name} wird angehört',
  'Blending {name}': '{name} wird gemischt',
  'playing held-out prompts': 'zurückgehaltene Beschreibungen werden gespielt',
  'humming and playing held-out melodies': 'zurückgehaltene Melodien werden gesummt und gespielt',
  'coding held-out clips': 'zurückgehaltene Clips werden kodiert',
  'step {step}, loss {loss},': 'Schritt {step}, Verlust {loss},',
  'writing {name}': '{name} wird geschrieben',
  'wrote {name}': '{name} ist geschrieben',
  '{count} items': '{count} Einträge',
  working: 'beschäftigt',

  // Which machine computes, and why.
  'an NVIDIA GPU and its TensorFlow library are present': 'eine NVIDIA-Grafikkarte und ihre TensorFlow-Bibliothek sind da',
  'no NVIDIA GPU was found; the CPU library works': 'keine NVIDIA-Grafikkarte gefunden; die Bibliothek für den Prozessor läuft',
  '{refusals}; the CPU library works': '{refusals}; die Bibliothek für den Prozessor läuft',
  'the GPU library did not load ({problem})': 'die Bibliothek für die Grafikkarte ließ sich nicht laden ({problem})',
  'the CPU library did not load ({problem})': 'die Bibliothek für den Prozessor ließ sich nicht laden ({problem})',
  'WebAssembly was asked for': 'WebAssembly war verlangt',
  'The compute process does not answer; the log says why.': 'Das Rechenwerk antwortet nicht; das Protokoll sagt, warum.',

  // What a word of the description does.
  'grows louder': 'wird lauter',
  'grows softer': 'wird leiser',
  'swells and recedes': 'schwillt an und ab',
  'recedes and returns': 'geht zurück und kommt wieder',
  'fades in from silence': 'kommt aus der Stille',
  'fades away at the end': 'verklingt am Ende',
  'the octave stays': 'die Oktave bleibt',
  'one octave higher': 'eine Oktave höher',
  'one octave lower': 'eine Oktave tiefer',
  '{count} octaves higher': '{count} Oktaven höher',
  '{count} octaves lower': '{count} Oktaven tiefer',
  '{count} beats a minute': '{count} Schläge pro Minute',
  'sets the tempo of notes that the prompt names; a hum keeps its own':
    'setzt das Tempo von Noten, die die Worte nennen; Gesummtes behält sein eigenes',
  'tempo × {factor}': 'Tempo × {factor}',
  softer: 'leiser',
  louder: 'lauter',
  'narrower vibrato': 'schmaleres Vibrato',
  'wider vibrato': 'breiteres Vibrato',
  'slower vibrato': 'langsameres Vibrato',
  'faster vibrato': 'schnelleres Vibrato',
  'gentler attack': 'weicherer Ansatz',
  'harder attack': 'härterer Ansatz',
  darker: 'dunkler',
  brighter: 'heller',
  'no vibrato': 'kein Vibrato',
  'as usual': 'wie gewöhnlich',
  'dynamics {value}': 'Lautstärke {value}',
  'vibrato depth {value}': 'Vibratobreite {value}',
  'vibrato rate {value}': 'Vibratotempo {value}',
  'attack {value}': 'Ansatz {value}',
  'brightness {value}': 'Helligkeit {value}',
  '{effect} ({curve})': '{effect} ({curve})',
  '{change} from there on: {amount}': '{change} von da an: {amount}',
  '{change} at the start: {amount}': '{change} am Anfang: {amount}',
  '{change} in the middle: {amount}': '{change} in der Mitte: {amount}',
  '{change} at the end: {amount}': '{change} am Ende: {amount}',
  '{change}: {amount}': '{change}: {amount}',
  '{count} seconds': '{count} Sekunden',
  '{count} minutes': '{count} Minuten',
}

const NAME = /\\?\{(\w+)\\?\}/g
const toPattern = (template: string): RegExp =>
  new RegExp(`^${template.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(NAME, '(?<$1>.+?)')}$`, 's')
const fill = (template: string, groups: Readonly<Record<string, string>>): string =>
  template.replace(NAME, (_, name: string) => groups[name] ?? '')

const PATTERNS = Object.entries(GERMAN)
  .filter(([english]) => english.includes('{'))
  .map(([english, german]) => ({ pattern: toPattern(english), german }))

const toGerman = (text: string): string => {
  const exact = Object.hasOwn(GERMAN, text) ? GERMAN[text] : undefined
  if (exact !== undefined) return exact
  for (const { pattern, german } of PATTERNS) {
    const found = pattern.exec(text)?.groups
    if (found === undefined) continue
    return fill(german, Object.fromEntries(Object.entries(found).map(([name, value]) => [name, toGerman(value)])))
  }
  return text
}

/** A phrase of the engine in the language of the page; what is not known stays as it is. */
export const sayPhrase = (text: string): string => (language() === 'de' ? toGerman(text) : text)

/** An error whose sentences the engine has filled in already, in the language of the page. */
export const sayError = (error: {
  readonly code: string
  readonly message: string
  readonly remedy: string
}): { message: string; remedy: string } => {
  const code = error.code as ErrorCode
  const german = language() === 'de' && Object.hasOwn(ERROR_CATALOGUE, code) ? GERMAN_ERRORS[code] : undefined
  if (german === undefined) return { message: error.message, remedy: error.remedy }
  const english = ERROR_CATALOGUE[code]
  const details = { ...toPattern(english.message).exec(error.message)?.groups, ...toPattern(english.remedy).exec(error.remedy)?.groups }
  const translated = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, toGerman(value)]))
  return describeError(code, translated, { message: german[0], remedy: german[1] })
}
