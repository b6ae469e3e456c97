import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { collectScan } from '../collect-scan.ts'
import type { ScanProgress } from '../source.ts'
import { midiFolderSource } from './midi-folder.ts'

const dir = fileURLToPath(new URL('../../../test/fixtures/sources/midi-folder', import.meta.url))

describe('a folder of MIDI files', () => {
  it('becomes items with title, instruments, tempo, key and the folder as tag', async () => {
    const { items } = await collectScan(midiFolderSource, dir, { filter: { isSound: true } })
    expect(items.map(({ id }) => id)).toEqual([
      'piano_only.mid',
      'chamber/for_viola.mid',
      'chamber/study_in_thirds.mid',
      'folk/geige_by_name.mid',
    ])
    expect(items[2]).toMatchObject({
      title: 'Étude in thirds',
      tags: ['chamber'],
      instruments: ['violin', 'viola', 'cello'],
      bpm: 96,
      key: 'D major',
      details: { violinNotes: 8, violinTrack: 'Violin I', parts: 3 },
    })
    expect(items[1]?.title).toBe('for viola')
  })

  it('keeps damaged files as items with their reason', async () => {
    const { items, problems, counts } = await collectScan(midiFolderSource, dir)
    const flawed = items.filter((item) => item.problems.length > 0).map(({ id, problems: own }) => [id, own[0]])
    expect(flawed).toEqual([
      ['broken/cut_off.mid', 'the MIDI file is cut off inside track 2 of 2'],
      ['broken/no_midi.mid', 'the file is not a MIDI file'],
    ])
    expect(problems).toEqual([])
    expect(counts).toEqual({ scanned: 6, matching: 6, withAudio: 0, withMidi: 6, flawed: 2 })
  })

  it('is filtered by what sounds in it', async () => {
    const { items } = await collectScan(midiFolderSource, dir, { filter: { instruments: ['violin', 'viola'], tags: ['folk', 'chamber'] } })
    expect(items).toHaveLength(3)
  })

  it('tells how far it is and stops when asked', async () => {
    const heard: ScanProgress[] = []
    const stop = new AbortController()
    const onProgress = (progress: ScanProgress): void => {
      heard.push(progress)
      if (progress.filesDone === 2) stop.abort()
    }
    await expect(collectScan(midiFolderSource, dir, { signal: stop.signal, onProgress })).rejects.toMatchObject({ name: 'Cancelled' })
    expect(heard.at(-1)).toMatchObject({ filesDone: 2, itemsFound: 2 })
  })
})
