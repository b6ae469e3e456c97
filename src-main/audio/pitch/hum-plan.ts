import type { Note } from '#contract/melody.ts'
import type { Random } from '#main/foundation/random.ts'
import { midiToHz } from '#music/pitch.ts'
import type { HumOptions } from './hum-options.ts'

/** What the voice does, one value per control step. */
export interface VoicePlan {
  lengthSamples: number
  /** Hz, also carried through rests. */
  f0: Float32Array
  /** 0..1 loudness of the voice. */
  level: Float32Array
  /** 0..1 noise of a consonant's release. */
  burst: Float32Array
  /** Noise of breathing in. */
  inhale: Float32Array
  /** 1 while the l of a la sounds. */
  consonant: Float32Array
}

/** Notes nearer to each other than this are sung on one breath and connected by a glide. */
const CONNECTED_SECONDS = 0.03

/** Length of an l, which comes before the beat so that its vowel is on it. */
const L_SECONDS = 0.05

const smoothStep = (x: number): number => {
  const t = Math.min(1, Math.max(0, x))
  return t * t * (3 - 2 * t)
}

/** Slow wander with unit deviation: a leaky random walk sampled every 50 ms and interpolated. */
const wander = (random: Random, seconds: number): ((at: number) => number) => {
  const values: number[] = []
  let value = random.normal() * 0.5
  for (let i = 0; i <= seconds / 0.05 + 2; i++) {
    value = 0.985 * value + 0.17 * random.normal()
    values.push(value)
  }
  return (at) => {
    const i = Math.min(values.length - 2, Math.max(0, Math.floor(at / 0.05)))
    return values[i] + (values[i + 1] - values[i]) * (at / 0.05 - i)
  }
}

/** Dip of loudness around the onset of a note that follows without a rest: 1 is none. */
const dipAt = (syllable: HumOptions['syllable'], since: number, isSamePitch: boolean): number => {
  if (syllable === 'da') return since < 0 ? smoothStep(-since / 0.03) * 0.98 + 0.02 : smoothStep((since + 0.004) / 0.02)
  if (syllable === 'la')
    return since < -L_SECONDS ? 0.45 + 0.55 * smoothStep((-since - L_SECONDS) / 0.04) : 0.45 + 0.55 * smoothStep((since + 0.02) / 0.05)
  const depth = isSamePitch ? 0.85 : 0.3 // hm, oo, ah: a repeated note needs a new push of breath
  return 1 - depth * (since < 0 ? 1 - smoothStep(-since / 0.06) : 1 - smoothStep(since / 0.05))
}

/** Turns notes and options into the curves that drive the voice. */
export const planVoice = (notes: readonly Note[], options: HumOptions, controlSamples: number, random: Random): VoicePlan => {
  const last = notes[notes.length - 1]
  const seconds = (last === undefined ? 0 : last.onsetSeconds + last.durationSeconds) + 0.4
  const lengthSamples = Math.round(seconds * options.sampleRate)
  const steps = Math.ceil(lengthSamples / controlSamples)
  const make = (): Float32Array => new Float32Array(steps)
  const plan: VoicePlan = { lengthSamples, f0: make(), level: make(), burst: make(), inhale: make(), consonant: make() }
  const drift = wander(random.fork(), seconds)
  const flutter = wander(random.fork(), seconds * 8)
  const sung = notes.map((note) => {
    const jump = random.next() < options.octaveJumpShare ? (random.next() < 0.5 ? -12 : 12) : 0
    return note.pitch + jump + (options.detuneCents + options.intonationCents * random.normal()) / 100
  })
  const glides = notes.map(() => Math.max(0.015, options.glideSeconds * (1 + 0.35 * random.normal())))
  const scoops = notes.map(() => (options.scoopCents / 100) * (0.5 + random.next()))
  const vibratoPhases = notes.map(() => random.next())
  let index = 0
  for (let step = 0; step < steps; step++) {
    const at = (step * controlSamples) / options.sampleRate
    while (index + 1 < notes.length && at >= notes[index + 1].onsetSeconds - glides[index + 1] / 2) index++
    const note = notes[index]
    if (note === undefined) break
    const previous = index > 0 ? notes[index - 1] : undefined
    const next = notes[index + 1]
    const end = note.onsetSeconds + note.durationSeconds
    const isJoined = previous !== undefined && note.onsetSeconds - previous.onsetSeconds - previous.durationSeconds < CONNECTED_SECONDS
    const isJoinedAfter = next !== undefined && next.onsetSeconds - end < CONNECTED_SECONDS
    const since = at - note.onsetSeconds
    let pitch = sung[index]
    if (isJoined) pitch += (sung[index - 1] - sung[index]) * (1 - smoothStep((since + glides[index] / 2) / glides[index]))
    else if (since >= 0) pitch -= scoops[index] * Math.exp(-since / 0.035)
    else pitch -= scoops[index]
    const vibrato = smoothStep((since - 0.2) / 0.2) * options.vibratoCents
    pitch += (vibrato * Math.sin(2 * Math.PI * (options.vibratoHz * since + vibratoPhases[index]))) / 100
    pitch += (options.driftCents * drift(at) + 4 * flutter(at * 8)) / 100
    plan.f0[step] = midiToHz(pitch)
    const untilNext = isJoinedAfter ? next.onsetSeconds - at : Infinity
    const isInL = isJoined ? since < 0.005 || untilNext < L_SECONDS : since < L_SECONDS || untilNext < L_SECONDS
    plan.consonant[step] = options.syllable === 'la' && isInL ? 1 : 0
    const attack = isJoined ? 1 : smoothStep(since / (options.syllable === 'da' ? 0.015 : 0.05))
    const release = isJoinedAfter ? 1 : smoothStep((end - at) / 0.06)
    let level = (since < 0 && !isJoined ? 0 : attack) * (at > end && !isJoinedAfter ? 0 : release) * (0.4 + 0.85 * note.velocity)
    const same = (a: number, b: number): boolean => Math.abs(a - b) < 0.6
    if (isJoined) level *= dipAt(options.syllable, since, same(sung[index], sung[index - 1]))
    if (isJoinedAfter) level *= dipAt(options.syllable, at - next.onsetSeconds, same(sung[index], sung[index + 1]))
    plan.level[step] = level * (1 - 0.12 * smoothStep((since - 0.3) / 1))
    if (options.syllable === 'da' && since >= -0.004 && since < 0.008) plan.burst[step] = 0.25
    const rest = previous === undefined ? options.leadSeconds : note.onsetSeconds - previous.onsetSeconds - previous.durationSeconds
    const breathAt = (note.onsetSeconds - at) / 0.3
    if (next !== undefined && at > end && next.onsetSeconds - end > 0.35) {
      const ahead = (next.onsetSeconds - 0.04 - at) / 0.3
      if (ahead > 0 && ahead < 1) plan.inhale[step] = 0.12 * options.breath * Math.sin(Math.PI * ahead)
    } else if (rest > 0.35 && breathAt > 0.15 && breathAt < 1.15) {
      plan.inhale[step] = 0.12 * options.breath * Math.sin(Math.PI * (breathAt - 0.15))
    }
  }
  return plan
}
