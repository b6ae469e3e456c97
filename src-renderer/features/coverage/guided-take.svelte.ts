import { measureLevel } from '#renderer/capture/level.ts'
import { LivePitchTracker } from '#renderer/capture/live-pitch.ts'
import { Microphone } from '#renderer/capture/microphone.ts'
import type { Played } from '#renderer/state/coverage.svelte.ts'
import { describeFailure, type FailureText } from '#renderer/state/describe-failure.ts'
import type { TracePoint } from '#renderer/ui/trace-point.ts'

const TRACE_SECONDS = 10
const FALL_DB_PER_BLOCK = 0.6
/** Time to lift the bow before a recording ends by itself. */
const EXTRA_SECONDS = 1

/** The open microphone while tasks are played: level, pitch, and a recording that ends by itself. */
export class GuidedTake {
  phase = $state<'closed' | 'opening' | 'ready' | 'recording' | 'failed'>('closed')
  failure = $state.raw<FailureText>()
  /** Of the last moment, falling slowly. */
  rmsDb = $state(-100)
  points = $state.raw<TracePoint[]>([])
  nowSeconds = $state(0)
  recordedSeconds = $state(0)
  #microphone: Microphone | undefined
  #tracker = new LivePitchTracker(44100)
  #blocks: Float32Array[] = []
  #wantedSeconds = 0
  #isClosed = false
  readonly #onTake: (played: Played) => void

  constructor(onTake: (played: Played) => void) {
    this.#onTake = onTake
  }

  async open(deviceId: string | undefined): Promise<void> {
    if (this.phase === 'opening' || this.#microphone !== undefined) return
    this.phase = 'opening'
    this.failure = undefined
    try {
      const microphone = await Microphone.open(
        (block) => this.#hear(block),
        () => this.#lose(),
        { deviceId },
      )
      if (this.#isClosed) return microphone.close()
      this.#microphone = microphone
      this.#tracker = new LivePitchTracker(microphone.sampleRate)
      this.phase = 'ready'
    } catch (thrown) {
      this.failure = describeFailure(thrown)
      this.phase = 'failed'
    }
  }

  close(): void {
    this.#isClosed = true
    this.#microphone?.close()
    this.#microphone = undefined
  }

  /** Records until so many seconds are there, or until it is stopped. */
  start(seconds: number): void {
    if (this.phase !== 'ready') return
    this.#blocks = []
    this.recordedSeconds = 0
    this.#wantedSeconds = seconds + EXTRA_SECONDS
    this.phase = 'recording'
  }

  stop(): void {
    if (this.phase !== 'recording' || this.#microphone === undefined) return
    this.phase = 'ready'
    const pcm = new Float32Array(this.#blocks.reduce((sum, block) => sum + block.length, 0))
    let offset = 0
    for (const block of this.#blocks) {
      pcm.set(block, offset)
      offset += block.length
    }
    this.#blocks = []
    this.#onTake({ pcm, sampleRate: this.#microphone.sampleRate })
  }

  #hear(block: Float32Array): void {
    const sampleRate = this.#microphone?.sampleRate ?? 44100
    this.rmsDb = Math.max(measureLevel(block).rmsDb, this.rmsDb - FALL_DB_PER_BLOCK)
    this.nowSeconds += block.length / sampleRate
    const { pitch } = this.#tracker.track(block)
    const from = this.nowSeconds - TRACE_SECONDS
    this.points = [...this.points.filter(({ atSeconds }) => atSeconds > from), { atSeconds: this.nowSeconds, pitch }]
    if (this.phase !== 'recording') return
    this.#blocks.push(block)
    this.recordedSeconds += block.length / sampleRate
    if (this.recordedSeconds >= this.#wantedSeconds) this.stop()
  }

  #lose(): void {
    this.#microphone = undefined
    this.failure = describeFailure({ code: 'MICROPHONE_MISSING' })
    this.phase = 'failed'
  }
}
