/* Runs in the audio thread as it is (never compiled): gathers mono blocks of 1024 samples and hands them over with the frame they began on. */
class RecorderProcessor extends AudioWorkletProcessor {
  constructor() {
    super()
    this.block = new Float32Array(1024)
    this.filled = 0
    this.frame = 0
  }

  process(inputs) {
    const channels = inputs[0] ?? []
    const first = channels[0]
    if (first === undefined) return true
    for (let i = 0; i < first.length; i++) {
      // An input that paused goes on elsewhere: blocks never bridge a gap.
      if (this.filled > 0 && currentFrame + i !== this.frame + this.filled) this.filled = 0
      if (this.filled === 0) this.frame = currentFrame + i
      let sum = 0
      for (const channel of channels) sum += channel[i]
      this.block[this.filled++] = sum / channels.length
      if (this.filled === this.block.length) {
        this.port.postMessage({ block: this.block, frame: this.frame }, [this.block.buffer])
        this.block = new Float32Array(1024)
        this.filled = 0
      }
    }
    return true
  }
}

registerProcessor('fiddlehead-recorder', RecorderProcessor)
