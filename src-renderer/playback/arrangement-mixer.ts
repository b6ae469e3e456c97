import type { Project, Source, Track } from '#contract/project.ts'
import { isAudible, makeReverbImpulse, panGains } from '#music/mix-law.ts'
import { dbToGain } from '#music/pitch.ts'
import type { BaseContext } from 'tone'
import { type Material, planSchedule, renderClicks, renderRuns, type Span } from './arrangement-plan.ts'

/** The mixer of an arrangement as audio nodes: tracks, balance, sends, one reverb, the master; levels as in #music/mix-law.ts. */

interface Channel {
  readonly input: ChannelSplitterNode
  readonly left: GainNode
  readonly right: GainNode
  readonly output: ChannelMergerNode
  readonly send: GainNode
  readonly meter: AnalyserNode
}

/** Knobs reach their new place in about three of these: no click, no audible delay. */
const GLIDE_SECONDS = 0.012
const METER_SAMPLES = 2048
/** Starts just before the sample it means: rounding up then ends on that very sample. */
const START_NUDGE_SAMPLES = 1e-6

export interface PlayingBlock {
  /** Context frame on which it begins. */
  readonly frame: number
  readonly span: Span
  cancel(): void
}

/** The last reverb that was worked out: every start of playing needs it again. */
let lastImpulse: { readonly key: string; readonly sides: ReturnType<typeof makeReverbImpulse> } | undefined
const findImpulse = (sampleRate: number, seconds: number): ReturnType<typeof makeReverbImpulse> => {
  const key = `${sampleRate} ${seconds}`
  if (lastImpulse?.key !== key) lastImpulse = { key, sides: makeReverbImpulse(sampleRate, seconds) }
  return lastImpulse.sides
}

export class ArrangementMixer {
  readonly #context: BaseContext
  readonly #channels = new Map<string, Channel>()
  readonly #master: GainNode
  readonly #masterMeter: AnalyserNode
  readonly #convolver: ConvolverNode
  readonly #reverbReturn: GainNode
  readonly #click: GainNode
  readonly #scope = new Float32Array(METER_SAMPLES)
  #reverbSeconds = 0
  #project: Project

  constructor(context: BaseContext, project: Project) {
    this.#context = context
    this.#project = project
    this.#master = context.createGain()
    this.#masterMeter = context.createAnalyser()
    this.#masterMeter.fftSize = METER_SAMPLES
    this.#convolver = context.createConvolver()
    this.#reverbReturn = context.createGain()
    this.#click = context.createGain()
    this.#convolver.connect(this.#reverbReturn)
    this.#reverbReturn.connect(this.#master)
    this.#master.connect(this.#masterMeter)
    this.#master.connect(context.rawContext.destination as AudioNode)
    this.#click.connect(context.rawContext.destination as AudioNode)
    this.apply(project, true)
  }

  /** Takes over every level of the project. */
  apply(project: Project, isAtOnce = false): void {
    this.#project = project
    const { master, tracks, sampleRate } = project
    if (master.reverbSeconds !== this.#reverbSeconds) {
      this.#reverbSeconds = master.reverbSeconds
      const impulse = findImpulse(sampleRate, master.reverbSeconds)
      const buffer = this.#context.createBuffer(2, impulse[0].length, sampleRate)
      for (const [side, pcm] of impulse.entries()) buffer.getChannelData(side).set(pcm)
      this.#convolver.normalize = false
      // A convolver takes one buffer in its life in some browsers; null lets it take another.
      this.#convolver.buffer = null
      this.#convolver.buffer = buffer
    }
    const set = (param: AudioParam, value: number): void => {
      if (isAtOnce) param.value = value
      else param.setTargetAtTime(value, this.#context.currentTime, GLIDE_SECONDS)
    }
    set(this.#master.gain, dbToGain(master.gainDb))
    set(this.#reverbReturn.gain, dbToGain(master.reverbGainDb))
    const known = new Set(tracks.map(({ id }) => id))
    for (const [id, channel] of this.#channels) {
      if (known.has(id)) continue
      for (const node of Object.values(channel) as AudioNode[]) node.disconnect()
      this.#channels.delete(id)
    }
    for (const track of tracks) {
      const isNew = !this.#channels.has(track.id)
      const channel = this.#channels.get(track.id) ?? this.#open(track)
      const gain = isAudible(track, tracks) ? dbToGain(track.gainDb) : 0
      const pan = panGains(track.pan)
      const setHere = (param: AudioParam, value: number): void => (isNew ? void (param.value = value) : set(param, value))
      setHere(channel.left.gain, gain * pan.left)
      setHere(channel.right.gain, gain * pan.right)
      setHere(channel.send.gain, track.reverbSend)
    }
  }

  /** Sounds a span of the timeline from a frame on. Answers what can still be taken back. */
  play(span: Span, frame: number, findMaterial: (source: Source) => Material | null, hasClick: boolean): PlayingBlock {
    const { fromSample, lengthSamples } = span
    const project = this.#project
    const sources: AudioBufferSourceNode[] = []
    const start = (sides: readonly Float32Array<ArrayBuffer>[], into: AudioNode): void => void sources.push(this.#start(sides, into, frame))
    for (const { trackId, runs } of planSchedule(project, fromSample, fromSample + lengthSamples)) {
      const channel = this.#channels.get(trackId)
      if (channel !== undefined) start(renderRuns(runs, findMaterial, project, fromSample, lengthSamples), channel.input)
    }
    if (hasClick) start([renderClicks(project, span)], this.#click)
    return this.#makeBlock(span, frame, sources)
  }

  /** Sounds the metronome alone. */
  playClicks(span: Span, frame: number): PlayingBlock {
    return this.#makeBlock(span, frame, [this.#start([renderClicks(this.#project, span)], this.#click, frame)])
  }

  /** Highest level since the last two thousand samples, 0..1 and above; by track id, the master under ''. */
  readLevels(): Map<string, number> {
    const levels = new Map<string, number>([['', this.#readPeak(this.#masterMeter)]])
    for (const [id, { meter }] of this.#channels) levels.set(id, this.#readPeak(meter))
    return levels
  }

  /** Silences what is still sounding at once, the reverb's tail too. */
  dispose(): void {
    this.#master.disconnect()
    this.#click.disconnect()
  }

  #start(sides: readonly Float32Array<ArrayBuffer>[], into: AudioNode, frame: number): AudioBufferSourceNode {
    const { sampleRate } = this.#project
    const buffer = this.#context.createBuffer(sides.length, Math.max(1, sides[0]?.length ?? 0), sampleRate)
    for (const [side, pcm] of sides.entries()) buffer.copyToChannel(pcm, side)
    const source = this.#context.createBufferSource()
    source.buffer = buffer
    source.connect(into)
    source.start(Math.max(0, (frame - START_NUDGE_SAMPLES) / sampleRate))
    return source
  }

  #makeBlock(span: Span, frame: number, sources: readonly AudioBufferSourceNode[]): PlayingBlock {
    const cancel = (): void => {
      for (const source of sources) {
        source.stop()
        source.disconnect()
      }
    }
    return { frame, span, cancel }
  }

  #readPeak(meter: AnalyserNode): number {
    meter.getFloatTimeDomainData(this.#scope)
    return this.#scope.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)
  }

  #open(track: Track): Channel {
    const context = this.#context
    const channel: Channel = {
      input: context.createChannelSplitter(2),
      left: context.createGain(),
      right: context.createGain(),
      output: context.createChannelMerger(2),
      send: context.createGain(),
      meter: context.createAnalyser(),
    }
    channel.meter.fftSize = METER_SAMPLES
    channel.input.connect(channel.left, 0)
    channel.input.connect(channel.right, 1)
    channel.left.connect(channel.output, 0, 0)
    channel.right.connect(channel.output, 0, 1)
    channel.output.connect(this.#master)
    channel.output.connect(channel.send)
    channel.output.connect(channel.meter)
    channel.send.connect(this.#convolver)
    this.#channels.set(track.id, channel)
    return channel
  }
}
