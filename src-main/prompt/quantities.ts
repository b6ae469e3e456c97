/** Numbers written as words or figures, in the languages the prompt reads. */
const NUMBER_WORDS: Readonly<Record<string, number>> = {
  half: 0.5,
  a: 1,
  an: 1,
  one: 1,
  ein: 1,
  eine: 1,
  un: 1,
  une: 1,
  two: 2,
  zwei: 2,
  deux: 2,
  three: 3,
  drei: 3,
  trois: 3,
  four: 4,
  vier: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
}
export const NUMBER_PATTERN = `(?:\\d+(?:[.,]\\d+)?|${Object.keys(NUMBER_WORDS).join('|')})`

export const readNumber = (text: string): number | null => {
  const word = NUMBER_WORDS[text.toLowerCase()]
  if (word !== undefined) return word
  const number = Number(text.replace(',', '.'))
  return Number.isFinite(number) && text.trim() !== '' ? number : null
}

/** A stretch of the text that was understood, so that no other reader takes its words again. */
export interface TextSpan {
  readonly start: number
  readonly end: number
}

/** The text with the given stretches blanked out, positions kept. */
export const blankOut = (text: string, spans: readonly TextSpan[]): string =>
  spans.reduce((left, { start, end }) => left.slice(0, start) + ' '.repeat(Math.max(0, end - start)) + left.slice(end), text)

/** Lower case, accents off, position by position the same length as the original. */
export const foldCase = (text: string): string =>
  Array.from(text.normalize('NFC'))
    .map((character) => {
      const plain = character
        .normalize('NFD')
        .replace(/[\u0300-\u036f]/g, '')
        .toLowerCase()
        .replace('ß', 's')
      return plain.length === character.length ? plain : character
    })
    .join('')
