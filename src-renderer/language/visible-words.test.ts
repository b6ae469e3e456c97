import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'svelte/compiler'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const COMPONENTS = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.svelte'))
/** What a person reads or hears of an element or of one of our components. */
const SPOKEN =
  /^(aria-(label|description|roledescription|valuetext|placeholder)|title|alt|placeholder|label|hint|message|remedy|\w+Label|\w+Hint)$/
/** Written alike in every language: units, signs of music, names of formats. */
const UNIVERSAL = /^(s|ms|min|Hz|kHz|dB|dB²|LUFS|LU|cent|BPM|MIDI|WAV|JSON|[A-Z]|p|mf|f|Fiddlehead|[#b♯♭])$/

const isVisible = (text: string): boolean =>
  text
    .split(/[^\p{L}\p{M}²#♯♭]+/u)
    .filter((word) => word !== '')
    .some((word) => !UNIVERSAL.test(word))

interface Node {
  readonly type: string
  readonly name?: string
  readonly data?: string
  readonly value?: unknown
  readonly [key: string]: unknown
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

/** The literal texts of a component that a person would read: between tags, and in attributes that are spoken. */
const findLiteralWords = (source: string): string[] => {
  const found: string[] = []
  const inValue = (value: unknown): void => {
    for (const part of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (!isNode(part)) continue
      if (part.type === 'Text' && isVisible(part.data ?? '')) found.push(part.data ?? '')
      const { expression } = part
      if (isNode(expression) && expression.type === 'Literal' && typeof expression.value === 'string' && isVisible(expression.value))
        found.push(expression.value)
    }
  }
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (!isNode(value) || value.type.endsWith('Directive')) return
    if (value.type === 'Attribute') {
      if (SPOKEN.test(value.name ?? '')) inValue(value.value)
      return
    }
    if (value.type === 'Text') return inValue(value)
    if (value.type === 'ExpressionTag') return inValue(value)
    for (const [key, child] of Object.entries(value)) if (key !== 'metadata') walk(child)
  }
  walk(parse(source, { modern: true }).fragment)
  return found
}

describe('the components', () => {
  it('are told apart from their words', () => {
    expect(findLiteralWords('<p>{words.a} · 3 dB</p><b aria-label={words.b}>M</b>')).toEqual([])
    expect(findLiteralWords('<p>Play</p><b aria-label="Stop" class="big">{"Go"}</b>')).toEqual(['Play', 'Stop', 'Go'])
  })

  it.each(COMPONENTS)('%s says nothing that is not among the messages', (path) => {
    expect(findLiteralWords(readFileSync(join(ROOT, path), 'utf8')), path).toEqual([])
  })
})
