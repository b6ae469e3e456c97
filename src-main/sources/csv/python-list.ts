/**
 * A list of texts or numbers as Python's repr() writes it: "['slow', \"bird's song\", 21]". Undefined where the text is none.
 *
 * @source  Python language reference, string literals
 */
export const readPythonList = (text: string): string[] | undefined => {
  const source = text.trim()
  if (!source.startsWith('[') || !source.endsWith(']')) return undefined
  const values: string[] = []
  let at = 1
  const end = source.length - 1
  const skipSpace = (): void => {
    while (at < end && /\s/.test(source.charAt(at))) at++
  }
  for (skipSpace(); at < end; skipSpace()) {
    const quote = source.charAt(at)
    if (quote === "'" || quote === '"') {
      const read = readQuoted(source, at + 1, quote)
      if (read === undefined) return undefined
      values.push(read.text)
      at = read.next
    } else {
      const match = /^[^,'"[\]]+/.exec(source.slice(at, end))
      if (match === null) return undefined
      values.push(match[0].trim())
      at += match[0].length
    }
    skipSpace()
    if (at < end && source.charAt(at) !== ',') return undefined
    at++
  }
  return values
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', "'": "'", '"': '"', '\\': '\\' }

const readQuoted = (source: string, start: number, quote: string): { text: string; next: number } | undefined => {
  let text = ''
  for (let at = start; at < source.length; at++) {
    const character = source.charAt(at)
    if (character === quote) return { text, next: at + 1 }
    if (character !== '\\') {
      text += character
      continue
    }
    at++
    const escape = source.charAt(at)
    const digits = { x: 2, u: 4, U: 8 }[escape]
    const code = digits === undefined ? undefined : Number.parseInt(source.slice(at + 1, at + 1 + digits), 16)
    if (digits !== undefined && code !== undefined && code <= 0x10ffff) {
      text += String.fromCodePoint(code)
      at += digits
    } else text += ESCAPES[escape] ?? `\\${escape}`
  }
  return undefined
}
