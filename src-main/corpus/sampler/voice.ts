import type { SourceNote } from '../material/source-note.ts'
import { readBetween } from './interpolate.ts'

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
}

const LOOP_FADE = 2048

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
  private fadeOutStart = Infinity
  private fadeOutSamples = 1
  private isInOwnStart: boolean
  private jumpFrom = -1
  private jumpLeft = 0

  constructor(options: VoiceOptions) {
    this.options = options
    this.note = options.note
    this.position = options.position
    this.start = options.start
    this.isInOwnStart = options.keepsOwnStart
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

  private referenceDb(): number {
    const { note } = this
    const point = this.position / note.hop
    if (note.kind === 'pizzicato') return note.bodyDb
    if (this.isInOwnStart && this.position < note.sustainStart) return at(note.slowLevelDb, note.sustainStart / note.hop)
    return this.options.keptVibrato === undefined
      ? Math.max(at(note.levelDb, point), at(note.slowLevelDb, point) - 10)
      : at(note.slowLevelDb, point)
  }

  /** log2 Hz this voice sounds at for a target, at its present position. */
  pitchFor(target: VoiceTarget): number {
    const { keptVibrato } = this.options
    if (keptVibrato === undefined) return target.centre + target.vibrato
    const point = this.position / this.note.hop
    return target.centre + keptVibrato * Math.log2(at(this.note.f0, point) / at(this.note.centreF0, point))
  }

  /** Source samples per output sample for a target, at the present position. */
  private speedFor(target: VoiceTarget): number {
    return 2 ** this.pitchFor(target) / this.sourceF0
  }

  /** Adds one chunk of at most 16 samples to `out`, gliding from one target to the next. */
  addChunk(out: Float32Array, from: number, to: number, target: VoiceTarget): void {
    const { note, options } = this
    const speed = this.speedFor(target)
    const gain = 10 ** ((target.levelDb - this.referenceDb()) / 20)
    for (let n = from; n < to; n++) {
      let envelope = 1
      const age = n - this.start
      if (age < 0) continue
      if (age < options.fadeInSamples) envelope *= 0.5 - 0.5 * Math.cos((Math.PI * age) / options.fadeInSamples)
      const leaving = n - this.fadeOutStart
      if (leaving >= this.fadeOutSamples) continue
      if (leaving > 0) envelope *= 0.5 + 0.5 * Math.cos((Math.PI * leaving) / this.fadeOutSamples)
      let value = readBetween(note.pcm, this.position)
      if (this.jumpLeft > 0) {
        const mix = this.jumpLeft / LOOP_FADE
        value = value * (1 - mix) + readBetween(note.pcm, this.jumpFrom) * mix
        this.jumpFrom += speed
        this.jumpLeft--
      }
      out[n] += value * gain * envelope
      this.position += speed
    }
    if (note.kind === 'arco' && this.jumpLeft === 0 && this.position > note.sustainEnd - LOOP_FADE) this.loopBack()
  }

  /** Jumps back inside the sustain to where the wave looks most alike. */
  private loopBack(): void {
    const { note } = this
    const period = 44100 / this.sourceF0
    const room = note.sustainEnd - note.sustainStart
    const back = room > 4 * LOOP_FADE ? room * 0.6 : room * 0.45
    const candidate = Math.max(note.sustainStart, this.position - back)
    const best = alignPosition(note.pcm, candidate, { pcm: note.pcm, position: this.position }, { period })
    this.jumpFrom = this.position
    this.jumpLeft = LOOP_FADE
    this.position = best
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
  const length = Math.min(600, Math.max(64, Math.round(period * 2.5)))
  let best = candidate
  let bestScore = -Infinity
  const steps = 24
  for (let step = 0; step < steps; step++) {
    const shift = candidate + (period * step) / steps
    let dot = 0
    let energy = 1e-12
    for (let n = 0; n < length; n += 2) {
      const a = readBetween(pcm, shift + n)
      dot += a * readBetween(reference.pcm, reference.position + n * stretch)
      energy += a * a
    }
    const score = dot / Math.sqrt(energy)
    if (score > bestScore) {
      bestScore = score
      best = shift
    }
  }
  return best
}
