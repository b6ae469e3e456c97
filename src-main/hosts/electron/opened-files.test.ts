import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createOpenedFiles, findOpenedPaths } from './opened-files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fiddlehead-opened-'))
  for (const name of ['Song.fiddlehead', 'Mine.fiddlehead-voice', 'notes.txt']) writeFileSync(join(folder, name), name)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('finds our files on a command line, and nothing else', () => {
  const args = ['/usr/bin/fiddlehead', '--no-sandbox', join(folder, 'Song.fiddlehead'), join(folder, 'notes.txt'), join(folder, 'gone.fiddlehead'), folder, join(folder, 'Mine.fiddlehead-voice')] // prettier-ignore
  expect(findOpenedPaths(args)).toEqual([join(folder, 'Song.fiddlehead'), join(folder, 'Mine.fiddlehead-voice')])
})

it('keeps files until a page takes them, and hands each over once', () => {
  const opened = createOpenedFiles()
  const taken: string[] = []
  opened.add([join(folder, 'Song.fiddlehead')])
  opened.setPage(({ fileName, bytes }) => taken.push(`${fileName}: ${new TextDecoder().decode(bytes)}`))
  expect(taken).toEqual(['Song.fiddlehead: Song.fiddlehead'])
  opened.setPage(null)
  opened.add([join(folder, 'Mine.fiddlehead-voice')])
  expect(taken).toHaveLength(1)
  opened.setPage(({ fileName }) => taken.push(fileName))
  expect(taken.slice(1)).toEqual(['Mine.fiddlehead-voice'])
})
