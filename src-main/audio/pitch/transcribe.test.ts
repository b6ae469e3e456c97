import { describe, expect, it } from 'vitest'
import { melodySchema, type Note } from '#contract/melody.ts'
import { resample } from '#main/audio/io/resample.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { makeDemoHum } from './demo-hum.ts'
import { synthesizeHum } from './synthesize-hum.ts'
import { transcribeHum } from './transcribe.ts'

const TUNE = [0, 4, 7, 5, 0]
const melodyAt = (tonic: number): Note[] =>
  TUNE.map((step, i) => ({ onsetSeconds: i * 0.5, durationSeconds: 0.48, pitch: tonic + step, velocity: 0.7, confidence: 1 }))
const hum = synthesizeHum(melodyAt(60), { syllable: 'da', seed: 2, sampleRate: 22050 })

const codeOf = (pcm: Float32Array, sampleRate = 22050): string => {
  try {
    transcribeHum(pcm, sampleRate)
    return 'none'
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return error.code
  }
}

const expectTune = (pcm: Float32Array, sampleRate: number): string[] => {
  const { melody, warnings } = transcribeHum(pcm, sampleRate, { snap: { key: 'chromatic' } })
  melodySchema.parse(melody)
  expect(melody.notes.map(({ pitch }) => pitch - melody.notes[0].pitch)).toEqual(TUNE)
  return warnings
}

describe('transcribeHum', { timeout: 60000 }, () => {
  it('hears a clean hum without complaint, in the range of the violin', () => {
    expect(expectTune(hum.pcm, 22050)).toEqual([])
    const low = synthesizeHum(melodyAt(45), { voice: 'male', seed: 3, sampleRate: 22050 })
    const { melody } = transcribeHum(low.pcm, 22050)
    expect(melody.notes.every(({ pitch }) => pitch >= 55 && pitch <= 88)).toBe(true)
    const asSung = transcribeHum(low.pcm, 22050, { isPlacedInViolinRange: false }).melody
    expect(Math.abs(asSung.notes[0].pitch - 45)).toBeLessThan(0.6)
  })

  it('takes 192 kHz and 8 bits', () => {
    expectTune(resample(hum.pcm, 22050, 192000), 192000)
    expectTune(
      hum.pcm.map((sample) => Math.round(sample * 127) / 128),
      22050,
    )
  })

  it('warns of clipping and of noise', () => {
    expect(
      expectTune(
        hum.pcm.map((sample) => Math.max(-0.2, Math.min(0.2, sample * 1.5))),
        22050,
      ).join(),
    ).toContain('clipped')
    const noisy = synthesizeHum(melodyAt(60), { syllable: 'da', seed: 2, sampleRate: 22050, snrDb: 9 })
    expect(expectTune(noisy.pcm, 22050).join()).toContain('noisy')
  })

  it('gives each unusable recording its own error', () => {
    const random = createRandom(1)
    expect(codeOf(new Float32Array(0))).toBe('AUDIO_EMPTY')
    expect(codeOf(new Float32Array(2000))).toBe('AUDIO_TOO_SHORT')
    expect(codeOf(new Float32Array(8000 * 601), 8000)).toBe('AUDIO_TOO_LONG')
    expect(codeOf(new Float32Array(44100))).toBe('AUDIO_SILENT')
    expect(codeOf(new Float32Array(44100).fill(0.4))).toBe('AUDIO_SILENT')
    expect(codeOf(Float32Array.from({ length: 44100 }, () => 0.1 * random.normal()))).toBe('HUM_NO_MELODY')
  })

  it('refuses two voices, and no reverberant or breathy single one', () => {
    const second = synthesizeHum(melodyAt(64), { syllable: 'da', seed: 9, sampleRate: 22050 })
    expect(codeOf(hum.pcm.map((sample, n) => (sample + (second.pcm[n] ?? 0)) / 2))).toBe('HUM_POLYPHONIC')
    const roomy = synthesizeHum(melodyAt(60), {
      syllable: 'ah',
      seed: 5,
      sampleRate: 22050,
      roomSeconds: 0.6,
      breath: 0.6,
      vibratoCents: 50,
    })
    expect(codeOf(roomy.pcm)).toBe('none')
  })

  it('hears the bundled demo', () => {
    const demo = makeDemoHum()
    const { melody, warnings } = transcribeHum(demo.pcm, demo.sampleRate)
    expect(melody.notes.length).toBe(demo.notes.length)
    expect(warnings).toEqual([])
  })
})

describe('synthesizeHum', () => {
  it('sings the same from the same seed and differently from another', () => {
    const again = synthesizeHum(melodyAt(60), { syllable: 'da', seed: 2, sampleRate: 22050 })
    const other = synthesizeHum(melodyAt(60), { syllable: 'da', seed: 3, sampleRate: 22050 })
    expect(again.pcm).toEqual(hum.pcm)
    expect(other.pcm).not.toEqual(hum.pcm)
  })

  it('tells the detuning it sang with', () => {
    const flat = synthesizeHum(melodyAt(60), { detuneCents: -50, intonationCents: 0, driftCents: 0, sampleRate: 22050 })
    for (const [i, note] of flat.notes.entries()) expect(note.pitch).toBeCloseTo(59.5 + TUNE[i], 0.7)
  })
})
