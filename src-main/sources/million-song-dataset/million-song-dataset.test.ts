import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { writeMsdFile } from '#test/fixtures/sources/write-msd.ts'
import { createRandom } from '#main/foundation/random.ts'
import { collectScan } from '../collect-scan.ts'
import { millionSongDataset } from './million-song-dataset.ts'
import { readSongAnalysis } from './read-analysis.ts'
import { readSongs } from './read-songs.ts'

const dir = fileURLToPath(new URL('../../../test/fixtures/sources/million-song-dataset', import.meta.url))
const song = join(dir, 'data/A/B/C/TRABCDE128F000000A.h5')
const temporary = mkdtempSync(join(tmpdir(), 'msd-'))

describe('Million Song Dataset', () => {
  it('reads a track, its words in UTF-8, its tags by weight', async () => {
    const { items } = await collectScan(millionSongDataset, dir)
    expect(items.map(({ id }) => id)).toEqual(['TRABCDE128F000000A', 'TRABCDF128F000000B'])
    expect(items[1]).toMatchObject({
      title: 'Reel of the Häuserzeile',
      artist: 'Die Häuserzeile',
      tags: ['violin', 'chamber music', 'bavaria', 'german'],
      genres: ['violin', 'chamber music'],
      bpm: 96.25,
      key: 'D major',
      durationSeconds: 123.5,
      problems: [],
    })
    expect(items[0]?.details).toMatchObject({ year: 1999, release: 'First Position', row: 0 })
    expect(items[1]?.details).not.toHaveProperty('year')
  })

  it('lists damaged files, and the summary that would say everything twice', async () => {
    const { problems } = await collectScan(millionSongDataset, dir)
    expect(problems.map(({ path, reason }) => [path.slice(-7), reason])).toEqual([
      ['file.h5', expect.stringContaining('left out')],
      ['000C.h5', 'it is damaged or cut off'],
      ['000D.h5', 'it is no HDF5 file'],
    ])
  })

  it('reads a summary alone, without tags', async () => {
    const { items, problems } = await collectScan(millionSongDataset, join(dir, 'AdditionalFiles'))
    expect(items.map(({ id, tags }) => [id, tags])).toEqual([
      ['TRABCDE128F000000A', []],
      ['TRABCDF128F000000B', []],
    ])
    expect(problems).toEqual([])
  })

  it('tells the songs of one file apart, over the edge of a read', async () => {
    const count = 131
    const path = join(temporary, 'aggregate.h5')
    const songs = Array.from({ length: count }, (_, i) => ({
      columns: { track_id: `TR${i}`, title: `Song ${i}` },
      terms: Array.from({ length: i % 3 }, (__, k) => [`term ${i}.${k}`, 1 - k / 4] as const),
      segmentStarts: Array.from({ length: i % 4 }, (__, k) => i + k / 8),
    }))
    await writeMsdFile(path, songs)
    const read: [string, readonly string[]][] = []
    for await (const { item } of readSongs(path, 'aggregate.h5')) read.push([item.id, item.tags])
    expect(read).toEqual(songs.map(({ columns, terms }) => [columns.track_id, terms.map(([name]) => name)]))
    const { segments } = await readSongAnalysis(path, 127)
    expect([...segments.startSeconds]).toEqual([127, 127.125, 127.25])
    expect(segments.pitches).toHaveLength(36)
  })

  it('gives the analysis of a song', async () => {
    const { segments, beats, bars } = await readSongAnalysis(song)
    expect([...segments.startSeconds]).toEqual([0, 0.31, 0.84])
    expect([...segments.timbre.subarray(12, 15)]).toEqual([0.31, 1.31, 2.31])
    expect([...beats.startSeconds]).toEqual([0.1, 0.72])
    expect(bars.startSeconds).toHaveLength(0)
  })

  it('survives files with flipped bytes, says nothing on the terminal and leaves no file open', async () => {
    const whole = readFileSync(song)
    const random = createRandom(5)
    const folder = join(temporary, 'flipped')
    mkdirSync(folder)
    const count = 40
    for (let i = 0; i < count; i++) {
      const bytes = Buffer.from(whole)
      for (let k = 0; k < 12; k++) bytes[random.integer(i % 2 === 0 ? 4000 : bytes.length)] = random.integer(256)
      writeFileSync(join(folder, `${i}.h5`), bytes)
    }
    const countOpen = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)
    const before = countOpen()
    const { counts, problemCount } = await collectScan(millionSongDataset, folder)
    expect(counts.scanned + problemCount).toBeGreaterThanOrEqual(count)
    expect(problemCount).toBeGreaterThan(0)
    expect(countOpen() - before).toBeLessThan(5)
    expect((await collectScan(millionSongDataset, dir)).counts.scanned).toBe(2)
  })

  it('refuses folders without its files', async () => {
    await expect(collectScan(millionSongDataset, join(dir, '../fma'))).rejects.toMatchObject({ code: 'SOURCE_INCOMPLETE' })
    await expect(readSongAnalysis(join(dir, 'nowhere.h5'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })
})
