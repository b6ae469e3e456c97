import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { CASES, hash, makeFile, PROBE_ARGUMENTS, readProbe } from './sound-file-cases.ts'
import recorded from './sound-files.json' with { type: 'json' }

const folder = mkdtempSync(join(tmpdir(), 'sound-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
const hasProbe = spawnSync('ffprobe', ['-version']).status === 0

describe.each(CASES)('a sound file of $bits bits at $sampleRate Hz, read by others', (one) => {
  const bytes = makeFile(one)
  const record = recorded.find(({ sampleRate }) => sampleRate === one.sampleRate)
  const codec = { 16: 'pcm_s16le', 24: 'pcm_s24le', 32: 'pcm_f32le' }[one.bits]
  const wanted = {
    codec,
    sampleRate: String(one.sampleRate),
    channels: one.channelCount,
    samples: one.sampleRate + 1,
    cues: [
      [one.sampleRate / 4, 'A'],
      [one.sampleRate / 2, 'Brücke'],
    ],
    date: '2026-11-22',
    creation_time: '10:11:12',
    time_reference: String(100_000 * one.sampleRate),
    title: 'Phrase 1',
    coding_history: `A=PCM,F=${one.sampleRate},W=${one.bits},M=${one.channelCount === 1 ? 'mono' : 'stereo'},T=Fiddlehead\r\n`,
  }

  it('is the file whose reading by ffprobe and sox was recorded, and they read it as it was meant', () => {
    expect(hash(bytes)).toBe(record?.sha256)
    expect(record?.ffprobe).toMatchObject(wanted)
    expect(record?.sox.samples).toBe(one.sampleRate + 1)
    expect(record?.sox.encoding).toMatch(one.bits === 32 ? '32-bit Floating Point PCM' : `${one.bits}-bit Signed Integer PCM`)
  })

  it.skipIf(!hasProbe)('is read so by the ffprobe of this computer', () => {
    const path = join(folder, `${one.sampleRate}.wav`)
    writeFileSync(path, bytes)
    expect(readProbe(execFileSync('ffprobe', [...PROBE_ARGUMENTS, path], { encoding: 'utf8' }))).toMatchObject(wanted)
  })
})
