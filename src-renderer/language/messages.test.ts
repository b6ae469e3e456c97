import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from './locale.svelte.ts'

type Tree = string | readonly Tree[] | { readonly [key: string]: Tree }

const read = (language: string): Tree => JSON.parse(readFileSync(join(import.meta.dirname, `messages/${language}.json`), 'utf8')) as Tree

/** Every message by its key, with all its forms. */
const flatten = (tree: Tree, prefix = ''): [string, string][] => {
  if (typeof tree === 'string') return [[prefix, tree]]
  if (Array.isArray(tree)) return [[prefix, tree.map((part) => JSON.stringify(part)).join(' ')]]
  return Object.entries(tree as Record<string, Tree>).flatMap(([key, value]) => flatten(value, prefix === '' ? key : `${prefix}.${key}`))
}
const placeholdersOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{([\p{L}\d]+)\}/gu)].map(([, name]) => name ?? ''))].sort()

/** A tonic is written small before "minor" in some languages only, and a plural's number is left out of "one" in some. */
const FREE_PLACEHOLDERS: Readonly<Record<string, readonly string[]>> = { 'notes.minor': ['tonic', 'Tonic'] }

describe('the words of the page', () => {
  const english = new Map(flatten(read('en')))

  it.each(LANGUAGES.filter((language) => language !== 'en'))('are all there in %s, with the same placeholders', (language) => {
    const other = new Map(flatten(read(language)))
    expect([...other.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [key, text] of other) {
      expect(text.trim(), key).not.toBe('')
      const free = FREE_PLACEHOLDERS[key] ?? []
      const ours = placeholdersOf(text).filter((name) => !free.includes(name))
      expect(ours, key).toEqual(placeholdersOf(english.get(key) ?? '').filter((name) => !free.includes(name)))
    }
  })
})
