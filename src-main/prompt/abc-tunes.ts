/** One tune of an ABC tunebook: its text and the fields a library lists it by. */
export interface AbcTune {
  /** Number in its book (X:). */
  readonly number: number
  readonly title: string
  readonly rhythm: string
  readonly text: string
}

const readField = (text: string, letter: string): string => new RegExp(`^${letter}:\\s*(.*?)\\s*(?:%.*)?$`, 'm').exec(text)?.[1] ?? ''

/** Splits an ABC tunebook at its X: fields. The file header above the first tune (L:, M: defaults) is put in front of each. */
export const splitAbcTunes = (book: string): AbcTune[] => {
  const lines = book.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const defaults: string[] = []
  const tunes: string[][] = []
  let isInTune = false
  for (const line of lines) {
    if (/^X:/.test(line)) {
      tunes.push([line])
      isInTune = true
    } else if (isInTune && line.trim() === '') isInTune = false
    else if (isInTune) tunes.at(-1)?.push(line)
    else if (tunes.length === 0 && /^[LMQ]:/.test(line)) defaults.push(line)
  }
  return tunes.map(([first = '', ...rest]) => {
    const text = [first, ...defaults, ...rest].join('\n')
    return { number: Number.parseInt(first.slice(2), 10) || 0, title: readField(text, 'T'), rhythm: readField(text, 'R'), text }
  })
}
