import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeWav, readWav } from './wav.ts'

const BITS = [16, 24, 32] as const
const samples = fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: 1, maxLength: 300 })
const code = (expected: string): unknown => expect.objectContaining({ code: expected })

/** A chunk with its pad byte. */
const chunk = (id: string, bytes: readonly number[], declared = bytes.length): number[] => [
  ...Buffer.from(id, 'latin1'),
  ...[0, 8, 16, 24].map((shift) => (declared >>> shift) & 255),
  ...bytes,
  ...(bytes.length % 2 === 1 ? [0] : []),
]
const u16 = (value: number): number[] => [value & 255, value >> 8]
const format = (tag: number, channels: number, rate: number, bits: number, blockAlign = (channels * bits) / 8): number[] =>
  chunk('fmt ', [...u16(tag), ...u16(channels), ...u16(rate & 65535), ...u16(rate >> 16), 0, 0, 0, 0, ...u16(blockAlign), ...u16(bits)])
const riff = (...chunks: readonly number[][]): Uint8Array =>
  Uint8Array.from([...Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'), ...chunks.flat()])

describe('WAV round trip', () => {
  it('loses at most one step, whatever the bits and channels', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(...BITS), fc.integer({ min: 1, max: 4 }), (pcm, bits, channelCount) => {
        const channels = Array.from({ length: channelCount }, (_, channel) => pcm.map((x) => (channel % 2 ? -x : x)))
        const { channels: back, sampleRate, isTruncated } = readWav(encodeWav(channels, { sampleRate: 48000, bits }))
        expect(sampleRate).toBe(48000)
        expect(isTruncated).toBe(false)
        expect(back.length).toBe(channelCount)
        const step = bits === 32 ? 0 : 2 ** (1 - bits)
        channels.forEach((channel, c) => {
          expect(back[c].length).toBe(channel.length)
          expect(Math.max(...channel.map((x, i) => Math.abs(back[c][i] - x)))).toBeLessThanOrEqual(step)
        })
      }),
    )
  })

  it('dithers by at most one and a half steps, the same for the same seed, and leaves silence silent', () => {
    fc.assert(
      fc.property(samples, fc.nat(), (pcm, ditherSeed) => {
        const quiet = pcm.map((x) => x * 0.9)
        const bytes = encodeWav([quiet], { sampleRate: 44100, bits: 16, ditherSeed })
        expect(encodeWav([quiet], { sampleRate: 44100, bits: 16, ditherSeed })).toEqual(bytes)
        const [back] = readWav(bytes).channels
        expect(Math.max(...back.map((x, i) => Math.abs(x - quiet[i])))).toBeLessThanOrEqual(1.5 / 32768)
        expect(back.filter((_, i) => quiet[i] === 0).every((x) => x === 0)).toBe(true)
      }),
    )
    const ramp = Float32Array.from({ length: 2000 }, (_, i) => i / 4000)
    expect(encodeWav([ramp], { sampleRate: 44100, bits: 16, ditherSeed: 1 })).not.toEqual(
      encodeWav([ramp], { sampleRate: 44100, bits: 16 }),
    )
  })

  it('clips what does not fit instead of wrapping round', () => {
    for (const bits of [16, 24] as const) {
      const [loud] = readWav(encodeWav([Float32Array.of(1.5, -1.5)], { sampleRate: 44100, bits })).channels
      expect(loud[0]).toBeGreaterThan(0.9999)
      expect(loud[1]).toBe(-1)
    }
  })
})

describe('WAV files of other programs', () => {
  const data = [0, 64, 0, 192] // 0.5, -0.5

  it('finds the samples behind chunks it does not know, padded or not', () => {
    const list = chunk('LIST', [1, 2, 3])
    for (const odd of [list, list.slice(0, -1)]) {
      expect([...readWav(riff(odd, format(1, 1, 8000, 16), odd, chunk('data', data))).channels[0]]).toEqual([0.5, -0.5])
    }
  })

  it('reads 24 bits left-justified in four bytes, and shrugs off a wrong block size', () => {
    expect([...readWav(riff(format(1, 1, 8000, 24, 4), chunk('data', [0, 0, 0, 64]))).channels[0]]).toEqual([0.5])
    expect([...readWav(riff(format(1, 1, 8000, 16, 4), chunk('data', data))).channels[0]]).toEqual([0.5, -0.5])
  })

  it('takes the rest of the file when a pipe left the length open', () => {
    for (const declared of [0xffffffff, 0x7ffff000, 0]) {
      const bytes = riff(format(1, 1, 8000, 16), chunk('data', [...data, ...data, ...data], declared))
      const { channels, isTruncated } = readWav(bytes)
      expect(channels[0].length).toBe(6)
      expect(isTruncated).toBe(false)
    }
  })

  it('keeps what is left of a file that was cut off, and says so', () => {
    const { channels, isTruncated } = readWav(riff(format(1, 2, 8000, 16), chunk('data', [...data, 0], 4000)))
    expect(channels.map((pcm) => [...pcm])).toEqual([[0.5], [-0.5]])
    expect(isTruncated).toBe(true)
  })

  it('turns numbers that are none into silence', () => {
    const floats = [...new Uint8Array(Float32Array.of(NaN, Infinity, 0.25).buffer)]
    expect([...readWav(riff(format(3, 1, 8000, 32), chunk('data', floats))).channels[0]]).toEqual([0, 0, 0.25])
  })

  it('names what is wrong with headers', () => {
    expect(() => readWav(riff(chunk('data', data)))).toThrow(code('AUDIO_CORRUPT'))
    expect(() => readWav(riff(format(1, 1, 8000, 16)))).toThrow(/before its samples begin/)
    expect(() => readWav(riff(chunk('fmt ', [1, 0]), chunk('data', data)))).toThrow(/cut off/)
    expect(() => readWav(riff(format(1, 0, 8000, 16), chunk('data', data)))).toThrow(/no channels/)
    expect(() => readWav(riff(format(1, 1, 3, 16), chunk('data', data)))).toThrow(/sample rate of 3 Hz/)
    expect(() => readWav(riff(format(2, 1, 8000, 4), chunk('data', data)))).toThrow(/ADPCM/)
    expect(() => readWav(riff(format(1, 1, 8000, 64), chunk('data', data)))).toThrow(/64-bit samples/)
    expect(() => readWav(Uint8Array.of(1, 2, 3))).toThrow(code('AUDIO_CORRUPT'))
  })

  it('never falls over on damaged bytes', () => {
    const whole = encodeWav([new Float32Array(40).fill(0.5)], { sampleRate: 44100, bits: 32 })
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 })
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, length) => {
        const bytes = whole.slice(0, length)
        for (const [at, value] of changes) if (at < length) bytes[at] = value
        let outcome: unknown
        try {
          outcome = readWav(bytes).channels
        } catch (error) {
          outcome = error
        }
        expect(outcome).toSatisfy(
          (found) => Array.isArray(found) || ['AUDIO_CORRUPT', 'AUDIO_UNKNOWN_FORMAT'].includes((found as { code: string }).code),
        )
      }),
      { numRuns: 500 },
    )
  })
})
