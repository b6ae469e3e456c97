import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Clip, createProject, type Project, projectSchema, type Source, type Track } from '#contract/project.ts'
import { bytesSource } from '#main/audio/io/byte-source.ts'
import { resample } from '#main/audio/io/resample.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { createRandom } from '#main/foundation/random.ts'
import { makeReverbImpulse } from '#music/mix-law.ts'
import { measureMixSamples, mixBlocks, mixProject } from './mix-project.ts'
import { type PcmReader, readMemory, readResampled, readWavFile } from './pcm-reader.ts'

const RATE = 44100
const SOURCE_SAMPLES = 2500

const noise = (seed: number): Float32Array => {
  const random = createRandom(seed)
  return Float32Array.from({ length: SOURCE_SAMPLES }, () => random.between(-1, 1))
}
const sounds: Readonly<Record<string, readonly Float32Array[]>> = { 'mono-1': [noise(1)], 'pair-2': [noise(2), noise(3)] }
const source = (id: string, channelCount: 1 | 2): Source => ({
  id,
  name: id,
  assetId: 'asset',
  takeId: null,
  durationSeconds: SOURCE_SAMPLES / RATE,
  sampleRate: RATE,
  channelCount,
  notes: [],
  recipe: null,
})
const openSource = (one: Source): PcmReader => readMemory(sounds[one.id] ?? [], RATE)

const samples = (most: number): fc.Arbitrary<number> => fc.nat(most).map((count) => count / RATE)
const fade = fc.record({ seconds: samples(1500), curve: fc.constantFrom('linear', 'equalPower', 'smooth') })
const clipShape = fc.record({
  track: fc.nat(2),
  sourceId: fc.constantFrom('mono-1', 'pair-2'),
  startSeconds: samples(6000),
  durationSeconds: fc.integer({ min: 1, max: 2500 }).map((count) => count / RATE),
  offsetSeconds: samples(2000),
  gainDb: fc.double({ min: -30, max: 6, noNaN: true }),
  fadeIn: fade,
  fadeOut: fade,
  isReversed: fc.boolean(),
  loop: fc.option(
    fc
      .tuple(fc.nat(1000), fc.integer({ min: 50, max: 1200 }))
      .map(([start, length]) => ({ startSeconds: start / RATE, endSeconds: (start + length) / RATE })),
  ),
})
const trackShape = fc.record({
  gainDb: fc.double({ min: -20, max: 6, noNaN: true }),
  pan: fc.double({ min: -1, max: 1, noNaN: true }),
  isMuted: fc.boolean(),
  isSoloed: fc.boolean(),
  reverbSend: fc.constantFrom(0, 0.3, 1),
})
const projects: fc.Arbitrary<Project> = fc
  .record({
    tracks: fc.array(trackShape, { minLength: 3, maxLength: 3 }),
    clips: fc.array(clipShape, { minLength: 1, maxLength: 4 }),
    gainDb: fc.double({ min: -12, max: 3, noNaN: true }),
  })
  .map(({ tracks, clips, gainDb }) => ({
    ...createProject('mix', 90),
    sampleRate: RATE as 44100,
    master: { gainDb, reverbSeconds: 0.2, reverbGainDb: -3 },
    sources: [source('mono-1', 1), source('pair-2', 2)],
    tracks: tracks.map((track, i): Track => ({ id: `track-${i}`, name: `${i}`, colour: '#336699', kind: 'audio', ...track })),
    clips: clips.map(({ track, ...clip }, i): Clip => ({ id: `clip-${i}`, trackId: `track-${track}`, name: '', colour: null, ...clip })),
  }))

/** The same music, said again the slow way: one clip, one sample, one tap at a time. */
const mixSlowly = (project: Project, length: number): [Float64Array, Float64Array] => {
  const dry = [new Float64Array(length), new Float64Array(length)] as const
  const wet = [new Float64Array(length), new Float64Array(length)] as const
  const at = (seconds: number): number => Math.round(seconds * RATE)
  const shapes = {
    linear: (x: number) => x,
    equalPower: (x: number) => Math.sqrt((1 - Math.cos(Math.PI * x)) / 2),
    smooth: (x: number) => 3 * x ** 2 - 2 * x ** 3,
  }
  const isSoloing = project.tracks.some((track) => track.isSoloed)
  for (const clip of project.clips) {
    const track = project.tracks.find((one) => one.id === clip.trackId)
    if (track === undefined || track.isMuted || (isSoloing && !track.isSoloed)) continue
    const sides = sounds[clip.sourceId]
    const count = at(clip.startSeconds + clip.durationSeconds) - at(clip.startSeconds)
    let position = at(clip.offsetSeconds)
    for (let n = 0; n < count; n++, position++) {
      while (clip.loop !== null && position >= at(clip.loop.endSeconds)) position -= at(clip.loop.endSeconds) - at(clip.loop.startSeconds)
      let gain = 10 ** ((clip.gainDb + track.gainDb) / 20)
      if (n < at(clip.fadeIn.seconds)) gain *= shapes[clip.fadeIn.curve](n / at(clip.fadeIn.seconds))
      if (count - n < at(clip.fadeOut.seconds)) gain *= shapes[clip.fadeOut.curve]((count - n) / at(clip.fadeOut.seconds))
      for (const side of [0, 1] as const) {
        const material = sides[side % sides.length]
        const sample = material[clip.isReversed ? material.length - 1 - position : position] ?? 0
        const balance = Math.cos((Math.max(0, side === 0 ? track.pan : -track.pan) * Math.PI) / 2)
        dry[side][at(clip.startSeconds) + n] += sample * gain * balance
        wet[side][at(clip.startSeconds) + n] += sample * gain * balance * track.reverbSend
      }
    }
  }
  const impulse = makeReverbImpulse(RATE, project.master.reverbSeconds)
  const mixSide = (side: 0 | 1): Float64Array => {
    const output = dry[side].slice()
    const tail = 10 ** (project.master.reverbGainDb / 20)
    wet[side].forEach((sample, n) => {
      if (sample !== 0)
        for (let tap = 0; tap < impulse[side].length && n + tap < length; tap++) output[n + tap] += sample * impulse[side][tap] * tail
    })
    return output.map((sample) => sample * 10 ** (project.master.gainDb / 20))
  }
  return [mixSide(0), mixSide(1)]
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = a.length === b.length ? 0 : Infinity
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]))
  return most
}

describe('mixProject', () => {
  it('equals a mix computed one sample at a time, whatever the clips, tracks and sends', () => {
    fc.assert(
      fc.property(projects, (project) => {
        expect(projectSchema.safeParse(project).success).toBe(true)
        const [left, right] = mixProject(project, openSource)
        const [wantedLeft, wantedRight] = mixSlowly(project, left.length)
        expect(largestDifference(left, wantedLeft)).toBeLessThan(1e-5)
        expect(largestDifference(right, wantedRight)).toBeLessThan(1e-5)
      }),
      { numRuns: 5, endOnFailure: true },
    )
  })

  it('is the sum of its stems, which are all of one length, times the gain of the master', () => {
    fc.assert(
      fc.property(projects, (project) => {
        const length = measureMixSamples(project)
        const stems = project.tracks.map((track) => mixProject(project, openSource, { trackId: track.id }))
        for (const [left] of stems) expect(left.length).toBe(length)
        const gain = 10 ** (project.master.gainDb / 20)
        const sum = Float64Array.from({ length }, (_, i) => stems.reduce((total, [left]) => total + left[i], 0) * gain)
        expect(largestDifference(mixProject(project, openSource)[0], sum)).toBeLessThan(1e-5)
      }),
      { numRuns: 8, endOnFailure: true },
    )
  })

  it('gives a range as it sounds in the whole, reverb from before it included', () => {
    fc.assert(
      fc.property(projects, fc.nat(9000), fc.integer({ min: 1, max: 9000 }), (project, start, length) => {
        const range = { startSeconds: start / RATE, endSeconds: (start + length) / RATE }
        const [left] = mixProject(project, openSource, { range })
        const whole = mixProject(project, openSource)[0].slice(start, start + length)
        expect(left.length).toBe(length)
        expect(largestDifference(left.subarray(0, whole.length), whole)).toBeLessThan(1e-6)
      }),
      { numRuns: 8, endOnFailure: true },
    )
  })

  it('sounds the same after a clip was split, or moved together with the time', () => {
    const whole = {
      ...createProject('split', 90),
      sampleRate: RATE as 44100,
      sources: [source('mono-1', 1)],
      tracks: [
        {
          id: 'track',
          name: '',
          colour: '#000000',
          kind: 'audio' as const,
          gainDb: 0,
          pan: 0,
          isMuted: false,
          isSoloed: false,
          reverbSend: 0,
        },
      ],
    }
    const still = { seconds: 0, curve: 'linear' as const }
    const clip: Clip = {
      id: 'clip',
      trackId: 'track',
      sourceId: 'mono-1',
      name: '',
      colour: null,
      startSeconds: 100 / RATE,
      durationSeconds: 2000 / RATE,
      offsetSeconds: 0,
      gainDb: 0,
      fadeIn: still,
      fadeOut: still,
      isReversed: false,
      loop: null,
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1999 }), (at) => {
        const left = { ...clip, durationSeconds: at / RATE }
        const right = {
          ...clip,
          id: 'right',
          startSeconds: (100 + at) / RATE,
          durationSeconds: (2000 - at) / RATE,
          offsetSeconds: at / RATE,
        }
        const [split] = mixProject({ ...whole, clips: [left, right] }, openSource)
        expect(largestDifference(split, mixProject({ ...whole, clips: [clip] }, openSource)[0])).toBe(0)
        expect(largestDifference(split.subarray(100), sounds['mono-1'][0].subarray(0, 2000))).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  it('reads an hour a block at a time, and clips without sound as silence', () => {
    const asked: number[] = []
    const endless: PcmReader = {
      sampleRate: 48000,
      channelCount: 1,
      lengthSamples: 3600 * 48000,
      read(_, count) {
        asked.push(count)
        return [new Float32Array(count).fill(0.5)]
      },
    }
    const fadeNot = { seconds: 0, curve: 'linear' as const }
    const project: Project = {
      ...createProject('long', 90),
      sources: [
        { ...source('mono-1', 1), sampleRate: 48000, durationSeconds: 3600 },
        { ...source('none', 1), assetId: null },
      ],
      tracks: [
        { id: 'track', name: '', colour: '#000000', kind: 'audio', gainDb: 0, pan: 0, isMuted: false, isSoloed: false, reverbSend: 0 },
      ],
      clips: ['mono-1', 'none'].map((sourceId, i) => ({
        id: `clip-${i}`,
        trackId: 'track',
        sourceId,
        name: '',
        colour: null,
        startSeconds: 0,
        durationSeconds: 3600 * (i + 1),
        offsetSeconds: 0,
        gainDb: 0,
        fadeIn: fadeNot,
        fadeOut: fadeNot,
        isReversed: false,
        loop: null,
      })),
    }
    expect(measureMixSamples(project)).toBe(3600 * 48000)
    let blocks = 0
    for (const [left] of mixBlocks(project, () => endless)) {
      expect(left[0]).toBe(0.5)
      if (++blocks === 50) break
    }
    expect(Math.max(...asked)).toBeLessThanOrEqual(4096)
    expect(mixProject({ ...project, clips: project.clips.slice(1) }, () => null)[0].length).toBe(0)
  })
})

describe('reading sound in pieces', () => {
  const pcm = noise(9)
  const whole: readonly (readonly [string, PcmReader, Float32Array])[] = [
    ['memory', readMemory([pcm], RATE), pcm],
    ['a WAV file', readWavFile(bytesSource(encodeWav([pcm], { sampleRate: RATE, bits: 32 })), 'x.wav'), pcm],
    ['memory at another rate', readResampled(readMemory([pcm], RATE), 48000), resample(pcm, RATE, 48000)],
    ['memory at half the rate', readResampled(readMemory([pcm], 96000), 48000), resample(pcm, 96000, 48000)],
  ]
  it.each(whole)('gives the same from %s as in one piece, zeros outside', (_, reader, wanted) => {
    expect(reader.lengthSamples).toBe(wanted.length)
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 3500 }), fc.integer({ min: 1, max: 900 }), (start, count) => {
        const [got] = reader.read(start, count)
        expect(got.length).toBe(count)
        expect([...got]).toEqual(Array.from({ length: count }, (_, i) => wanted[start + i] ?? 0))
      }),
      { numRuns: 40 },
    )
  })
})
