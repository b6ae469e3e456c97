import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withRoomsTable } from './rooms-table.ts'

const root = join(import.meta.dirname, '../..')
const map = readFileSync(join(root, 'src-main/README.md'), 'utf8')
const paths = [...map.matchAll(/`((?:src-[a-z]+|build|test|resources|models)\/[\w./{},*-]*|[\w-]+\.[\w.]*(?:ts|json|js))`/g)].map(
  ([, path = '']) => path,
)
const existing = (path: string): string[] => {
  const braces = /^(.*)\{([^}]*)\}(.*)$/.exec(path)
  return braces === null ? [path] : (braces[2] ?? '').split(',').map((part) => `${braces[1] ?? ''}${part}${braces[3] ?? ''}`)
}

describe('the map', () => {
  it('shows the table that the checks enforce (node build/checks/rooms-table.ts writes it)', () => {
    expect(withRoomsTable(map)).toBe(map)
  })
  it('leads only to places that are there', () => {
    expect(paths.length).toBeGreaterThan(40)
    for (const path of paths.flatMap(existing)) expect(existsSync(join(root, path)), path).toBe(true)
  })
  it('names every room', () => {
    const { rooms } = JSON.parse(readFileSync(join(root, 'build/checks/rooms.json'), 'utf8')) as { rooms: Record<string, string[]> }
    const text = map.slice(0, map.indexOf('<!-- rooms'))
    for (const room of Object.keys(rooms)) expect(text, room).toContain(room.slice(room.indexOf('/') + 1))
  })
})
