import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { writeFmaTracks } from '#test/fixtures/sources/make-source-fixtures.ts'
import { collectScan } from '../collect-scan.ts'
import { fmaSource } from './fma.ts'
import { nameGenres } from './genre-tree.ts'

const dir = fileURLToPath(new URL('../../../test/fixtures/sources/fma', import.meta.url))
const copy = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'fma-'))
  cpSync(dir, path, { recursive: true })
  return path
}

describe('FMA', () => {
  it('reads tracks under their three header rows, with genres from the top down, licence and sound', async () => {
    const { items, licences } = await collectScan(fmaSource, dir)
    expect(items.map(({ id }) => id)).toEqual(['2', '5', '10', '1001', '1002'])
    expect(items[0]).toMatchObject({
      title: 'Slow air',
      artist: 'Ana Fiedel',
      genres: ['International', 'Celtic'],
      tags: ['fiddle', "player's choice"],
      instruments: ['fiddle'],
      license: 'Attribution 3.0 International',
      durationSeconds: 30,
      audioPath: join(dir, 'fma_small/000/000002.mp3'),
      details: { wholeTrackSeconds: 183, split: 'training' },
    })
    expect(items[2]?.audioPath).toBeUndefined()
    expect(items[1]?.problems).toEqual(['its sound file is empty'])
    expect(items[4]?.problems).toEqual(['its genres 77 are not in genres.csv', 'its track.tags cannot be read'])
    expect(licences['Attribution 3.0 International']).toBe(4)
  })

  it('is filtered by an upper genre, by sound, and by whether changes are allowed', async () => {
    const find = async (filter: object): Promise<string[]> => (await collectScan(fmaSource, dir, { filter })).items.map(({ id }) => id)
    expect(await find({ genres: ['classical'] })).toEqual(['5', '1001'])
    expect(await find({ genres: ['classical', 'international'], needs: 'audio' })).toEqual(['2', '1001'])
    expect(await find({ words: ['not here'] })).toEqual(['10'])
    expect(await find({ words: ['not here'], isAdaptable: true })).toEqual([])
  })

  it('does without genres.csv, says so, and keeps the top genre', async () => {
    const path = copy()
    rmSync(join(path, 'fma_metadata/genres.csv'))
    const { items, problems } = await collectScan(fmaSource, path)
    expect(items[0]?.genres).toEqual(['International'])
    expect(problems.map(({ reason }) => reason)).toEqual(['it is missing; tracks are listed by their top genre only'])
  })

  it('reads on behind a row that is none and reports a table that is cut off', async () => {
    const path = copy()
    const table = writeFmaTracks({ 1: { 'track.title': 'One' }, 2: { 'track.title': 'Two' } })
    writeFileSync(join(path, 'fma_metadata/tracks.csv'), `${table}oops,,\n3${',"'.padEnd(9, 'x')}`)
    const { items, problems } = await collectScan(fmaSource, path)
    expect(items.map(({ title }) => title)).toEqual(['One', 'Two'])
    expect(problems.map(({ reason }) => reason).sort()).toEqual([
      'line 6: "oops" is no track number',
      'line 7: a quotation mark stays open',
    ])
  })

  it('refuses folders without the tables, and tables of another kind', async () => {
    const path = copy()
    writeFileSync(join(path, 'fma_metadata/tracks.csv'), 'track_id,title\n1,x\n')
    await expect(collectScan(fmaSource, path)).rejects.toMatchObject({ code: 'SOURCE_FILE_DAMAGED' })
    expect(await fmaSource.recognise(path)).toBeUndefined()
    rmSync(join(path, 'fma_metadata'), { recursive: true })
    await expect(collectScan(fmaSource, path)).rejects.toMatchObject({ code: 'SOURCE_INCOMPLETE' })
    await expect(collectScan(fmaSource, join(path, 'nowhere'))).rejects.toMatchObject({ code: 'SOURCE_FOLDER_UNREADABLE' })
  })

  it('names genres without going round in a circle', () => {
    const tree = new Map([
      [1, { title: 'A', parent: 2 }],
      [2, { title: 'B', parent: 1 }],
    ])
    expect(nameGenres([1, 9], tree)).toEqual(['B', 'A'])
  })
})
