import type { CleaningChain, CleaningReport, CleaningStep } from '#contract/cleaning.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { dbToGain } from '#music/pitch.ts'
import { resample } from '../io/resample.ts'
import { measureLoudness } from '../level/loudness.ts'
import { limitTruePeak, measureTruePeakDb } from '../level/true-peak.ts'
import { trackF0, type F0Track } from '../pitch/track-f0.ts'
import { detectHum } from './hum-filter.ts'
import { removeHum } from './remove-hum.ts'
import { mixChannels, removeOffset } from './mix-channels.ts'
import { reduceNoise } from './reduce-noise.ts'
import { trimSilence } from './trim-silence.ts'

export interface Cleaned {
  /** [S] mono */
  readonly pcm: Float32Array
  readonly sampleRate: number
  /** One entry a step of the chain, in its order. */
  readonly report: CleaningReport[]
}

/** The sound as it goes from step to step. */
interface Material {
  pcm: Float32Array
  sampleRate: number
  /** Pitch of what is played, found when first asked for; it survives the steps that keep time. */
  track: () => F0Track
}

type Outcome = Omit<CleaningReport, 'kind'>

const idle = (text: string, figures: Record<string, number> = {}): Outcome => ({ isApplied: false, text, figures })
const done = (text: string, figures: Record<string, number> = {}): Outcome => ({ isApplied: true, text, figures })

const LOWEST_PITCH_HZ = 180
/** Softer than this is silence, not something to be made loud. */
const LEAST_LUFS = -65

const listenLater = (pcm: Float32Array, sampleRate: number): (() => F0Track) => {
  let track: F0Track | undefined
  return () => (track ??= trackF0(pcm, sampleRate, { fMin: LOWEST_PITCH_HZ }))
}

const applySampleRate = (material: Material, sampleRate: number): Outcome => {
  const from = material.sampleRate
  if (from === sampleRate) return idle(`Already at ${from} Hz.`)
  material.pcm = resample(material.pcm, from, sampleRate)
  material.sampleRate = sampleRate
  return done(`From ${from} Hz to ${sampleRate} Hz.`, { fromHz: from, toHz: sampleRate })
}

const applyHumFilter = (material: Material, mainsHz: 'auto' | 50 | 60): Outcome => {
  const { pcm, sampleRate } = material
  const first = detectHum(pcm, sampleRate, { mainsHz })
  if (first.mainsHz === 0) return idle('No mains hum was found.')
  const hum = detectHum(pcm, sampleRate, { mainsHz, track: material.track() })
  material.pcm = removeHum(pcm, sampleRate, hum)
  const figures = { mainsHz: hum.mainsHz, lines: hum.lines.length, keptLines: hum.kept.length }
  const kept =
    hum.kept.length === 0 ? '' : ` Left alone, because notes are played there: ${hum.kept.map((hz) => hz.toFixed(0)).join(', ')} Hz.`
  if (hum.lines.length === 0) return idle(`Hum of ${hum.mainsHz.toFixed(1)} Hz.${kept}`, figures)
  return done(`Hum of ${hum.mainsHz.toFixed(1)} Hz removed at ${hum.lines.length} of its lines.${kept}`, figures)
}

const applyNoiseReduction = (material: Material, { strength, noisePrint }: Extract<CleaningStep, { kind: 'noiseReduction' }>): Outcome => {
  const noiseRange = noisePrint === 'auto' ? undefined : noisePrint
  const { pcm, print, floorDb } = reduceNoise(material.pcm, material.sampleRate, { strength, noiseRange, track: material.track() })
  if (print === null) return idle('There is no pause to learn the noise from: name a range in which nothing is played.')
  const figures = { noiseDb: print.noiseDb, loudDb: print.loudDb, floorDb }
  const below = `${(print.loudDb - print.noiseDb).toFixed(0)} dB below the music`
  if (pcm === material.pcm) return idle(`The noise lies ${below}: nothing to do.`, figures)
  material.pcm = pcm
  const where = `at ${print.range.fromSeconds.toFixed(2)}-${print.range.toSeconds.toFixed(2)} s`
  return done(`Noise ${below} lowered by up to ${(-floorDb).toFixed(0)} dB; learned ${where}.`, figures)
}

const applyLoudness = (material: Material, targetLufs: number, truePeakDb: number): Outcome => {
  const { integratedLufs } = measureLoudness([material.pcm], material.sampleRate)
  if (integratedLufs < LEAST_LUFS) return idle('Too soft to be anything but silence.')
  const gainDb = targetLufs - integratedLufs
  const gain = dbToGain(gainDb)
  const louder = Math.abs(gainDb) < 0.05 ? material.pcm : material.pcm.map((x) => x * gain)
  const peakDb = measureTruePeakDb(louder, material.sampleRate)
  const limited = limitTruePeak(louder, material.sampleRate, truePeakDb)
  const figures = { fromLufs: integratedLufs, gainDb, limitedDb: Math.max(0, peakDb - truePeakDb) }
  if (limited === material.pcm) return idle(`Already at ${integratedLufs.toFixed(1)} LUFS.`, figures)
  material.pcm = limited
  const peaks = peakDb > truePeakDb ? `, peaks held ${(peakDb - truePeakDb).toFixed(1)} dB lower at ${truePeakDb} dBTP` : ''
  return done(`From ${integratedLufs.toFixed(1)} to ${targetLufs} LUFS${peaks}.`, figures)
}

const applySilenceTrim = (material: Material, keepSeconds: number): Outcome => {
  const { pcm, fromSeconds, toSeconds } = trimSilence(material.pcm, material.sampleRate, keepSeconds)
  const seconds = material.pcm.length / material.sampleRate
  const figures = { fromSeconds, toSeconds }
  if (pcm === material.pcm) return idle('No silence at the ends.', figures)
  material.pcm = pcm
  material.track = listenLater(pcm, material.sampleRate)
  return done(`Cut ${fromSeconds.toFixed(2)} s from the beginning and ${(seconds - toSeconds).toFixed(2)} s from the end.`, figures)
}

const applyStep = (material: Material, step: CleaningStep): Outcome => {
  switch (step.kind) {
    case 'sampleRate':
      return applySampleRate(material, step.sampleRate)
    case 'channels':
      return idle('') // channels are mixed before everything else
    case 'dcRemoval': {
      const { pcm, offset } = removeOffset(material.pcm)
      if (pcm === material.pcm) return idle('No offset.', { offset })
      material.pcm = pcm
      return done(`An offset of ${(100 * offset).toFixed(2)} % of full scale was taken off.`, { offset })
    }
    case 'humFilter':
      return applyHumFilter(material, step.mainsHz)
    case 'noiseReduction':
      return applyNoiseReduction(material, step)
    case 'loudness':
      return applyLoudness(material, step.targetLufs, step.truePeakDb)
    case 'silenceTrim':
      return applySilenceTrim(material, step.keepSeconds)
  }
}

/**
 * Cleans a recording. The same input and chain give the same output; the input is never changed.
 *
 * Whatever its place in the chain, the channel step comes first (all others work on one channel); without one the channels are mixed to mono.
 *
 * @param channels    1 or more arrays [S], full scale = 1
 * @param sampleRate  Hz, a whole number
 * @param chain       the steps in order; those that are off do nothing
 * @returns           mono samples, their rate, and what each step did
 * @throws            EngineError INVALID_ARGUMENT when the noise print lies outside the recording
 */
export const applyCleaning = (channels: readonly Float32Array[], sampleRate: number, chain: CleaningChain): Cleaned => {
  invariant(channels.length > 0, 'at least one channel')
  const mixing = chain.steps.find((step) => step.kind === 'channels' && step.isOn)
  const mixed = mixChannels(channels, mixing?.kind === 'channels' ? mixing.mode : 'mono')
  const material: Material = { pcm: mixed.pcm, sampleRate, track: listenLater(mixed.pcm, sampleRate) }
  const report = chain.steps.map((step): CleaningReport => {
    if (!step.isOn) return { kind: step.kind, ...idle('Off.') }
    if (step.kind === 'channels') {
      const isApplied = channels.length > 1 || mixed.broken > 0
      return { kind: step.kind, isApplied, text: mixed.text, figures: { channels: channels.length, broken: mixed.broken } }
    }
    return { kind: step.kind, ...applyStep(material, step) }
  })
  return { pcm: material.pcm, sampleRate: material.sampleRate, report }
}
