import { escapeXml } from './plain-text.ts'

type XmlAttributes = Readonly<Record<string, string | number | boolean | undefined>>

/** An element; attributes that are undefined are left out, children are XML already. */
export const element = (name: string, attributes: XmlAttributes, ...children: readonly string[]): string => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('')
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`
}

/** An element that holds text. */
export const textElement = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
