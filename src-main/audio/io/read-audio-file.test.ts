import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAudioBytes, readAudioFile } from './read-audio-file.ts'
import { encodeWav } from './wav.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`../../../test/fixtures/audio/${name}`, import.meta.url))
const failsWith = (code: string): unknown => expect.objectContaining({ code })

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fiddlehead-io-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('reading a sound file as mono', () => {
  it('mixes the channels and converts the rate', async () => {
    const { pcm, durationSeconds, source } = await readAudioFile(fixture('wav-stereo-s24le.wav'), { sampleRate: 22050 })
    expect(pcm.length).toBe(1103)
    expect(durationSeconds).toBeCloseTo(0.05, 4)
    expect(source).toEqual({ format: 'wav', sampleRate: 44100, channelCount: 2, clippedShare: 0 })
    const t = 600 / 22050
    const left = 0.4 * Math.sin(2 * Math.PI * 440 * t) * (1 - Math.exp(-t * 20)) + 0.1 * Math.sin(2 * Math.PI * 1320 * t)
    expect(pcm[600]).toBeCloseTo((left + 0.3 * Math.sin(2 * Math.PI * 660 * t)) / 2, 4)
  })

  it('reads 192 kHz, and several blocks of a longer file', async () => {
    expect((await readAudioFile(fixture('wav-192k.wav'), { sampleRate: 44100 })).pcm.length).toBe(882)
    const long = Float32Array.from({ length: 150_001 }, (_, i) => Math.sin(i / 30))
    const path = join(folder, 'long.wav')
    writeFileSync(path, encodeWav([long], { sampleRate: 44100, bits: 32 }))
    expect((await readAudioFile(path, { sampleRate: 44100 })).pcm).toEqual(long)
  })

  it('reads the same from memory', async () => {
    const fromFile = await readAudioFile(fixture('flac-16.flac'), { sampleRate: 44100 })
    expect(await readAudioBytes(readFileSync(fixture('flac-16.flac')), 'flac-16.flac', { sampleRate: 44100 })).toEqual(fromFile)
  })

  it('says how long a file is that is too long', async () => {
    const path = join(folder, 'minutes.wav')
    writeFileSync(path, encodeWav([new Float32Array(8000 * 90)], { sampleRate: 8000, bits: 16 }))
    const reading = readAudioFile(path, { sampleRate: 44100, maximumMinutes: 1 })
    await expect(reading).rejects.toThrow(
      expect.objectContaining({ code: 'AUDIO_TOO_LONG', details: { minutes: '1.5', maximumMinutes: 1 } }),
    )
  })

  it('keeps what a damaged file holds, when asked', async () => {
    const path = join(folder, 'cut.wav')
    writeFileSync(path, readFileSync(fixture('wav-s16le.wav')).subarray(0, 2000))
    await expect(readAudioFile(path, { sampleRate: 44100 })).rejects.toThrow(failsWith('AUDIO_CORRUPT'))
    const { pcm, source } = await readAudioFile(path, { sampleRate: 44100, isDamageKept: true })
    expect(pcm.length).toBeGreaterThan(900)
    expect(source.damage).toMatch(/can be read/)
  })

  it('tells a missing file from one that is not readable', async () => {
    await expect(readAudioFile(join(folder, 'none.wav'), { sampleRate: 44100 })).rejects.toThrow(failsWith('FILE_NOT_FOUND'))
    await expect(readAudioFile(folder, { sampleRate: 44100 })).rejects.toThrow(failsWith('FILE_IS_FOLDER'))
  })
})
