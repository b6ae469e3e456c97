import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOrchestraNotes, loadPhilharmoniaNotes } from './philharmonia-notes.ts'

let folder = ''
// Files without sound: what is read here are their names.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'philharmonia-'))
  await mkdir(join(folder, 'audio'))
  const names = [
    'cello_C2_1_forte_arco-normal',
    'cello_D3_15_piano_arco-normal',
    'cello_A3_1_fortissimo_arco-normal',
    'cello_A3_025_fortissimo_arco-normal',
    'cello_A3_1_fortissimo_arco-tremolo',
    'clarinet_As3_15_mezzo-piano_normal',
    'clarinet_D3_1_forte_normal',
    'flute_Ds5_1_pianissimo_normal',
    'flute_C5_1_pianissimo_flutter-tonguing',
    'tuba_C4_1_forte_normal',
  ]
  for (const name of names) await writeFile(join(folder, 'audio', `${name}.mp3`), '')
})
afterAll(() => rm(folder, { recursive: true }))

describe('Philharmonia recordings', () => {
  it('are taken as what they are: held notes in the shared range, every A and E flat held out', async () => {
    const notes = await loadOrchestraNotes(folder)
    expect(notes.map(({ id, instrument, midi, isHeldOut }) => [id.replace('philharmonia/', ''), instrument, midi, isHeldOut])).toEqual([
      ['cello/A3-1-fortissimo', 'cello', 57, true],
      ['cello/C2-1-forte', 'cello', 55, false],
      ['cello/D3-15-piano', 'cello', 62, false],
      ['clarinet/As3-15-mezzo-piano', 'clarinet', 58, false],
      ['flute/Ds5-1-pianissimo', 'flute', 75, true],
    ])
    expect(notes.map((note) => note.dynamics)).toEqual([0.95, 0.75, 0.3, 0.45, 0.1])
  })

  it('give a violin corpus its raised cello alone', async () => {
    const notes = await loadPhilharmoniaNotes(folder)
    expect(notes.map(({ id, instrument, midi }) => [id, instrument, midi])).toEqual([
      ['philharmonia-cello/A3-1-fortissimo', 'violin', 76],
      ['philharmonia-cello/C2-1-forte', 'violin', 55],
      ['philharmonia-cello/D3-15-piano', 'violin', 69],
    ])
  })
})
