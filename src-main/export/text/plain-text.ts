/** Printable ASCII for fields that allow nothing else: accents are dropped, the rest becomes a question mark. */
export const toAscii = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?')

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Text for an XML element or attribute; what XML 1.0 cannot hold is left out, line breaks survive in attributes. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replace(/(?![\t\n\r])[\x00-\x1f]/g, '')
    .replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter)
    .replace(/[\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`)

/** The text that `escapeXml` and other writers of the five entities and of character references meant. */
export const unescapeXml = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (whole: string, hex?: string, decimal?: string, entity?: string) => {
      if (entity !== undefined) return Object.entries(ENTITIES).find(([, escaped]) => escaped === `&${entity.toLowerCase()};`)?.[0] ?? whole
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
