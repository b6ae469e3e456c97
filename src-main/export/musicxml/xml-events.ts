import { unreadableScore } from './unreadable-score.ts'

/** One element with what is inside it. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  text: string
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decodeEntities = (text: string): string =>
  text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : name.startsWith('#') ? Number(name.slice(1)) : NaN
    if (Number.isFinite(code)) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
    return ENTITIES[name] ?? whole
  })

const MAXIMUM_DEPTH = 100
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE(?:[^[>]|\[[\s\S]*?\])*>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g

/**
 * A well-formed XML document as a tree: elements, attributes, text. Entities of its own are not expanded.
 *
 * @throws  EngineError MELODY_UNREADABLE
 */
export const readXml = (text: string): XmlElement => {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' }
  const open: XmlElement[] = [root]
  let end = 0
  for (const token of text.matchAll(TOKEN)) {
    if (token.index !== end) throw unreadableScore('its XML is broken')
    end = token.index + token[0].length
    const [, cdata, closing, opening, attributes = '', slash, plain] = token
    const current = open.at(-1) ?? root
    if (cdata !== undefined) current.text += cdata
    else if (plain !== undefined) current.text += decodeEntities(plain)
    else if (closing !== undefined) {
      if (open.length === 1 || current.name !== closing) throw unreadableScore('its XML is broken')
      open.pop()
    } else if (opening !== undefined) {
      const element: XmlElement = { name: opening, attributes: {}, children: [], text: '' }
      for (const [, name = '', double, single = ''] of attributes.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
        ;(element.attributes as Record<string, string>)[name] = decodeEntities(double ?? single)
      }
      current.children.push(element)
      if (slash !== '/') open.push(element)
      if (open.length > MAXIMUM_DEPTH) throw unreadableScore('its XML is nested too deeply')
    }
  }
  if (end !== text.length || open.length !== 1) throw unreadableScore('its XML breaks off')
  const top = root.children[0]
  if (top === undefined) throw unreadableScore('there is nothing in it')
  return top
}

export const findChild = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((child) => child.name === name)

/** The text of a child, or of a child's child, by a path such as "pitch/step". */
export const readText = (element: XmlElement, path: string): string | undefined => {
  let found: XmlElement | undefined = element
  for (const name of path.split('/')) found = found === undefined ? undefined : findChild(found, name)
  return found?.text.trim()
}
