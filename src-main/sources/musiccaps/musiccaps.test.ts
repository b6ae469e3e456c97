import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { collectScan } from '../collect-scan.ts'
import { chooseClip, readClipName } from './clip-index.ts'
import { measureSeconds } from './measure-seconds.ts'
import { musicCapsSource } from './musiccaps.ts'

const fixtures = fileURLToPath(new URL('../../../test/fixtures/', import.meta.url))
const dir = join(fixtures, 'sources/musiccaps')

describe('MusicCaps', () => {
  it('joins captions, aspects and labels with local clips by id and time', async () => {
    const { items } = await collectScan(musicCapsSource, dir)
    const byId = new Map(items.map((item) => [String(item.details.ytid), item]))
    expect(byId.get('-Fixture_01')).toMatchObject({
      id: '-Fixture_01@30',
      caption: 'A solo violin plays a slow, "sighing" melody. It is calm.',
      tags: ['solo violin', 'slow tempo', 'no drums', 'Music', 'Violin, fiddle'],
      instruments: ['violin', 'fiddle'],
      audioPath: join(dir, 'clips/-Fixture_01_30-40.wav'),
    })
    expect(byId.get('-Fixture_01')).not.toHaveProperty('range')
    expect(byId.get('Fixture-_02')?.range).toEqual({ fromSeconds: 2, toSeconds: 12 })
    expect(byId.get('FixtureYY03')).toMatchObject({ audioPath: join(dir, 'clips/YFixtureYY03.wav'), instruments: ['piano'] })
    expect(items.map((item) => item.problems)).toEqual([
      [],
      [],
      [],
      ['its aspect list cannot be read'],
      ['its start and end are no times'],
      ['"FixtureWW06_50_60.wav" is named with other times than 30-40 s'],
      ['"FixtureVV07.wav" lasts 20.0 s and does not reach 100-110 s'],
    ])
  })

  it('reads real rows', async () => {
    const { items, problems } = await collectScan(musicCapsSource, join(fixtures, 'sources/musiccaps-real'), {
      filter: { captionWords: ['violin'] },
    })
    expect(items.map(({ id }) => id)).toEqual(['-5f6hjZf9Yw@30'])
    expect(items[0]?.tags).toHaveLength(8)
    expect(problems).toEqual([])
  })

  it('does not take "no violin" for a violin', async () => {
    const { items } = await collectScan(musicCapsSource, dir, { filter: { words: ['violin'] } })
    expect(items.map(({ details }) => details.ytid)).toEqual(['-Fixture_01', 'FixtureVV07'])
  })

  it('keeps what stands before damage and lists the rest', async () => {
    const path = mkdtempSync(join(tmpdir(), 'caps-'))
    cpSync(join(dir, 'musiccaps-public.csv'), join(path, 'm.csv'))
    writeFileSync(
      join(path, 'm.csv'),
      'ytid,start_s,end_s,audioset_positive_labels,aspect_list,caption\nabc,1,2,,[],Fine\n,1,2,,[],Nameless\ndef,1,2,,[],"Open',
    )
    const { items, problems } = await collectScan(musicCapsSource, path)
    expect(items.map(({ caption }) => caption)).toEqual(['Fine'])
    expect(problems.map(({ reason }) => reason)).toEqual(['line 3: it names no video', 'line 4: a quotation mark stays open'])
    await expect(collectScan(musicCapsSource, join(fixtures, 'hums'))).rejects.toMatchObject({ code: 'SOURCE_INCOMPLETE' })
  })

  it('understands the names that people give to clips', () => {
    const known = new Set(['-Fixture_01'])
    const times = (name: string): readonly number[] | undefined => readClipName(`/x/${name}`, (id) => known.has(id))?.clip.times
    expect(times('-Fixture_01.wav')).toEqual([])
    expect(times('Y-Fixture_01.flac')).toEqual([])
    expect(times('-Fixture_01_30000_40000.opus')).toEqual([30000, 40000])
    expect(times('[-Fixture_01]-[30-40].wav')).toEqual([30, 40])
    expect(times('3 Songs (live) [-Fixture_01].m4a')).toEqual([])
    expect(times('-Fixture_012.wav')).toBeUndefined()
    const clip = (...at: number[]) => ({ path: 'a', times: at })
    for (const good of [clip(30), clip(30, 40), clip(30000, 40000), clip(30, 10)]) expect(chooseClip([good], 30, 40)?.isCut).toBe(true)
    expect(chooseClip([clip(31, 41)], 30, 40)).toBeUndefined()
    expect(chooseClip([clip(31, 41), clip()], 30, 40)?.isCut).toBe(false)
  })

  it('measures files by their headers', async () => {
    for (const [name, seconds] of [
      ['wav-s16le.wav', 0.05],
      ['flac-16.flac', 0.5],
      ['mp3-mono.mp3', 0.5],
      ['opus-mono.opus', 0.5],
    ] as const)
      expect(await measureSeconds(join(fixtures, 'audio', name)), name).toBeCloseTo(seconds, 1)
    expect(await measureSeconds(join(fixtures, 'audio/m4a-mono.m4a'))).toBeUndefined()
  })
})
