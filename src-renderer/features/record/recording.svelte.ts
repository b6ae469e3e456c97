import { measureLevel } from '#renderer/capture/level.ts'
import { LivePitchTracker } from '#renderer/capture/live-pitch.ts'
import { Microphone, type MicrophoneDevice } from '#renderer/capture/microphone.ts'
import { RingBuffer } from '#renderer/capture/ring-buffer.ts'
import type { Transport } from '#renderer/playback/transport.svelte.ts'
import { describeFailure, type FailureText } from '#renderer/state/describe-failure.ts'
import type { TracePoint } from '#renderer/ui/trace-point.ts'

export interface Recorded {
  readonly pcm: Float32Array<ArrayBuffer>
  readonly sampleRate: number
}

const KEPT_SECONDS = 60
const TRACE_SECONDS = 12
const FALL_DB_PER_BLOCK = 1.2
const COMFORTABLE_PITCH = 62

/** One visit to the record screen: the open microphone, what it hears, and the recording under way. */
export class Recording {
  phase = $state<'opening' | 'ready' | 'counting' | 'recording' | 'failed'>('opening')
  failure = $state.raw<FailureText>()
  devices = $state.raw<MicrophoneDevice[]>([])
  deviceId = $state('')
  peakDb = $state(-100)
  points = $state.raw<TracePoint[]>([])
  nowSeconds = $state(0)
  heardSeconds = $state(0)
  recordedSeconds = $state(0)
  beat = $state(0)
  octaveShift = $state(0)
  #microphone: Microphone | undefined
  #ring = new RingBuffer(1)
  #tracker = new LivePitchTracker(44100)
  #blocks: Float32Array[] = []
  #countIn: AbortController | undefined
  #isClosed = false
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async open(): Promise<void> {
    this.phase = 'opening'
    this.failure = undefined
    this.#microphone?.close()
    this.#microphone = undefined
    try {
      const microphone = await Microphone.open(
        (block) => this.#hear(block),
        () => this.#lose(),
        { deviceId: this.deviceId || undefined },
      )
      if (this.#isClosed) {
        microphone.close()
        return
      }
      this.#microphone = microphone
      this.#ring = new RingBuffer(KEPT_SECONDS * microphone.sampleRate)
      this.#tracker = new LivePitchTracker(microphone.sampleRate)
      this.points = []
      this.nowSeconds = 0
      this.heardSeconds = 0
      this.phase = 'ready'
      this.devices = await Microphone.devices()
    } catch (thrown) {
      this.failure = describeFailure(thrown)
      this.phase = 'failed'
    }
  }

  close(): void {
    this.#isClosed = true
    this.#countIn?.abort()
    this.#microphone?.close()
  }

  async start(beats: number, bpm: number): Promise<void> {
    if (this.phase !== 'ready') return
    if (beats > 0) {
      this.phase = 'counting'
      this.beat = 0
      this.#countIn = new AbortController()
      const isDone = await this.#transport.countIn(beats, bpm, (beat) => (this.beat = beat), this.#countIn.signal)
      if (!isDone || this.#isClosed) return
    }
    this.#blocks = []
    this.recordedSeconds = 0
    this.phase = 'recording'
  }

  /** Leaves the count-in. */
  cancel(): void {
    this.#countIn?.abort()
    if (this.phase === 'counting') this.phase = 'ready'
  }

  /** Ends the recording and answers it. */
  stop(): Recorded | undefined {
    if (this.phase !== 'recording' || this.#microphone === undefined) return undefined
    this.phase = 'ready'
    const pcm = new Float32Array(this.#blocks.reduce((sum, block) => sum + block.length, 0))
    let offset = 0
    for (const block of this.#blocks) {
      pcm.set(block, offset)
      offset += block.length
    }
    this.#blocks = []
    return { pcm, sampleRate: this.#microphone.sampleRate }
  }

  /** The last 60 seconds, or what there is of them. */
  keep(): Recorded | undefined {
    if (this.#microphone === undefined || this.#ring.lengthSamples === 0) return undefined
    this.cancel()
    this.phase = 'ready'
    return { pcm: this.#ring.last(KEPT_SECONDS * this.#microphone.sampleRate), sampleRate: this.#microphone.sampleRate }
  }

  #hear(block: Float32Array): void {
    const sampleRate = this.#microphone?.sampleRate ?? 44100
    this.#ring.push(block)
    if (this.phase === 'recording') {
      this.#blocks.push(block)
      this.recordedSeconds += block.length / sampleRate
    }
    this.peakDb = Math.max(measureLevel(block).peakDb, this.peakDb - FALL_DB_PER_BLOCK)
    this.nowSeconds += block.length / sampleRate
    this.heardSeconds = this.#ring.lengthSamples / sampleRate
    const { pitch } = this.#tracker.track(block)
    const from = this.nowSeconds - TRACE_SECONDS
    this.points = [...this.points.filter(({ atSeconds }) => atSeconds > from), { atSeconds: this.nowSeconds, pitch }]
    this.#placeOctave()
  }

  /** Whole octaves that bring the middle of what is hummed into the violin's singing range. */
  #placeOctave(): void {
    const heard = this.points.flatMap(({ pitch }) => pitch ?? []).sort((a, b) => a - b)
    const middle = heard[Math.floor(heard.length / 2)]
    if (middle !== undefined && heard.length > 8) this.octaveShift = Math.max(0, Math.ceil((COMFORTABLE_PITCH - middle) / 12))
  }

  #lose(): void {
    this.failure = describeFailure({ code: 'MICROPHONE_MISSING' })
    this.phase = 'failed'
  }
}
