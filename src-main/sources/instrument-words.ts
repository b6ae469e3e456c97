import { createPhraseFinder, foldText } from './phrases.ts'

/** Instruments as labels, tags and captions name them; the first word of a line is what the item is said to hold. */
const INSTRUMENT_WORDS: readonly (readonly string[])[] = [
  ['violin', 'violinist'],
  ['fiddle', 'fiddler'],
  ['viola', 'violist'],
  ['cello', 'violoncello', 'cellist'],
  ['double bass', 'contrabass', 'upright bass'],
  ['strings', 'string section', 'string quartet', 'string orchestra', 'string ensemble', 'bowed string'],
  ['orchestra', 'symphony orchestra', 'chamber orchestra'],
  ['erhu'],
  ['guitar', 'acoustic guitar', 'electric guitar'],
  ['bass guitar', 'electric bass', 'e-bass'],
  ['mandolin'],
  ['banjo'],
  ['harp'],
  ['piano', 'pianist'],
  ['organ'],
  ['accordion'],
  ['harmonica'],
  ['flute'],
  ['recorder'],
  ['clarinet'],
  ['oboe'],
  ['bassoon'],
  ['saxophone', 'sax'],
  ['trumpet'],
  ['trombone'],
  ['french horn'],
  ['tuba'],
  ['bagpipe'],
  ['synthesizer', 'synth'],
  ['drums', 'drum kit', 'percussion'],
  ['choir'],
]

const finders = INSTRUMENT_WORDS.map((words) => ({ name: words[0] ?? '', find: words.map(createPhraseFinder) }))

/** The instruments that texts name, without those they say are absent; in the order of the list above. */
export const findInstruments = (texts: readonly string[]): string[] => {
  const folded = texts.map(foldText)
  return finders.filter(({ find }) => folded.some((text) => find.some((matches) => matches(text)))).map(({ name }) => name)
}
