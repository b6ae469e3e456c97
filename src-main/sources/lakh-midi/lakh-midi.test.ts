import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectScan } from '../collect-scan.ts'
import { readJsonEntries } from './json-entries.ts'
import { lakhMidiSource } from './lakh-midi.ts'

const dir = fileURLToPath(new URL('../../../test/fixtures/sources/lakh-midi', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'lakh-'))
const readEntries = async (text: string): Promise<[string, unknown][]> => {
  const path = join(temporary, 'x.json')
  writeFileSync(path, text)
  const entries: [string, unknown][] = []
  for await (const entry of readJsonEntries(path)) entries.push(entry)
  return entries
}

describe('JSON read entry by entry', () => {
  it('equals JSON read at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (object) => {
        const parsed = JSON.parse(JSON.stringify(object, undefined, 1)) as object
        expect(await readEntries(JSON.stringify(object, undefined, 1))).toEqual(
          Object.entries(parsed).filter(([key]) => key !== '__proto__'),
        )
      }),
      { numRuns: 60 },
    )
  })
  it('reaches over the pieces in which a file is read', async () => {
    const object = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`key"${i}`, ['{}[],:\\"', 'ä'.repeat(i % 90)]]))
    expect(await readEntries(JSON.stringify(object))).toEqual(Object.entries(object))
  })
  it('says when it is cut off or none', async () => {
    await expect(readEntries('{"a": {"b": 1}, "c": {')).rejects.toMatchObject({ details: { reason: 'it is cut off' } })
    await expect(readEntries('{"a": nonsense}')).rejects.toMatchObject({ code: 'SOURCE_FILE_DAMAGED' })
    await expect(readEntries('')).rejects.toMatchObject({ code: 'SOURCE_FILE_DAMAGED' })
  })
})

describe('Lakh MIDI', () => {
  it('reads each file once, with its match, the song it fits and its former name', async () => {
    const { items } = await collectScan(lakhMidiSource, dir)
    expect(items).toHaveLength(4)
    expect(items[0]).toMatchObject({
      title: 'Der Geigenbogen',
      artist: 'Die Häuserzeile',
      genres: ['violin', 'chamber music'],
      instruments: ['violin', 'cello'],
      bpm: 104,
      details: { track: 'TRABCDE128F000000A', matchScore: 0.7312, originalName: 'd/der_geigenbogen.mid', violinNotes: 8 },
    })
    expect(items[0]?.midiPath).toContain('lmd_matched')
    expect(items.find(({ details }) => details.matchScore === 0.61)?.title).toBe('"piano", {scales}')
  })

  it('tells files that are cut off and files that are not what their name says', async () => {
    const { items } = await collectScan(lakhMidiSource, dir)
    expect(items.flatMap(({ problems }) => problems)).toEqual([
      'the MIDI file is cut off inside track 4 of 4',
      'its contents differ from what its name (their MD5) says',
    ])
    const { id, midiPath } = items[0] ?? { id: '', midiPath: '' }
    const { readFileSync } = await import('node:fs')
    expect(
      createHash('md5')
        .update(readFileSync(midiPath ?? ''))
        .digest('hex'),
    ).toBe(id)
  })

  it('is filtered by genre and instrument, and reads lmd_full alone', async () => {
    const { items } = await collectScan(lakhMidiSource, dir, { filter: { genres: ['chamber music'], instruments: ['violin'] } })
    expect(items).toHaveLength(1)
    expect((await collectScan(lakhMidiSource, join(dir, 'lmd_full'))).items).toHaveLength(4)
    expect(await lakhMidiSource.recognise(join(dir, 'lmd_full'))).toContain('MD5')
  })

  it('goes on without usable scores and song files', async () => {
    const path = mkdtempSync(join(tmpdir(), 'lakh-'))
    cpSync(dir, path, { recursive: true })
    writeFileSync(join(path, 'match_scores.json'), '{"TRABCDE128F000000A": {"41')
    writeFileSync(join(path, 'lmd_matched_h5/A/B/C/TRABCDE128F000000A.h5'), 'none')
    const { items, problems } = await collectScan(lakhMidiSource, path)
    expect(items).toHaveLength(4)
    expect(items[0]?.details).toMatchObject({ track: 'TRABCDE128F000000A' })
    expect(problems.map(({ reason }) => reason)).toEqual(['it is cut off; matches from there on are missing', 'it is no HDF5 file'])
    await expect(collectScan(lakhMidiSource, join(path, 'lmd_matched_h5'))).rejects.toMatchObject({ code: 'SOURCE_INCOMPLETE' })
  })
})
