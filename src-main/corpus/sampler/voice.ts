import { MATERIAL_RATE } from '../material/analyze-note.ts'
import type { SourceNote } from '../material/source-note.ts'
import { readRun } from './interpolate.ts'

/** A target the voice is asked to follow, valid for one block of samples. */
export interface VoiceTarget {
  /** log2 Hz without vibrato. */
  readonly centre: number
  /** log2 of the designed vibrato's factor. */
  readonly vibrato: number
  /** Wished level, dBFS RMS. */
  readonly levelDb: number
}

export interface VoiceOptions {
  readonly note: SourceNote
  readonly position: number
  /** First and last sample of the clip in which it sounds. */
  readonly start: number
  readonly fadeInSamples: number
  /** Share of the recording's own vibrato that is kept; undefined: the designed vibrato replaces it. */
  readonly keptVibrato: number | undefined
  /** True: the recording's own rise or decay is left alone (attacks, plucks). */
  readonly keepsOwnStart: boolean
  /** True: the level goes on from the recording's own start without a step, as slowly spoken wind notes need. */
  readonly joinsStart?: boolean
}

const LONGEST_LOOP_FADE = 2048
const LONGEST_CHUNK = 16

const at = (values: Float32Array, point: number): number => {
  const whole = Math.max(0, Math.min(values.length - 2, Math.floor(point)))
  const t = Math.min(1, Math.max(0, point - whole))
  return values[whole] + (values[whole + 1] - values[whole]) * t
}

/**
 * Plays one recorded note by time-varying varispeed: the recording's own pitch is divided out, so that what
 * sounds has exactly the asked f0; in the sustain its own level is divided out as well.
 */
export class Voice {
  readonly note: SourceNote
  position: number
  readonly start: number
  private readonly options: VoiceOptions
  private readonly loopFade: number
  private fadeOutStart = Infinity
  private fadeOutSamples = 1
  private readonly run = new Float32Array(LONGEST_CHUNK)
  private readonly oldRun = new Float32Array(LONGEST_CHUNK)
  /** Where the sound before the last loop is still being faded out. */
  private leaving: { position: number; samplesLeft: number } | undefined

  constructor(options: VoiceOptions) {
    this.options = options
    this.note = options.note
    this.position = options.position
    this.start = options.start
    this.loopFade = Math.min(LONGEST_LOOP_FADE, Math.max(64, (this.note.sustainEnd - this.note.sustainStart) / 4))
  }

  endAt(sample: number, fadeSamples: number): void {
    this.fadeOutStart = Math.min(this.fadeOutStart, sample)
    this.fadeOutSamples = Math.max(1, fadeSamples)
  }

  isOver(sample: number): boolean {
    return sample >= this.fadeOutStart + this.fadeOutSamples || this.position > this.note.pcm.length + 64
  }

  /** Hz of the recording itself at the present position. */
  get sourceF0(): number {
    return at(this.note.f0, this.position / this.note.hop)
  }

  private referenceDb(position: number): number {
    const { note, options } = this
    const point = position / note.hop
    if (note.kind === 'pizzicato') return note.bodyDb
    if (options.keepsOwnStart && position < note.sustainStart) {
      const joint = note.sustainStart / note.hop
      return options.joinsStart === true ? this.followedDb(joint) : at(note.slowLevelDb, joint)
    }
    return this.followedDb(point)
  }

  /** Level of the recording's sustain that is divided out at an analysis point, dBFS. */
  private followedDb(point: number): number {
    const { note, options } = this
    return options.keptVibrato === undefined
      ? Math.max(at(note.levelDb, point), at(note.slowLevelDb, point) - 10)
      : at(note.slowLevelDb, point)
  }

  /** log2 Hz this voice sounds at for a target, at a position of the recording. */
  pitchFor(target: VoiceTarget, position = this.position): number {
    const { keptVibrato } = this.options
    if (keptVibrato === undefined) return target.centre + target.vibrato
    const point = position / this.note.hop
    return target.centre + keptVibrato * Math.log2(at(this.note.f0, point) / at(this.note.centreF0, point))
  }

  /** Gain, and recorded samples per sample of the clip. */
  private motionAt(position: number, pitch: number, levelDb: number): { gain: number; speed: number } {
    return { gain: 10 ** ((levelDb - this.referenceDb(position)) / 20), speed: 2 ** pitch / at(this.note.f0, position / this.note.hop) }
  }

  /** Share of the voice at a sample of the clip: its fade in and its fade out. */
  private envelopeAt(sample: number): number {
    const age = sample - this.start
    if (age < 0) return 0
    let envelope = 1
    if (age < this.options.fadeInSamples) envelope *= 0.5 - 0.5 * Math.cos((Math.PI * age) / this.options.fadeInSamples)
    const gone = sample - this.fadeOutStart
    if (gone >= this.fadeOutSamples) return 0
    return gone > 0 ? envelope * (0.5 + 0.5 * Math.cos((Math.PI * gone) / this.fadeOutSamples)) : envelope
  }

  /** Adds one chunk of at most 16 samples to `out`. */
  addChunk(out: Float32Array, from: number, to: number, target: VoiceTarget): void {
    const { note } = this
    // While a loop is being crossed, both sides sound at the pitch of the side that stays.
    const pitch = this.pitchFor(target)
    const main = this.motionAt(this.position, pitch, target.levelDb)
    const { leaving } = this
    const old = leaving === undefined ? undefined : this.motionAt(leaving.position, pitch, target.levelDb)
    const count = to - from
    const run = this.run.subarray(0, count)
    const oldRun = this.oldRun.subarray(0, count)
    readRun(note.pcm, this.position, main.speed, run)
    this.position += count * main.speed
    if (leaving !== undefined && old !== undefined) {
      readRun(note.pcm, leaving.position, old.speed, oldRun)
      leaving.position += count * old.speed
    }
    for (let n = 0; n < count; n++) {
      let value = run[n] * main.gain
      if (leaving !== undefined && old !== undefined && leaving.samplesLeft > 0) {
        const mix = 0.5 - 0.5 * Math.cos((Math.PI * leaving.samplesLeft) / this.loopFade)
        value = value * (1 - mix) + oldRun[n] * old.gain * mix
        leaving.samplesLeft--
      }
      out[from + n] += value * this.envelopeAt(from + n)
    }
    if (leaving !== undefined && leaving.samplesLeft <= 0) this.leaving = undefined
    if (note.kind === 'arco' && this.leaving === undefined && this.position > note.sustainEnd - 1.3 * this.loopFade) this.loopBack()
  }

  /** Jumps back inside the sustain to where the wave looks most alike. */
  private loopBack(): void {
    const { note } = this
    const length = note.sustainEnd - note.sustainStart
    const candidate = Math.max(note.sustainStart, this.position - 0.6 * length)
    const reference = { pcm: note.pcm, position: this.position }
    this.leaving = { position: this.position, samplesLeft: this.loopFade }
    this.position = alignPosition(note.pcm, candidate, reference, { period: MATERIAL_RATE / this.sourceF0 })
  }
}

/**
 * The position within one period after `candidate` where `pcm` continues most like the reference does.
 *
 * @param pcm        recording to enter
 * @param candidate  earliest position, samples
 * @param reference  recording that sounds now, and where in it
 * @param options    period of the tone in `pcm`, samples; stretch: reference samples per sample of `pcm`
 */
export const alignPosition = (
  pcm: Float32Array,
  candidate: number,
  reference: { readonly pcm: Float32Array; readonly position: number },
  { period, stretch = 1 }: { period: number; stretch?: number },
): number => {
  const length = Math.min(300, Math.max(32, Math.round(period * 1.25)))
  const heard = new Float32Array(length)
  const tried = new Float32Array(length)
  // Every second sample is enough to find the phase.
  readRun(reference.pcm, reference.position, 2 * stretch, heard)
  let best = candidate
  let bestScore = -Infinity
  const steps = 24
  for (let step = 0; step < steps; step++) {
    const shift = candidate + (period * step) / steps
    readRun(pcm, shift, 2, tried)
    let dot = 0
    let energy = 1e-12
    for (let n = 0; n < length; n++) {
      dot += tried[n] * heard[n]
      energy += tried[n] * tried[n]
    }
    const score = dot / Math.sqrt(energy)
    if (score > bestScore) {
      bestScore = score
      best = shift
    }
  }
  return best
}
