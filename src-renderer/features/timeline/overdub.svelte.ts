import { estimateRoundTrip, type HeardBlock, joinBlocks, measureRoundTrip } from '#renderer/capture/latency.ts'
import { measureLevel } from '#renderer/capture/level.ts'
import { Microphone, type MicrophoneDevice } from '#renderer/capture/microphone.ts'
import { toWavBytes } from '#renderer/capture/wav-bytes.ts'
import type { ArrangementPlayer, RecordedPlaying } from '#renderer/playback/arrangement-player.svelte.ts'
import type { Studio } from '#renderer/state/studio.svelte.ts'
import { timelineWords as words } from './strings.ts'

const FALL_DB_PER_BLOCK = 1.2
/** A note begun a little early belongs to the first beat. */
const PICK_UP_SECONDS = 0.25
const SHORTEST_SECONDS = 0.3
/** A microphone that says nothing for so long has stopped. */
const SILENT_SECONDS = 1.5

const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

/**
 * Humming over the arrangement. What is heard and what is played lie on one clock; what was sung is put back by the round trip
 * through speakers and microphone, so that its notes lie where they were sung.
 */
export class Overdub {
  phase = $state<'idle' | 'opening' | 'counting' | 'recording' | 'keeping' | 'measuring'>('idle')
  devices = $state.raw<MicrophoneDevice[]>([])
  peakDb = $state(-100)
  /** Where on the timeline the recording began, and how long it is by now. */
  startSeconds = $state(0)
  recordedSeconds = $state(0)
  /** The round trip as the system guesses it, known once a microphone was open. */
  estimateSeconds = $state<number>()
  #microphone: Microphone | undefined
  #playing: RecordedPlaying | undefined
  #blocks: HeardBlock[] = []
  #roundTripSeconds = 0
  #attempt = 0
  readonly #studio: Studio
  readonly #player: ArrangementPlayer

  constructor(studio: Studio, player: ArrangementPlayer) {
    this.#studio = studio
    this.#player = player
  }

  /** The microphone of the settings; '' is the system's. */
  get deviceId(): string {
    return this.#studio.preferences.settings.microphone
  }
  set deviceId(id: string) {
    void this.#studio.preferences.change({ microphone: id })
  }

  get isBusy(): boolean {
    return this.phase !== 'idle'
  }

  async toggle(hasCountIn: boolean): Promise<void> {
    if (this.phase === 'idle') await this.start(hasCountIn)
    else if (this.phase === 'recording') await this.stop()
    else this.cancel()
  }

  /** Plays from the playhead and records over it. */
  async start(hasCountIn: boolean): Promise<void> {
    if (this.phase !== 'idle') return
    this.phase = 'opening'
    const attempt = ++this.#attempt
    try {
      const context = await this.#player.openContext()
      if (context === null || attempt !== this.#attempt) return this.cancel()
      const microphone = await this.#openMicrophone(context)
      if (attempt !== this.#attempt) return microphone.close()
      this.#roundTripSeconds = this.#studio.preferences.settings.recordingLatencySeconds ?? this.estimateSeconds ?? 0
      const fromSeconds = this.#player.positionSeconds
      this.startSeconds = fromSeconds
      this.recordedSeconds = 0
      this.phase = 'counting'
      const playing = await this.#player.playToRecord(fromSeconds, hasCountIn)
      if (playing === null || attempt !== this.#attempt) return this.cancel()
      this.#playing = playing
    } catch (thrown) {
      this.cancel()
      this.#studio.notices.fail(thrown)
    }
  }

  /** Ends the recording; the hum becomes a clip where it was sung. */
  async stop(): Promise<void> {
    const playing = this.#playing
    if (this.phase !== 'recording' || playing === undefined) return
    const { sampleRate } = playing.context
    const stopFrame = Math.round(playing.context.currentTime * sampleRate)
    this.phase = 'keeping'
    this.#player.stop()
    const late = Math.round(this.#roundTripSeconds * sampleRate)
    // What was sung just now is still on its way.
    await this.#hearUntil(stopFrame + late, sampleRate)
    const pickUp = Math.round(Math.min(PICK_UP_SECONDS, playing.fromSeconds, playing.countInFrames / sampleRate) * sampleRate)
    const pcm = joinBlocks(this.#blocks, playing.startFrame + late - pickUp, stopFrame + late)
    this.#closeMicrophone()
    if (pcm.length >= SHORTEST_SECONDS * sampleRate) await this.#keep(pcm, sampleRate, playing.fromSeconds - pickUp / sampleRate)
    this.phase = 'idle'
  }

  /** Throws away what was begun. */
  cancel(): void {
    this.#attempt++
    const isPlaying = this.phase === 'counting' || this.phase === 'recording'
    this.#closeMicrophone()
    this.phase = 'idle'
    if (isPlaying) this.#player.stop(true)
  }

  /** Plays clicks and listens for them: the round trip as it really is, remembered in the settings. */
  async measure(): Promise<void> {
    if (this.phase !== 'idle') return
    this.phase = 'measuring'
    const attempt = ++this.#attempt
    const { notices, preferences } = this.#studio
    try {
      const context = await this.#player.openContext()
      if (context === null || attempt !== this.#attempt) return this.cancel()
      await this.#openMicrophone(context)
      const played = await this.#player.playTestClicks()
      const first = played?.frames[0]
      const last = played?.frames.at(-1)
      if (played === null || first === undefined || last === undefined || attempt !== this.#attempt) return this.cancel()
      const end = last + 0.6 * context.sampleRate
      await this.#hearUntil(end, context.sampleRate)
      const heard = joinBlocks(this.#blocks, first, Math.round(end))
      const found = measureRoundTrip(
        heard,
        played.click,
        played.frames.map((frame) => frame - first),
        context.sampleRate,
      )
      if (found === null)
        notices.add('error', words.clicksNotHeard, words.clicksNotHeardRemedy, { label: words.measureAgain, run: () => void this.measure() }) // prettier-ignore
      else {
        await preferences.change({ recordingLatencySeconds: found.seconds })
        notices.add('info', words.latencyMeasured(found.seconds * 1000, found.spreadSeconds * 1000))
      }
    } catch (thrown) {
      notices.fail(thrown)
    }
    this.cancel()
  }

  /** Back to what the system says. */
  async forgetMeasure(): Promise<void> {
    await this.#studio.preferences.change({ recordingLatencySeconds: null })
  }

  async #openMicrophone(context: AudioContext): Promise<Microphone> {
    this.#closeMicrophone()
    const options = { deviceId: this.deviceId || undefined, context }
    const microphone = await Microphone.open(
      (block, frame) => this.#hear(block, frame),
      () => this.#lose(),
      options,
    )
    this.#microphone = microphone
    this.estimateSeconds = estimateRoundTrip(context, microphone.inputLatencySeconds)
    this.devices = await Microphone.devices()
    return microphone
  }

  #closeMicrophone(): void {
    this.#microphone?.close()
    this.#microphone = undefined
    this.#playing = undefined
    this.#blocks = []
    this.peakDb = -100
  }

  #hear(block: Float32Array, frame: number): void {
    this.#blocks.push({ frame, block })
    this.peakDb = Math.max(measureLevel(block).peakDb, this.peakDb - FALL_DB_PER_BLOCK)
    const playing = this.#playing
    if (playing === undefined || (this.phase !== 'counting' && this.phase !== 'recording')) return
    const { sampleRate } = playing.context
    const sung = (frame + block.length - playing.startFrame) / sampleRate - this.#roundTripSeconds
    if (sung <= 0) return
    this.phase = 'recording'
    this.recordedSeconds = sung
  }

  /** Resolves once everything before a frame was heard, or nothing comes any more. */
  async #hearUntil(frame: number, sampleRate: number): Promise<void> {
    let last = -1
    for (let silentSince = performance.now(); performance.now() - silentSince < SILENT_SECONDS * 1000;) {
      const newest = this.#blocks.at(-1)
      const heard = newest === undefined ? 0 : newest.frame + newest.block.length
      if (heard >= frame) return
      if (heard !== last) silentSince = performance.now()
      last = heard
      await wait(Math.min(0.1, Math.max(0.01, (frame - heard) / sampleRate)))
    }
  }

  /** The microphone went away: what was sung so far is kept. */
  #lose(): void {
    if (this.phase === 'recording') void this.stop()
    else this.cancel()
    this.#studio.notices.fail({ code: 'MICROPHONE_MISSING' })
  }

  async #keep(pcm: Float32Array<ArrayBuffer>, sampleRate: number, startSeconds: number): Promise<void> {
    const { arrangement, library, notices } = this.#studio
    const place = { atSeconds: startSeconds, trackName: words.humTrack }
    if (await library.fromRecording(pcm, sampleRate)) {
      const hum = library.current
      if (hum === undefined || !(await arrangement.addHum(hum.id, place))) return
      notices.add('info', words.humKept(hum.melody.notes.length))
      return
    }
    // No melody was understood, and that was said; the sound is kept all the same.
    const file = new File([toWavBytes(pcm, sampleRate)], `${words.humTrack}.wav`, { type: 'audio/wav' })
    await arrangement.addFile(file, place)
  }
}
