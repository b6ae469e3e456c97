import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { disposeParameters } from '#main/tensor/layers/parameters.ts'
import { decodeClip, decodeFrames, encodeClip } from './codec.ts'
import { tokenBitrate, CODEC_CONFIG, TOY_CODEC_CONFIG as TOY } from './config.ts'
import { encodeControls, CONTROL_WIDTH, type CodecControls } from './controls.ts'
import { accumulatePhase } from './excitation.ts'
import { createCodecNetwork, type CodecNetwork } from './network.ts'
import { createRenderTables, createExcitation, disposeExcitation, renderBatch, shapeFrames } from './render-batch.ts'
import { synthesizeClip } from './synthesize.ts'

const FRAMES = 40
const steady = (hz: number, db: number) => ({ f0: new Float32Array(FRAMES).fill(hz), loudnessDb: new Float32Array(FRAMES).fill(db) })

/** Weights that are far from the start, so that every head says something. */
const stir = (network: CodecNetwork, seed: number): void => {
  const random = createRandom(seed)
  for (const variable of network.parameters.trainable.values()) {
    const values = variable.dataSync().map((x) => x + 0.1 * random.normal())
    const fresh = tf.tensor(values, variable.shape)
    variable.assign(fresh)
    fresh.dispose()
  }
}

describe('codec', { timeout: 120_000 }, () => {
  let network: CodecNetwork
  beforeAll(async () => {
    await ensureBackend()
    network = createCodecNetwork(TOY, createRandom(5))
    stir(network, 7)
  }, 120_000)

  it('starts from the same weights for the same seed and from others for another', () => {
    const first = createCodecNetwork(TOY, createRandom(1))
    const again = createCodecNetwork(TOY, createRandom(1))
    const other = createCodecNetwork(TOY, createRandom(2))
    const read = (n: CodecNetwork) => [...(n.parameters.trainable.get('encoder.in.weight')?.dataSync() ?? [])]
    expect(read(first)).toEqual(read(again))
    expect(read(first)).not.toEqual(read(other))
    for (const n of [first, again, other]) disposeParameters(n.parameters)
  })

  it('sets the level that it is told: RMS within 1.5 dB, +12 dB in is +12 dB out', () => {
    const rms = (db: number): number => {
      const pcm = decodeClip(network, null, { controls: steady(330, db), seed: 3 })
      const middle = pcm.subarray(4410, pcm.length - 4410)
      return 10 * Math.log10(middle.reduce((sum, x) => sum + x * x, 0) / middle.length)
    }
    const trim = decodeFrames(network, null, steady(330, -30)).trim
    const expected = -30 + 8.686 * (trim.reduce((sum, x) => sum + x, 0) / trim.length)
    expect(Math.abs(rms(-30) - expected)).toBeLessThan(1.5)
    expect(rms(-18) - rms(-30)).toBeGreaterThan(6)
  })

  it('is silent where the level says silence', () => {
    const pcm = decodeClip(network, null, { controls: steady(330, -100), seed: 3 })
    expect(Math.max(...pcm.map(Math.abs))).toBeLessThan(1e-4)
  })

  it('plays the pitch that it is told', () => {
    for (const hz of [196, 440, 1760]) {
      const phase = accumulatePhase(new Float32Array(101).fill(hz), TOY, 0)
      const turns = phase.reduce((count, angle, n) => (n > 0 && angle < phase[n - 1] ? count + 1 : count), 0)
      expect(Math.abs(turns - hz)).toBeLessThanOrEqual(1)
    }
  })

  it('gives the same sound as tensors and as plain arithmetic', () => {
    const f0 = Float32Array.from({ length: FRAMES }, (_, t) => 300 + 3 * t)
    const loudnessDb = Float32Array.from({ length: FRAMES }, (_, t) => -40 + t / 2)
    const frames = decodeFrames(network, null, { f0, loudnessDb })
    const plain = synthesizeClip({ ...frames, noise: frames.noise.map(() => -30) }, 1, TOY)
    const tables = createRenderTables(TOY)
    const excitation = createExcitation([f0], [loudnessDb], { config: TOY, tables, seed: 1 })
    const phase = tf.tensor2d(accumulatePhase(f0, TOY, 0), [FRAMES - 1, TOY.hopLength])
    const tensors = tf.tidy(() => {
      const controls = tf.tensor3d(encodeControls({ f0, loudnessDb }, false), [1, FRAMES, CONTROL_WIDTH])
      const decoded = network.decode(tf.zeros([FRAMES / 4, TOY.latentWidth]), tf.zeros([1, 1]), controls)
      const quiet = { ...decoded, noise: tf.fill([FRAMES, TOY.noiseBands], -30) as typeof decoded.noise }
      return renderBatch(network, quiet, { ...excitation, phase }, tables).dataSync()
    })
    phase.dispose()
    disposeExcitation(excitation)
    expect(tensors.length).toBe(plain.length)
    let worst = 0
    for (let n = 0; n < plain.length; n++) worst = Math.max(worst, Math.abs(plain[n] - tensors[n]))
    expect(worst).toBeLessThan(2e-3 * Math.max(...plain.map(Math.abs)))
  })

  it('keeps the power of shaped noise', () => {
    const f0 = new Float32Array(FRAMES).fill(440)
    const loudnessDb = new Float32Array(FRAMES).fill(-20)
    const frames = decodeFrames(network, null, { f0, loudnessDb })
    const onlyNoise = {
      ...frames,
      envelope: frames.envelope.map(() => -40),
      noise: frames.noise.map(() => 0),
      trim: frames.trim.map(() => 0),
    }
    const pcm = synthesizeClip(onlyNoise, 2, TOY).subarray(4410)
    const level = 10 * Math.log10(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length)
    expect(Math.abs(level + 20)).toBeLessThan(1)
  })

  it('counts its bits', () => {
    expect(tokenBitrate(CODEC_CONFIG)).toBeCloseTo(1800, 6)
  })

  it('encodes into codes below the codebook size, the same each time, and leaks no tensor', () => {
    const pcm = Float32Array.from({ length: 441 * FRAMES }, (_, n) => 0.2 * Math.sin((2 * Math.PI * 440 * n) / 44100))
    const f0 = new Float32Array(FRAMES).fill(440)
    const before = tf.memory().numTensors
    const { codes, loudnessDb } = encodeClip(network, pcm, f0)
    const again = encodeClip(network, pcm, f0)
    const sound = decodeClip(network, codes, { controls: { f0, loudnessDb }, seed: 9 })
    expect(tf.memory().numTensors).toBe(before)
    expect(codes.length).toBe((FRAMES / TOY.tokenStride) * TOY.nQ)
    expect([...codes].every((code) => code >= 0 && code < TOY.codebookSize)).toBe(true)
    expect([...again.codes]).toEqual([...codes])
    expect([...decodeClip(network, codes, { controls: { f0, loudnessDb }, seed: 9 })]).toEqual([...sound])
  })

  it('shapes harmonics by the envelope: none above Nyquist', () => {
    const tables = createRenderTables(TOY)
    const excitation = createExcitation([new Float32Array(4).fill(3000)], [new Float32Array(4).fill(-10)], { config: TOY, tables, seed: 1 })
    const amplitudes = tf.tidy(() => {
      const controls = tf.zeros([1, 4, CONTROL_WIDTH]) as never
      const decoded = network.decode(tf.zeros([1, TOY.latentWidth]), tf.zeros([1, 1]), controls)
      return shapeFrames(network, decoded, excitation, tables).amplitudes.dataSync()
    })
    disposeExcitation(excitation)
    expect(amplitudes[0]).toBeGreaterThan(0)
    expect(amplitudes.slice(7, TOY.nHarmonics).every((a) => a === 0)).toBe(true)
  })
})

describe('a long clip', () => {
  it('is decoded in pieces to the same frames as in one', async () => {
    await ensureBackend()
    const network = createCodecNetwork(TOY, createRandom(3))
    const make = (frames: number): CodecControls => ({
      f0: Float32Array.from({ length: frames }, (_, i) => 440 + 100 * Math.sin(i / 50)),
      loudnessDb: Float32Array.from({ length: frames }, (_, i) => -30 + 8 * Math.sin(i / 37)),
    })
    const random = createRandom(4)
    const codes = Int32Array.from({ length: 520 * TOY.nQ }, () => random.integer(TOY.codebookSize))
    const long = decodeFrames(network, codes, make(2080))
    const short = decodeFrames(network, codes.subarray(0, 500 * TOY.nQ), make(2000))
    let most = 0
    for (let i = 0; i < 1950 * TOY.envelopeBands; i++) most = Math.max(most, Math.abs(long.envelope[i] - short.envelope[i]))
    expect(most).toBeLessThan(1e-4)
    const tail = decodeFrames(network, codes.subarray(400 * TOY.nQ), {
      f0: make(2080).f0.subarray(1600),
      loudnessDb: make(2080).loudnessDb.subarray(1600),
    })
    for (let i = 400; i < 480; i++) expect(Math.abs(long.trim[1600 + i] - tail.trim[i])).toBeLessThan(1e-4)
  })
})
