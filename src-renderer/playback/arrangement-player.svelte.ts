import type { Project, Source } from '#contract/project.ts'
import { stepSeconds } from '#arrangement/grid.ts'
import { measureReverbSamples } from '#music/mix-law.ts'
import type { Context } from 'tone'
import { ArrangementMixer, type PlayingBlock } from './arrangement-mixer.ts'
import { findLoop, makeClick, type Material, measureEndSeconds, walkTimeline } from './arrangement-plan.ts'
import { ArrangementSounds } from './arrangement-sounds.ts'
import { routeToSpeaker } from './speaker.ts'

/** Far enough ahead for a busy page; an edit takes back what has not sounded yet. */
const AHEAD_SECONDS = 1
const BLOCK_SECONDS = 0.1
const START_SECONDS = 0.06
/** What begins sooner than this cannot be taken back in time. */
const COMMITTED_SECONDS = 0.04

/** Playing that is being recorded over: where the timeline lies on the clock of the audio context. */
export interface RecordedPlaying {
  readonly context: AudioContext
  /** The frame on which `fromSeconds` of the timeline sounds. */
  readonly startFrame: number
  readonly fromSeconds: number
  /** Frames between the beginning of the count-in and `startFrame`. */
  readonly countInFrames: number
}

/** Clicks that were played alone, to be found again in what was heard. */
export interface PlayedClicks {
  readonly context: AudioContext
  readonly click: Float32Array
  readonly frames: readonly number[]
}

const TEST_CLICKS = 6
const TEST_CLICK_GAP_SECONDS = 0.6

/** Plays the arrangement, and is the one writer of where it plays. */
export class ArrangementPlayer {
  isPlaying = $state(false)
  isLoading = $state(false)
  /** Where the playhead is, playing or not. */
  positionSeconds = $state(0)
  hasClick = $state(false)
  /** A bar of clicks before playing. */
  hasCountIn = $state(false)
  /** True while somebody records over what plays: it goes straight on, past the end of a loop and of the song. */
  isRecordedOver = $state(false)
  /** Peak levels by track id, the master under ''. */
  levels = $state.raw<ReadonlyMap<string, number>>(new Map())
  readonly sounds = new ArrangementSounds()
  /** Counts up whenever a sound has come in: drawings that depend on sounds read it. */
  soundCount = $state(0)
  #project: Project | undefined
  #context: Context | undefined
  #native: AudioContext | undefined
  #mixer: ArrangementMixer | undefined
  #blocks: PlayingBlock[] = []
  #countIn: PlayingBlock | undefined
  #plannedFrame = 0
  #plannedSample = 0
  #startedAtSeconds = 0
  /** The frame on which the place that playing began with sounds. */
  #straightFrame = 0
  #request = 0
  #frameRequest = 0

  /** Takes over the arrangement as it is now; what sounds goes on with it. */
  setProject(project: Project): void {
    const before = this.#project
    this.#project = project
    if (before === project) return
    this.sounds.setRate(project.sampleRate)
    if (before?.sources !== project.sources || before.sampleRate !== project.sampleRate) this.#loadSounds(project)
    this.#mixer?.apply(project)
    if (!this.isPlaying) return
    const isHeard =
      before?.clips !== project.clips || before.loopRange !== project.loopRange || before.sources !== project.sources || before.tempo !== project.tempo // prettier-ignore
    if (isHeard) this.#planAgain()
  }

  /** Plays from a place; with a count-in, a bar of clicks is heard first. */
  async play(fromSeconds = this.positionSeconds, hasCountIn = false): Promise<void> {
    await this.#begin(fromSeconds, hasCountIn, false)
  }

  /** Plays for somebody who records over it; null where it was stopped before it began. */
  async playToRecord(fromSeconds: number, hasCountIn: boolean): Promise<RecordedPlaying | null> {
    if (!(await this.#begin(fromSeconds, hasCountIn, true)) || this.#native === undefined) return null
    const startFrame = this.#straightFrame
    return { context: this.#native, startFrame, fromSeconds, countInFrames: this.#countIn?.span.lengthSamples ?? 0 }
  }

  /** Where everything is played, opened by a person's touch. */
  async openContext(): Promise<AudioContext | null> {
    const project = this.#project
    if (project === undefined) return null
    await this.#open(project.sampleRate)
    return this.#native ?? null
  }

  /** Plays a few clicks alone. */
  async playTestClicks(): Promise<PlayedClicks | null> {
    this.stop()
    const context = await this.openContext()
    if (context === null) return null
    const click = makeClick(context.sampleRate, true)
    const buffer = context.createBuffer(1, click.length, context.sampleRate)
    buffer.copyToChannel(click, 0)
    const first = Math.ceil((context.currentTime + 0.3) * context.sampleRate)
    const frames = Array.from({ length: TEST_CLICKS }, (_, i) => first + Math.round(i * TEST_CLICK_GAP_SECONDS * context.sampleRate))
    for (const frame of frames) {
      const source = context.createBufferSource()
      source.buffer = buffer
      source.connect(context.destination)
      source.start((frame - 1e-6) / context.sampleRate)
    }
    return { context, click, frames }
  }

  async #begin(fromSeconds: number, hasCountIn: boolean, isRecordedOver: boolean): Promise<boolean> {
    const project = this.#project
    if (project === undefined) return false
    const request = ++this.#request
    this.isLoading = true
    try {
      const [context] = await Promise.all([this.#open(project.sampleRate), this.#loadUsedSounds(project)])
      if (request !== this.#request) return false
      this.#silence()
      this.isRecordedOver = isRecordedOver
      this.#mixer = new ArrangementMixer(context, this.#project ?? project)
      this.#startedAtSeconds = fromSeconds
      this.#plannedSample = Math.round(fromSeconds * project.sampleRate)
      this.#plannedFrame = Math.ceil((context.currentTime + START_SECONDS) * project.sampleRate)
      if (hasCountIn) this.#countIn = this.#countOneBar(this.#mixer, project, fromSeconds)
      this.#straightFrame = this.#plannedFrame
      this.positionSeconds = fromSeconds
      this.isPlaying = true
      this.#plan()
      this.#follow()
      return true
    } finally {
      if (request === this.#request) this.isLoading = false
    }
  }

  /** Stops; the playhead stays where it is, or goes back to where playing began. */
  stop(isBack = false): void {
    this.#request++
    this.isLoading = false
    this.#silence()
    this.isPlaying = false
    this.isRecordedOver = false
    this.levels = new Map()
    if (isBack) this.positionSeconds = this.#startedAtSeconds
  }

  toggle(): Promise<void> {
    if (!this.isPlaying && !this.isLoading) return this.play(this.positionSeconds, this.hasCountIn)
    this.stop()
    return Promise.resolve()
  }

  seek(seconds: number): void {
    if (this.isRecordedOver) return
    const target = Math.max(0, seconds)
    if (this.isPlaying) void this.play(target)
    this.positionSeconds = target
  }

  setClick(hasClick: boolean): void {
    this.hasClick = hasClick
    if (this.isPlaying) this.#planAgain()
  }

  readonly #find = (source: Source): Material | null => this.sounds.find(source)?.material ?? null

  async #open(sampleRate: number): Promise<Context> {
    const tone = await import('tone')
    // At the project's own rate blocks meet on whole samples, and what is heard is what the mixdown writes.
    if (this.#context?.sampleRate !== sampleRate) {
      this.#context?.dispose()
      // The browser's own context: a microphone can join it, and it says how late the speakers are.
      this.#native = new AudioContext({ sampleRate, latencyHint: 'interactive' })
      routeToSpeaker(this.#native)
      this.#context = new tone.Context(this.#native)
      // A worker's clock: it goes on ticking while the page is in the background.
      this.#context.on('tick', () => this.#plan())
    }
    await this.#context.resume()
    return this.#context
  }

  #loadSounds(project: Project): void {
    for (const source of project.sources) {
      if (this.sounds.find(source) !== null) continue
      void this.sounds.load(source).then(
        () => this.soundCount++,
        () => undefined,
      )
    }
  }

  async #loadUsedSounds({ clips, sources }: Project): Promise<void> {
    const used = new Set(clips.map(({ sourceId }) => sourceId))
    // A sound that cannot be decoded is silent, as one that is lost.
    await Promise.allSettled(sources.filter(({ id }) => used.has(id)).map((source) => this.sounds.load(source)))
  }

  #plan(): void {
    const context = this.#context
    const mixer = this.#mixer
    const project = this.#project
    if (!this.isPlaying || context === undefined || mixer === undefined || project === undefined) return
    const { sampleRate } = project
    const until = (context.currentTime + AHEAD_SECONDS) * sampleRate
    // After a long sleep of the computer: go on from now, without a burst of what was missed.
    this.#plannedFrame = Math.max(this.#plannedFrame, Math.ceil((context.currentTime + COMMITTED_SECONDS / 2) * sampleRate))
    while (this.#plannedFrame < until) {
      const { spans, nextSample } = walkTimeline(this.#plannedSample, Math.round(BLOCK_SECONDS * sampleRate), this.#loopOf(project))
      for (const span of spans) {
        this.#blocks.push(mixer.play(span, this.#plannedFrame, this.#find, this.hasClick))
        this.#plannedFrame += span.lengthSamples
      }
      this.#plannedSample = nextSample
    }
    const now = context.currentTime * sampleRate
    this.#blocks = this.#blocks.filter(({ frame, span }) => frame + span.lengthSamples > now - sampleRate)
  }

  #loopOf(project: Project): ReturnType<typeof findLoop> {
    return this.isRecordedOver ? null : findLoop(project)
  }

  /** Clicks of the bar before a place, or of the first bar where there is none; what follows is planned behind it. */
  #countOneBar(mixer: ArrangementMixer, project: Project, fromSeconds: number): PlayingBlock {
    const before = stepSeconds(project, fromSeconds, 'bar', -1)
    const hasBarBefore = fromSeconds > 0 && before < fromSeconds - 1e-6
    const start = hasBarBefore ? before : 0
    const end = hasBarBefore ? fromSeconds : stepSeconds(project, 0, 'bar', 1)
    const toSamples = (seconds: number): number => Math.round(seconds * project.sampleRate)
    const span = { fromSample: toSamples(start), lengthSamples: toSamples(end) - toSamples(start) }
    const block = mixer.playClicks(span, this.#plannedFrame)
    this.#plannedFrame += span.lengthSamples
    return block
  }

  #planAgain(): void {
    const context = this.#context
    if (context === undefined) return
    const committed = (context.currentTime + COMMITTED_SECONDS) * context.sampleRate
    const first = this.#blocks.findIndex(({ frame }) => frame > committed)
    if (first >= 0) {
      const taken = this.#blocks.splice(first)
      for (const block of taken) block.cancel()
      this.#plannedFrame = taken[0]?.frame ?? this.#plannedFrame
      this.#plannedSample = taken[0]?.span.fromSample ?? this.#plannedSample
    }
    this.#plan()
  }

  #silence(): void {
    for (const block of this.#blocks) block.cancel()
    this.#countIn?.cancel()
    this.#countIn = undefined
    this.#blocks = []
    this.#mixer?.dispose()
    this.#mixer = undefined
    cancelAnimationFrame(this.#frameRequest)
  }

  #follow(): void {
    const context = this.#context
    const project = this.#project
    if (!this.isPlaying || context === undefined || project === undefined) return
    const now = context.currentTime * project.sampleRate
    const block = this.#blocks.find(({ frame, span }) => frame <= now && now < frame + span.lengthSamples)
    if (block !== undefined) this.positionSeconds = (block.span.fromSample + now - block.frame) / project.sampleRate
    this.levels = this.#mixer?.readLevels() ?? new Map()
    const tail = measureReverbSamples(project.sampleRate, project.master.reverbSeconds) / project.sampleRate
    const isOver = !this.isRecordedOver && findLoop(project) === null && this.positionSeconds > measureEndSeconds(project) + tail
    if (isOver) this.stop(true)
    else this.#frameRequest = requestAnimationFrame(() => this.#follow())
  }
}
