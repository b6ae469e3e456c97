import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeAudio } from './decode.ts'

const readFixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../test/fixtures/audio/${name}`, import.meta.url)))
const failsWith = (code: string): unknown => expect.objectContaining({ code })

/** The formulas of test/fixtures/audio/make.sh. */
const SIGNALS = [
  (t: number): number => 0.4 * Math.sin(2 * Math.PI * 440 * t) * (1 - Math.exp(-t * 20)) + 0.1 * Math.sin(2 * Math.PI * 1320 * t),
  (t: number): number => 0.3 * Math.sin(2 * Math.PI * 660 * t),
]

/** Name, format, rate, channels, samples, largest error; lossy formats (0.03 and more) are judged away from the ends. */
const FILES = [
  ['wav-u8.wav', 'wav', 44100, 1, 2205, 1 / 200],
  ['wav-s16le.wav', 'wav', 44100, 1, 2205, 2e-5],
  ['wav-s24le.wav', 'wav', 44100, 1, 2205, 2e-7],
  ['wav-s32le.wav', 'wav', 44100, 1, 2205, 1e-7],
  ['wav-f32le.wav', 'wav', 44100, 1, 2205, 1e-7],
  ['wav-f64le.wav', 'wav', 44100, 1, 2205, 1e-7],
  ['wav-alaw.wav', 'wav', 44100, 1, 2205, 0.01],
  ['wav-mulaw.wav', 'wav', 44100, 1, 2205, 0.01],
  ['wav-stereo-s24le.wav', 'wav', 44100, 2, 2205, 2e-7],
  ['wav-rf64.wav', 'wav', 44100, 2, 2205, 2e-5],
  ['wav-rifx.wav', 'wav', 44100, 2, 2205, 6e-5],
  ['wav-from-pipe.wav', 'wav', 44100, 2, 2205, 2e-5],
  ['wav-comment.wav', 'wav', 44100, 1, 2205, 6e-5],
  ['wav-192k.wav', 'wav', 192000, 1, 3840, 2e-7],
  ['aiff-s8.aiff', 'aiff', 44100, 1, 2205, 1 / 200],
  ['aiff-s16be.aiff', 'aiff', 44100, 1, 2205, 2e-5],
  ['aiff-s24be.aiff', 'aiff', 44100, 1, 2205, 2e-7],
  ['aiff-f32be.aiff', 'aiff', 44100, 2, 2205, 1e-7],
  ['aiff-sowt.aiff', 'aiff', 44100, 2, 2205, 2e-5],
  ['flac-16.flac', 'flac', 44100, 1, 22050, 2e-5],
  ['flac-24.flac', 'flac', 44100, 2, 2205, 2e-7],
  ['flac.oga', 'ogg-flac', 44100, 1, 22050, 2e-5],
  ['mp3-mono.mp3', 'mp3', 44100, 1, 22050, 0.03],
  ['mp3-tagged.mp3', 'mp3', 44100, 2, 22050, 0.03],
  ['vorbis-mono.ogg', 'vorbis', 44100, 1, 22050, 0.03],
  ['vorbis-stereo.ogg', 'vorbis', 44100, 2, 22050, 0.03],
  ['opus-mono.opus', 'opus', 48000, 1, 24000, 0.03],
  ['opus-stereo.opus', 'opus', 48000, 2, 24000, 0.03],
  ['m4a-mono.m4a', 'm4a', 44100, 1, 22050, 0.03],
  ['m4a-stereo.m4a', 'm4a', 44100, 2, 22050, 0.2],
] as const

describe('decoding', () => {
  it.each(FILES)('%s: format, rate, channels, exact length and every sample in its place', async (...expected) => {
    const [name, format, sampleRate, channelCount, lengthSamples, tolerance] = expected
    const audio = await decodeAudio(readFixture(name), { fileName: name })
    expect(audio).toMatchObject({ format, sampleRate, damage: undefined })
    expect(audio.channels.map((pcm) => pcm.length)).toEqual(new Array(channelCount).fill(lengthSamples))
    audio.channels.forEach((pcm, channel) => {
      // Lossy codecs smear the hard beginning and end of the tone.
      const margin = tolerance >= 0.03 ? 2500 : 0
      let error = 0
      for (let i = margin; i < pcm.length - margin; i++) error = Math.max(error, Math.abs(pcm[i] - SIGNALS[channel](i / sampleRate)))
      expect(error).toBeLessThan(tolerance)
    })
  })

  it('keeps the lead-in where the file says nothing of its length', async () => {
    for (const [name, lengthSamples] of [
      ['aac-mono.aac', 23552],
      ['mp3-bare.mp3', 24192],
    ] as const) {
      expect((await decodeAudio(readFixture(name), { fileName: name })).channels[0].length).toBe(lengthSamples)
    }
  })
})

describe('damaged and foreign files', () => {
  // The wasm decoders print what they meet.
  beforeEach(() => {
    vi.spyOn(console, 'error').mockReturnValue(undefined)
    vi.spyOn(console, 'warn').mockReturnValue(undefined)
  })
  afterEach(() => vi.restoreAllMocks())

  const CUT = ['wav-s16le.wav', 'aiff-s16be.aiff', 'flac-16.flac', 'flac.oga', 'mp3-mono.mp3', 'vorbis-mono.ogg', 'opus-mono.opus']
  it.each([...CUT, 'm4a-mono.m4a', 'm4a-stereo.m4a'])('says that %s was cut off', async (fileName) => {
    const bytes = readFixture(fileName)
    await expect(decodeAudio(bytes.subarray(0, Math.floor(bytes.length * 0.6)), { fileName })).rejects.toThrow(failsWith('AUDIO_CORRUPT'))
  })

  it.each(['wav-s16le.wav', 'flac-16.flac', 'mp3-mono.mp3', 'm4a-stereo.m4a'])('keeps what is left of %s when asked', async (fileName) => {
    const bytes = readFixture(fileName)
    const audio = await decodeAudio(bytes.subarray(0, Math.floor(bytes.length * 0.6)), { fileName, isDamageKept: true })
    expect(audio.channels[0].length).toBeGreaterThan(1000)
    expect(audio.damage).toMatch(/^only 0\.\d of its 0\.\d seconds can be read$/)
  })

  it('notices a FLAC file whose samples are not those of its checksum', async () => {
    const bytes = readFixture('flac-24.flac')
    bytes[30] ^= 1 // in the checksum
    await expect(decodeAudio(bytes, { fileName: 'a.flac' })).rejects.toThrow(/checksum/)
  })

  it('calls a file without samples empty', async () => {
    await expect(decodeAudio(new Uint8Array(0), { fileName: 'a.wav' })).rejects.toThrow(failsWith('AUDIO_EMPTY'))
    const wav = readFixture('wav-s16le.wav')
    const dataAt = Buffer.from(wav).indexOf('data')
    const silent = wav.slice(0, dataAt + 8)
    silent.fill(0, dataAt + 4)
    await expect(decodeAudio(silent, { fileName: 'a.wav' })).rejects.toThrow(failsWith('AUDIO_EMPTY'))
  })

  it.each([
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'a JPEG picture'],
    ['\x89PNG\r\n\x1a\n', 'a PNG picture'],
    ['%PDF-1.7\n', 'a PDF document'],
    ['MThd\0\0\0\x06\0\x01', 'a MIDI file: open it as a melody instead'],
    ['RIFF\x20\0\0\0RMIDdata', 'a MIDI file: open it as a melody instead'],
    ['RIFF\x20\0\0\0WEBPVP8 ', 'a WebP picture'],
    ['<!DOCTYPE html><html>', 'a web page'],
    ['X:1\nT:Tune\nK:G\nGABc', 'ABC notation: give it as a melody instead'],
    ['Dear diary, today I hummed.', 'text'],
  ])('recognises %j', async (start, hint) => {
    const promise = decodeAudio(
      Uint8Array.from(start, (letter) => letter.charCodeAt(0)),
      { fileName: 'hum.wav' },
    )
    await expect(promise).rejects.toThrow(
      expect.objectContaining({ code: 'AUDIO_UNKNOWN_FORMAT', details: { path: 'hum.wav', hint: ` (it is ${hint})` } }),
    )
  })

  it('names sound that it cannot decode', async () => {
    const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * 97 + 13) & 127 & ~64)
    await expect(decodeAudio(noise, { fileName: 'noise.wav' })).rejects.toThrow(failsWith('AUDIO_UNKNOWN_FORMAT'))
    await expect(decodeAudio(readFixture('wav-adpcm.wav'), { fileName: 'a.wav' })).rejects.toThrow(/ADPCM/)
    await expect(decodeAudio(readFixture('m4a-alac.m4a'), { fileName: 'a.m4a' })).rejects.toThrow(/Apple Lossless/)
  })
})

describe('without the native AAC decoder', () => {
  it('says so, and what to do instead', async () => {
    vi.doMock('node-web-audio-api', () => {
      throw new TypeError('no binary for this computer')
    })
    await expect(decodeAudio(readFixture('m4a-mono.m4a'), { fileName: 'a.m4a' })).rejects.toThrow(failsWith('AUDIO_DECODER_MISSING'))
    vi.doUnmock('node-web-audio-api')
  })
})
