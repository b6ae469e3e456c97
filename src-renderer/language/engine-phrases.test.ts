import { afterEach, describe, expect, it } from 'vitest'
import { DEFAULT_CLEANING_CHAIN, type CleaningChain } from '#contract/cleaning.ts'
import { describeError, ERROR_CATALOGUE, type ErrorCode } from '#contract/errors.ts'
import { applyCleaning } from '#main/audio/cleaning/apply-cleaning.ts'
import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import { halve } from '#main/audio/quality/halve.ts'
import { markDuplicate, measureQuality } from '#main/audio/quality/measure-quality.ts'
import { hearSlice, interpretSlice } from '#main/audio/quality/understand-slice.ts'
import { judgeTraining, type TrainingSlice } from '#main/datasets/judge-training.ts'
import { readPrompt } from '#main/prompt/read-prompt.ts'
import { SOURCES } from '#main/sources/sources.ts'
import { sayError, sayPhrase } from './engine-phrases.ts'
import { GERMAN_ERRORS } from './german-errors.ts'
import { chooseLanguage } from './locale.svelte.ts'

const placeholdersOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()
const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[]

describe('what the engine says, in German', () => {
  afterEach(() => chooseLanguage('en'))

  it.each(CODES)('%s has both sentences, with the same placeholders', (code) => {
    const { message, remedy } = ERROR_CATALOGUE[code]
    const german = GERMAN_ERRORS[code]
    expect(german).toBeDefined()
    expect(placeholdersOf(german?.[0] ?? '')).toEqual(placeholdersOf(message))
    expect(placeholdersOf(german?.[1] ?? '')).toEqual(placeholdersOf(remedy))
  })

  it('finds the details of an error that was filled in in English', () => {
    const english = { code: 'AUDIO_CORRUPT', ...describeError('AUDIO_CORRUPT', { path: 'hum.wav', reason: 'it is cut off' }) }
    expect(sayError(english).message).toBe(english.message)
    chooseLanguage('de')
    expect(sayError(english).message).toBe('„hum.wav“ ist beschädigt: sie ist abgeschnitten.')
  })

  it('says what a data set lacks, and what to do', () => {
    chooseLanguage('de')
    const item = {
      sliceId: 's',
      recordingId: 'r',
      assetId: 'a',
      fileName: 'f',
      name: 'n',
      sessionId: 'e',
      sessionName: null,
      duplicateOf: null,
      startSeconds: 0,
      endSeconds: 5,
      caption: '',
      tags: [],
      instrument: 'flute',
      key: null,
      bpm: null,
      pitchLow: 60,
      pitchHigh: 70,
      register: null,
      articulation: null,
      dynamics: null,
      quality: 1,
      licence: 'research-only',
      isShareable: false,
      cleaning: null,
    }
    const make = (change: { seconds: number; pitches: number[]; instrument?: string }): TrainingSlice => ({
      item: { ...item, endSeconds: change.seconds, instrument: change.instrument ?? 'violin' },
      split: 'train',
      loudnessDb: -20,
      notes: change.pitches.map((pitch) => ({ pitch, durationSeconds: 1 })),
    })
    const judge = (slices: TrainingSlice[], soundsLike: string | null = null) =>
      judgeTraining(slices, { batchSize: 32, contentHash: 'x', soundsLike }).findings
    const findings = [
      ...judge([make({ seconds: 30, pitches: [69] })]),
      ...judge([make({ seconds: 300, pitches: [69, 70, 71] }), make({ seconds: 200, pitches: [69], instrument: 'flute' })]),
      ...judge([make({ seconds: 300, pitches: [20, 21, 22] })]),
      ...judge([make({ seconds: 700, pitches: [69, 70] })], 'flute'),
      ...judge([{ ...make({ seconds: 300, pitches: [] }), loudnessDb: null }]),
    ]
    expect(new Set(findings.map(({ code }) => code)).size).toBeGreaterThan(7)
    for (const { message, remedy } of findings)
      for (const text of [message, remedy]) expect(sayPhrase(text), text).not.toMatch(/\b(the|of|are|is|recordings|slices|not|only)\b/)
  })

  it('says what slices, cleanings, data sets and public sources say of themselves', () => {
    chooseLanguage('de')
    const rate = 22050
    const tone = (level: number, hz = 440): Float32Array =>
      Float32Array.from({ length: 3 * rate }, (_, n) => (n % rate < rate / 2 ? level : 0) * Math.sin((2 * Math.PI * hz * n) / rate) + 0.02)
    const cleaned = [tone(0.3), new Float32Array(3 * rate)].flatMap((pcm) =>
      [pcm, pcm.map((x, n) => x + 0.01 * Math.sin((2 * Math.PI * 50 * n) / rate))].flatMap((sound) =>
        [
          DEFAULT_CLEANING_CHAIN,
          { steps: [{ kind: 'loudness', isOn: true, targetLufs: -14, truePeakDb: -1 }] } as const satisfies CleaningChain,
          { steps: [{ kind: 'noiseReduction', isOn: true, strength: 1, noisePrint: 'auto' }] } as const satisfies CleaningChain,
        ].flatMap((chain) => applyCleaning([sound], rate, { steps: [...chain.steps] }).report.map(({ text }) => text)),
      ),
    )
    const full = Float32Array.from({ length: 44100 }, (_, n) => Math.max(-1, Math.min(1, 3 * Math.sin(n / 9))))
    const marks = [full, new Float32Array(44100)].flatMap((pcm) => {
      const heard = hearSlice(pcm, trackF0(pcm, 44100), halve(pcm))
      return measureQuality({ pcm, heard, understanding: interpretSlice(heard) }).map(({ text }) => text)
    })
    const sources = SOURCES.flatMap(({ contents, licence }) => [contents, licence.summary])
    for (const text of [...cleaned, ...marks, ...sources, markDuplicate({ name: 'x', similarity: 1 }).text].filter((said) => said !== ''))
      expect(sayPhrase(text), text).not.toBe(text)
  })

  it('says every effect of the words it is shown', () => {
    chooseLanguage('de')
    const prompts = [
      'tender, slow vibrato, growing louder towards the end, no vibrato at the start',
      'dark and soft, then bright and loud, wide fast vibrato in the middle',
      'swelling and receding, an octave higher, slower, harder attacks',
      'fading away, two octaves lower, at half tempo, gentle attacks, fade in from silence',
    ]
    for (const { effect, lane } of prompts.flatMap((text) => readPrompt(text).moves)) {
      const said = sayPhrase(effect)
      expect(said, `${lane}: ${effect}`).not.toMatch(
        /\b(softer|louder|vibrato depth|vibrato rate|dynamics|attack|brightness|darker|brighter|octaves?|grows|fades|start|end|middle|usual)\b/,
      )
    }
  })
})
