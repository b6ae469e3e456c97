import workletUrl from './recorder-worklet.js?url&no-inline'
import { toCaptureError } from './capture-error.ts'

export interface MicrophoneDevice {
  readonly id: string
  readonly label: string
}

/** An open microphone: mono blocks of 1024 samples arrive until it is closed. */
export class Microphone {
  readonly sampleRate: number
  readonly #context: AudioContext
  readonly #stream: MediaStream

  private constructor(context: AudioContext, stream: MediaStream) {
    this.#context = context
    this.#stream = stream
    this.sampleRate = context.sampleRate
  }

  /** Opens the chosen microphone (or the system's) with the browser's voice processing off: it would bend the pitch. */
  static async open(onBlock: (block: Float32Array) => void, onLost: () => void, deviceId?: string): Promise<Microphone> {
    let stream: MediaStream | undefined
    let context: AudioContext | undefined
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          echoCancellation: false,
          noiseSuppression: false,
          autoGainControl: false,
          ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
        },
      })
      context = new AudioContext({ sampleRate: 44100 })
      await context.audioWorklet.addModule(workletUrl)
      const recorder = new AudioWorkletNode(context, 'fiddlehead-recorder', { numberOfOutputs: 0 })
      recorder.port.onmessage = ({ data }: MessageEvent<Float32Array>) => onBlock(data)
      context.createMediaStreamSource(stream).connect(recorder)
      await context.resume()
      for (const track of stream.getAudioTracks()) track.addEventListener('ended', onLost)
      return new Microphone(context, stream)
    } catch (cause) {
      for (const track of stream?.getTracks() ?? []) track.stop()
      void context?.close()
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
    for (const track of this.#stream.getTracks()) track.stop()
    void this.#context.close()
  }
}
