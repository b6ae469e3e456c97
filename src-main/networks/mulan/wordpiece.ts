/**
 * BERT's uncased tokenizer: clean, split at spaces, punctuation and CJK characters, strip accents, lower-case, then the
 * longest pieces of the vocabulary from the left.
 *
 * @source arXiv 1810.04805; peer: the Python package tokenizers, see test/peers/minilm
 */
export interface WordPiece {
  /** The pieces of a text as they stand in the vocabulary, "##" before those that go on within a word. */
  split(text: string): { readonly piece: string; readonly id: number }[]
  /** Token ids with [CLS] before and [SEP] after, at most `limit` of them. */
  tokenize(text: string, limit?: number): number[]
}

/** What the sentence encoder was trained to read at once. */
export const LONGEST_TEXT = 256
const LONGEST_WORD = 100

const CJK =
  /[\u{4E00}-\u{9FFF}\u{3400}-\u{4DBF}\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B820}-\u{2CEAF}\u{F900}-\u{FAFF}\u{2F800}-\u{2FA1F}]/gu
/** ASCII signs count as punctuation even where Unicode calls them symbols ($, +, ^). */
const PUNCTUATION = /[!-/:-@[-`{-~\p{P}]/gu

const splitWords = (text: string): string[] =>
  text
    .replace(/[\t\n\r]/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\uFFFD]/gu, '')
    .replace(CJK, ' $& ')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(PUNCTUATION, ' $& ')
    .split(/[\s\p{Z}]+/u)
    .filter((word) => word !== '')

/** @param vocabulary one piece a line, a line's number is its id */
export const createWordPiece = (vocabulary: string): WordPiece => {
  const pieces = vocabulary.split('\n')
  const ids = new Map(pieces.map((piece, id) => [piece, id]))
  const special = (name: string): number => ids.get(name) ?? 0
  const [unknown, start, end] = [special('[UNK]'), special('[CLS]'), special('[SEP]')]

  const splitPieces = (word: string): number[] => {
    const letters = [...word]
    if (letters.length > LONGEST_WORD) return [unknown]
    const found: number[] = []
    let from = 0
    while (from < letters.length) {
      let to = letters.length
      let id: number | undefined
      for (; to > from && id === undefined; to--) id = ids.get(`${from === 0 ? '' : '##'}${letters.slice(from, to).join('')}`)
      if (id === undefined) return [unknown]
      found.push(id)
      from = to + 1
    }
    return found
  }

  return {
    split: (text) =>
      splitWords(text)
        .flatMap(splitPieces)
        .map((id) => ({ id, piece: pieces[id] ?? '' })),
    tokenize: (text, limit = LONGEST_TEXT) => [
      start,
      ...splitWords(text)
        .flatMap(splitPieces)
        .slice(0, limit - 2),
      end,
    ],
  }
}
