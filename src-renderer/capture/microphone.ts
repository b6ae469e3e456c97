import workletUrl from './recorder-worklet.js?url&no-inline'
import { toCaptureError } from './capture-error.ts'

export interface MicrophoneDevice {
  readonly id: string
  readonly label: string
}

/** Hears a mono block of 1024 samples; `frame` is where it began on the clock of the microphone's audio context. */
type BlockListener = (block: Float32Array<ArrayBuffer>, frame: number) => void

export interface MicrophoneOptions {
  readonly deviceId?: string | undefined
  /** What is playing: heard and played then share one clock. Left open when the microphone is closed. */
  readonly context?: AudioContext
}

const CONTEXTS_WITH_RECORDER = new WeakSet<AudioContext>()

/** An open microphone: mono blocks of 1024 samples arrive until it is closed. */
export class Microphone {
  readonly sampleRate: number
  /** From the air to the first sample, as far as the system knows; 0 where it does not say. */
  readonly inputLatencySeconds: number
  readonly #close: () => void

  private constructor(context: AudioContext, stream: MediaStream, close: () => void) {
    this.sampleRate = context.sampleRate
    const settings: MediaTrackSettings & { latency?: number } = stream.getAudioTracks()[0]?.getSettings() ?? {}
    this.inputLatencySeconds = settings.latency ?? 0
    this.#close = close
  }

  /** Opens the chosen microphone (or the system's) with the browser's voice processing off: it would bend the pitch. */
  static async open(onBlock: BlockListener, onLost: () => void, options: MicrophoneOptions = {}): Promise<Microphone> {
    let stream: MediaStream | undefined
    let ownContext: AudioContext | undefined
    const { deviceId } = options
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          echoCancellation: false,
          noiseSuppression: false,
          autoGainControl: false,
          // One that was unplugged since it was chosen gives way to the system's.
          ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
        },
      })
      const context = options.context ?? (ownContext = new AudioContext({ sampleRate: 44100 }))
      // A context takes the recorder's name once.
      if (!CONTEXTS_WITH_RECORDER.has(context)) await context.audioWorklet.addModule(workletUrl)
      CONTEXTS_WITH_RECORDER.add(context)
      const recorder = new AudioWorkletNode(context, 'fiddlehead-recorder', { numberOfOutputs: 0 })
      recorder.port.onmessage = ({ data }: MessageEvent<{ block: Float32Array<ArrayBuffer>; frame: number }>) =>
        onBlock(data.block, data.frame)
      const source = context.createMediaStreamSource(stream)
      source.connect(recorder)
      await context.resume()
      const tracks = stream.getAudioTracks()
      for (const track of tracks) track.addEventListener('ended', onLost)
      return new Microphone(context, stream, () => {
        recorder.port.onmessage = null
        source.disconnect()
        for (const track of tracks) track.stop()
        void ownContext?.close()
      })
    } catch (cause) {
      for (const track of stream?.getTracks() ?? []) track.stop()
      void ownContext?.close()
      throw toCaptureError(cause)
    }
  }

  /** The microphones that may be chosen; names are known once one was allowed. */
  static async devices(): Promise<MicrophoneDevice[]> {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? []
    return all
      .filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }))
  }

  /** Calls back when microphones come or go; answers how to stop listening. */
  static onDevicesChanged(listener: () => void): () => void {
    navigator.mediaDevices?.addEventListener('devicechange', listener)
    return () => navigator.mediaDevices?.removeEventListener('devicechange', listener)
  }

  close(): void {
    this.#close()
  }
}
