import { describe, expect, it } from 'vitest'
import type { QualityMark } from '#contract/cleaning.ts'
import { makeScale, playBowedTones } from '#main/evaluation/cleaning/bowed-tones.ts'
import { createRandom } from '#main/foundation/random.ts'
import { resample } from '../io/resample.ts'
import { describeSlice } from './describe-slice.ts'
import { compareFingerprints, createFingerprintIndex, fingerprint } from './fingerprint.ts'
import { markDuplicate, measureQuality } from './measure-quality.ts'
import { hearSlice, interpretSlice, understandSlice } from './understand-slice.ts'

const RATE = 44100
const SCALE = [62, 64, 66, 67, 69, 71, 73, 74]
const play = (options: Parameters<typeof makeScale>[1], noiseDb = -200): Float32Array =>
  playBowedTones(makeScale(SCALE, options), { seconds: 1 + 8 * options.stepSeconds, noiseDb })

const marksOf = (pcm: Float32Array): Record<string, QualityMark> => {
  const heard = hearSlice(pcm)
  return Object.fromEntries(measureQuality({ pcm, heard, understanding: interpretSlice(heard) }).map((mark) => [mark.name, mark]))
}

describe('quality marks', () => {
  it('find nothing wrong with a clean line', () => {
    const marks = marksOf(play({ stepSeconds: 0.5, soundingSeconds: 0.42 }, -80))
    expect(Object.values(marks).filter(({ verdict }) => verdict !== 'ok')).toEqual([])
    expect(marks['noise'].value).toBeGreaterThan(45)
    expect(Math.abs(marks['tuning'].value ?? 99)).toBeLessThan(2)
  })

  it('see clipping, noise, a flat tuning and a second voice', () => {
    const line = play({ stepSeconds: 0.5, soundingSeconds: 0.42 })
    expect(marksOf(line.map((x) => Math.max(-0.08, Math.min(0.08, x))))['clipping'].verdict).toBe('bad')
    expect(marksOf(play({ stepSeconds: 0.5, soundingSeconds: 0.42 }, -36))['noise'].verdict).toBe('bad')
    const flat = playBowedTones(
      makeScale(
        SCALE.map((pitch) => pitch - 0.3),
        { stepSeconds: 0.5, soundingSeconds: 0.42 },
      ),
      { seconds: 5 },
    )
    expect(marksOf(flat)['tuning'].value).toBeCloseTo(-30, 0)
    const second = playBowedTones(
      makeScale(
        SCALE.map((pitch) => pitch + 6),
        { stepSeconds: 0.5, soundingSeconds: 0.42, levelDb: -22 },
      ),
      { seconds: 5 },
    )
    expect(marksOf(line.map((x, n) => x + (second[n] ?? 0)))['polyphony'].verdict).not.toBe('ok')
  })

  it('measure how long the sound takes to die away', () => {
    for (const releaseSeconds of [0.4, 1]) {
      const pcm = playBowedTones(makeScale([69, 71, 72], { stepSeconds: 1.8, soundingSeconds: 0.6, releaseSeconds }), {
        seconds: 6,
        noiseDb: -90,
      })
      expect(marksOf(pcm)['reverb'].value).toBeGreaterThan(0.8 * releaseSeconds)
      expect(marksOf(pcm)['reverb'].value).toBeLessThan(1.25 * releaseSeconds)
    }
  })

  it('see where a low sample rate cut the sound off', () => {
    const line = play({ stepSeconds: 0.5, soundingSeconds: 0.42 }, -60)
    const mark = marksOf(resample(resample(line, RATE, 16000), 16000, RATE).slice(0, line.length))['bandwidth']
    expect(mark.value).toBeGreaterThan(6800)
    expect(mark.value).toBeLessThan(8400)
    expect(mark.verdict).toBe('bad')
  })

  it('call silence silence', () => {
    expect(marksOf(new Float32Array(RATE))['silence'].verdict).toBe('bad')
    expect(markDuplicate({ name: 'take 1', similarity: 0.9 }).verdict).toBe('bad')
    expect(markDuplicate(undefined).verdict).toBe('ok')
  })
})

/** What a lossy codec does to a recording: high notes gone, a little noise, another gain, another start. */
const disguise = (pcm: Float32Array): Float32Array => {
  const random = createRandom(4)
  const narrow = resample(resample(pcm, RATE, 16000), 16000, RATE)
  return narrow.slice(9000).map((x) => 0.3 * x + 0.0004 * random.normal())
}

describe('fingerprints', () => {
  const melodies = [SCALE, [74, 73, 71, 69, 67, 66, 64, 62], [62, 66, 69, 74, 69, 66, 62, 57], [67, 67, 69, 67, 72, 71, 67, 67]].map(
    (pitches) =>
      playBowedTones(makeScale(pitches, { stepSeconds: 0.4, soundingSeconds: 0.38, vibratoCents: 15 }), { seconds: 4, noiseDb: -70 }),
  )
  const prints = melodies.map(fingerprint)

  it('are the same through gain, a narrow band, noise and a later start', () => {
    const match = compareFingerprints(prints[0], fingerprint(disguise(melodies[0])))
    expect(match.isDuplicate).toBe(true)
    expect(match.offsetSeconds).toBeCloseTo(9000 / RATE, 1)
  })

  it('differ for other melodies', () => {
    for (let i = 1; i < prints.length; i++) expect(compareFingerprints(prints[0], prints[i]).isDuplicate).toBe(false)
  })

  it('are found in an index', () => {
    const index = createFingerprintIndex()
    prints.forEach((print, i) => index.add(String(i), print))
    for (const [i, pcm] of melodies.entries()) expect(index.find(fingerprint(disguise(pcm))).map(({ id }) => id)).toEqual([String(i)])
    expect(index.find(fingerprint(new Float32Array(RATE)))).toEqual([])
  })
})

describe('understanding', () => {
  it('hears notes, key, register and vibrato of a scale', () => {
    const { notes, key, words, summary } = understandSlice(play({ stepSeconds: 0.6, soundingSeconds: 0.59, vibratoCents: 14 }))
    expect(notes.map(({ pitch }) => Math.round(pitch))).toEqual(SCALE)
    expect(key).toBe('D major')
    expect(words.register).toBe('middle')
    expect(words.vibrato).toBe('some')
    expect(summary?.vibrato?.rateHz).toBeCloseTo(5.5, 0)
    expect(summary?.vibrato?.depthCents).toBeGreaterThan(9)
  })

  it('hears a crescendo, and none where there is none', () => {
    const line = makeScale(SCALE, { stepSeconds: 0.5, soundingSeconds: 0.48 })
    const louder = playBowedTones(
      line.map((tone, i) => ({ ...tone, levelDb: -35 + 2.5 * i })),
      { seconds: 5 },
    )
    expect(understandSlice(louder).words.change).toBe('crescendo')
    expect(understandSlice(playBowedTones(line, { seconds: 5 })).words.change).toBeNull()
  })

  it('tells short notes from long ones', () => {
    const short = understandSlice(play({ stepSeconds: 0.4, soundingSeconds: 0.06 })).words.articulation
    expect(['staccato', 'spiccato', 'short']).toContain(short)
    expect(['legato', 'detache', null]).toContain(understandSlice(play({ stepSeconds: 0.5, soundingSeconds: 0.47 })).words.articulation)
  })

  it('writes a caption of what was clear and survives silence', () => {
    const caption = describeSlice(understandSlice(play({ stepSeconds: 0.6, soundingSeconds: 0.59, vibratoCents: 14 })))
    expect(caption).toContain('with vibrato')
    expect(caption).toContain('D4 to D5')
    expect(describeSlice(understandSlice(new Float32Array(RATE)))).toBe('no notes')
  })
})
