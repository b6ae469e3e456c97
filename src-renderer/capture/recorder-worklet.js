/* Runs in the audio thread as it is (never compiled): gathers mono blocks of 1024 samples and hands them over. */
class RecorderProcessor extends AudioWorkletProcessor {
  constructor() {
    super()
    this.block = new Float32Array(1024)
    this.filled = 0
  }

  process(inputs) {
    const channels = inputs[0] ?? []
    const first = channels[0]
    if (first === undefined) return true
    for (let i = 0; i < first.length; i++) {
      let sum = 0
      for (const channel of channels) sum += channel[i]
      this.block[this.filled++] = sum / channels.length
      if (this.filled === this.block.length) {
        this.port.postMessage(this.block, [this.block.buffer])
        this.block = new Float32Array(1024)
        this.filled = 0
      }
    }
    return true
  }
}

registerProcessor('fiddlehead-recorder', RecorderProcessor)
