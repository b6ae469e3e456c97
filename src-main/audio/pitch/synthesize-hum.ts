import type { Note } from '#contract/melody.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { dbToGain, hzToMidi } from '#music/pitch.ts'
import type { HumOptions, HumSyllable, HumVoice } from './hum-options.ts'
import { addMains, addNoise, addRoom, createPinkNoise } from './hum-surroundings.ts'
import { planVoice, type VoicePlan } from './hum-plan.ts'
import { createResonator, VOWELS, type Vowel } from './hum-vowels.ts'

export type { HumOptions, HumSyllable, HumVoice } from './hum-options.ts'

export interface SynthesizedHum {
  pcm: Float32Array
  sampleRate: number
  /** What was truly sung, detuning and mistakes included: onset, duration, mean pitch. */
  notes: Note[]
  hopSeconds: number
  /** [F] true f0 in Hz on a grid of hopSeconds, 0 where nothing is voiced. */
  f0: Float32Array
}

export const DEFAULT_HUM: HumOptions = {
  voice: 'female',
  syllable: 'la',
  seed: 1,
  sampleRate: 44100,
  breath: 0.15,
  vibratoCents: 20,
  vibratoHz: 5.4,
  glideSeconds: 0.06,
  scoopCents: 60,
  driftCents: 10,
  intonationCents: 12,
  detuneCents: 0,
  octaveJumpShare: 0,
  creak: 0,
  mainsHz: 0,
  mainsDb: -20,
  snrDb: 40,
  roomSeconds: 0.2,
  leadSeconds: 0.25,
}

const CONTROL_SAMPLES = 32

/** Flow derivative of one glottal cycle at `phase` 0..1: slow opening, fast closing, then shut (Rosenberg's polynomial, differentiated). */
const glottalPulse = (phase: number, openQuotient: number): number => {
  if (phase >= openQuotient) return 0
  const x = phase / openQuotient
  return (2 * x - 3 * x * x) * 2.2
}

/** Vowel heard at a moment of a syllable. */
const vowelAt = (syllable: HumSyllable, isConsonant: boolean): Vowel => {
  if (syllable === 'hm') return VOWELS.m
  if (syllable === 'oo') return VOWELS.oo
  return isConsonant ? VOWELS.l : VOWELS.ah
}

const voiceOf = (plan: VoicePlan, options: HumOptions, random: Random): Float32Array => {
  const { sampleRate } = options
  const pcm = new Float32Array(plan.lengthSamples)
  const tract = { male: 1, female: 1.17, child: 1.36, whistle: 1 }[options.voice]
  const formants = [0, 1, 2, 3].map(() => createResonator(sampleRate))
  const current = { ...VOWELS.ah, freqHz: [...VOWELS.ah.freqHz], widthHz: [...VOWELS.ah.widthHz] }
  const openQuotient = options.voice === 'male' ? 0.58 : 0.7
  let phase = 0
  let cycle = 0
  let jitter = 1
  let shimmer = 1
  let tilt = 0
  let gain = 0
  for (let n = 0; n < pcm.length; n++) {
    const step = Math.min(plan.f0.length - 1, Math.floor(n / CONTROL_SAMPLES))
    const f0 = plan.f0[step]
    if (n % CONTROL_SAMPLES === 0) {
      const wanted = vowelAt(options.syllable, plan.consonant[step] > 0)
      for (let i = 0; i < 4; i++) {
        current.freqHz[i] += 0.06 * (wanted.freqHz[i] * tract - current.freqHz[i])
        current.widthHz[i] += 0.06 * (wanted.widthHz[i] * tract - current.widthHz[i])
        // a singer opens the mouth so that the first formant stays above the pitch
        const isOpened = i === 0 && f0 * 1.12 > current.freqHz[0]
        formants[i].tune(isOpened ? f0 * 1.12 : current.freqHz[i], current.widthHz[i] * (isOpened ? 1.6 : 1))
      }
      current.gain += 0.06 * (wanted.gain - current.gain)
    }
    const target = plan.level[step]
    gain += (target - gain) * 0.02
    phase += (f0 * jitter) / sampleRate
    if (phase >= 1) {
      phase -= 1
      cycle++
      jitter = 1 + 0.004 * random.normal() * (options.voice === 'whistle' ? 0.2 : 1)
      shimmer = (1 + 0.04 * random.normal()) * (cycle % 2 === 0 ? 1 : 1 - options.creak)
    }
    if (options.voice === 'whistle') {
      const angle = 2 * Math.PI * phase
      const hiss = random.normal() * options.breath * 0.08
      formants[0].tune(Math.max(200, f0), f0 * 0.08)
      pcm[n] = gain * (0.5 * Math.sin(angle) + 0.015 * Math.sin(2 * angle) + formants[0].filter(hiss) + 0.15 * hiss)
      continue
    }
    const pulse = glottalPulse(phase, openQuotient) * shimmer
    tilt += (pulse - tilt) * 0.35 // softens the closure: an untrained, quiet voice
    const breath = random.normal() * options.breath * (0.08 + (phase < openQuotient ? 0.12 : 0))
    const burst = plan.burst[step] * random.normal() * 0.4
    let sample = gain * (tilt + breath) + burst + plan.inhale[step] * random.normal()
    for (const formant of formants) sample = formant.filter(sample)
    pcm[n] = sample * current.gain
  }
  return pcm
}

const normalise = (pcm: Float32Array, peak: number): number => {
  let loudest = 0
  for (const sample of pcm) loudest = Math.max(loudest, Math.abs(sample))
  const gain = loudest > 0 ? peak / loudest : 1
  for (let n = 0; n < pcm.length; n++) pcm[n] *= gain
  return gain
}

/** Mean square over the frames in which the voice sounds. */
const activePower = (pcm: Float32Array, plan: VoicePlan): number => {
  let sum = 0
  let count = 0
  for (let n = 0; n < pcm.length; n++) {
    if (plan.level[Math.min(plan.level.length - 1, Math.floor(n / CONTROL_SAMPLES))] < 0.2) continue
    sum += pcm[n] * pcm[n]
    count++
  }
  return count > 0 ? sum / count : 0
}

const trueF0 = (plan: VoicePlan, sampleRate: number, hopSeconds: number): Float32Array => {
  const f0 = new Float32Array(1 + Math.floor(plan.lengthSamples / (sampleRate * hopSeconds)))
  for (let i = 0; i < f0.length; i++) {
    const step = Math.min(plan.f0.length - 1, Math.round((i * hopSeconds * sampleRate) / CONTROL_SAMPLES))
    f0[i] = plan.level[step] > 0.1 ? plan.f0[step] : 0
  }
  return f0
}

const trueNotes = (notes: readonly Note[], plan: VoicePlan, sampleRate: number): Note[] =>
  notes.map((note) => {
    const first = Math.floor(((note.onsetSeconds + note.durationSeconds * 0.35) * sampleRate) / CONTROL_SAMPLES)
    const last = Math.floor(((note.onsetSeconds + note.durationSeconds * 0.9) * sampleRate) / CONTROL_SAMPLES)
    let sum = 0
    for (let step = first; step <= last; step++) sum += hzToMidi(plan.f0[Math.min(step, plan.f0.length - 1)])
    return { ...note, pitch: sum / (last - first + 1) }
  })

/**
 * Hums a melody with a formant voice in a room, so that the truth is known to the sample.
 *
 * Source: differentiated glottal flow with jitter, shimmer and breath; filter: four resonators in cascade. A whistle is a sine
 * with a narrow band of noise. Onsets are where the sound begins after a rest, and where the vowel begins
 * within a line, as singers place it on the beat; connected notes glide around the later onset.
 *
 * @param melody   notes in order, disjoint; pitch in MIDI keys where the voice is to sing them
 * @param options  what differs from DEFAULT_HUM
 * @returns        pcm [S] with its peak at 0.5, the notes as sung, the true f0 every 10 ms
 * @source         Rosenberg 1971 (glottal pulse), Klatt 1980 (cascade formants), Sundberg and Bauer-Huppmann 2007 (vowel on the beat)
 */
export const synthesizeHum = (melody: readonly Note[], options: Partial<HumOptions> = {}): SynthesizedHum => {
  const settings = { ...DEFAULT_HUM, ...options }
  const { sampleRate } = settings
  const random = createRandom(settings.seed)
  const shifted = melody.map((note) => ({ ...note, onsetSeconds: note.onsetSeconds + settings.leadSeconds }))
  const plan = planVoice(shifted, settings, CONTROL_SAMPLES, random.fork())
  let pcm = voiceOf(plan, settings, random.fork())
  normalise(pcm, 0.5)
  const power = activePower(pcm, plan)
  if (settings.roomSeconds > 0) pcm = addRoom(pcm, sampleRate, settings.roomSeconds)
  if (settings.mainsHz > 0) addMains(pcm, sampleRate, settings.mainsHz, Math.sqrt(power) * dbToGain(settings.mainsDb))
  if (Number.isFinite(settings.snrDb)) addNoise(pcm, createPinkNoise(random.fork()), Math.sqrt(power) * dbToGain(-settings.snrDb))
  normalise(pcm, 0.5)
  const hopSeconds = 0.01
  return { pcm, sampleRate, notes: trueNotes(shifted, plan, sampleRate), hopSeconds, f0: trueF0(plan, sampleRate, hopSeconds) }
}

/** Middle of the range in which a voice hums without strain, as a MIDI key. */
export const comfortableKey = (voice: HumVoice): number => ({ male: 50, female: 62, child: 67, whistle: 86 })[voice]
