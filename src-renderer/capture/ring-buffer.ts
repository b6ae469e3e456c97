/** The last seconds of a stream of samples, always. */
export class RingBuffer {
  readonly #samples: Float32Array
  #written = 0

  constructor(capacitySamples: number) {
    this.#samples = new Float32Array(capacitySamples)
  }

  /** Samples held so far, at most the capacity. */
  get lengthSamples(): number {
    return Math.min(this.#written, this.#samples.length)
  }

  push(block: Float32Array): void {
    const capacity = this.#samples.length
    const tail = block.length > capacity ? block.subarray(block.length - capacity) : block
    const start = (this.#written + block.length - tail.length) % capacity
    const fits = Math.min(tail.length, capacity - start)
    this.#samples.set(tail.subarray(0, fits), start)
    this.#samples.set(tail.subarray(fits), 0)
    this.#written += block.length
  }

  /** A copy of the last `lengthSamples` samples, oldest first; fewer when fewer were heard. */
  last(lengthSamples: number): Float32Array<ArrayBuffer> {
    const capacity = this.#samples.length
    const length = Math.min(lengthSamples, this.lengthSamples)
    const result = new Float32Array(length)
    const start = (((this.#written - length) % capacity) + capacity) % capacity
    const fits = Math.min(length, capacity - start)
    result.set(this.#samples.subarray(start, start + fits))
    result.set(this.#samples.subarray(0, length - fits), fits)
    return result
  }
}
