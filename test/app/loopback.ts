import type { Page } from 'playwright-core'

/** How much later the microphone hears what the page plays. */
export const LOOPBACK_SECONDS = 0.12

/**
 * Makes the microphone hear what the page plays, a while later, as if it stood before the speakers: whatever goes to a context's
 * destination also goes into a delay, and that delay is what a microphone's source in the same context sounds.
 */
export const loopMicrophone = async (page: Page): Promise<void> => {
  await page.addInitScript((delaySeconds: number) => {
    const taps = new Map<BaseAudioContext, DelayNode>()
    const findTap = (context: BaseAudioContext): DelayNode => {
      const tap = taps.get(context) ?? new DelayNode(context, { maxDelayTime: 1, delayTime: delaySeconds })
      taps.set(context, tap)
      return tap
    }
    const connect = AudioNode.prototype.connect as (this: AudioNode, ...args: unknown[]) => unknown
    AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
      const { context } = this
      if (args[0] === context.destination && context instanceof AudioContext) connect.call(this, findTap(context))
      return connect.apply(this, args)
    } as typeof AudioNode.prototype.connect
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(new MediaStream())
    AudioContext.prototype.createMediaStreamSource = function (this: AudioContext) {
      const source = new GainNode(this)
      findTap(this).connect(source)
      return source as unknown as MediaStreamAudioSourceNode
    }
  }, LOOPBACK_SECONDS)
}
