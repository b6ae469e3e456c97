import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { TOY_CODEC_CONFIG } from '#main/networks/codec/config.ts'
import { createCodecNetwork } from '#main/networks/codec/network.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { evaluateCodec, type CodecTestClip } from './evaluate-codec.ts'

const FRAMES = 150
const sawtooth = (hz: number): CodecTestClip => {
  const pcm = Float32Array.from({ length: FRAMES * 441 }, (_, n) => 0.3 * (((n * hz) / 44100) % 1) - 0.15)
  return {
    subset: 'real',
    pcm,
    f0: new Float32Array(FRAMES).fill(hz),
    loudnessDb: new Float32Array(FRAMES).fill(-21),
    isNote: new Uint8Array(FRAMES).fill(1),
  }
}

describe('codec evaluation', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    await ensureBackend()
  }, 120_000)

  it('hears the pitch that the decoder was told, tells distances apart and counts codes', async () => {
    const network = createCodecNetwork(TOY_CODEC_CONFIG, createRandom(4))
    const scores = await evaluateCodec(network, [sawtooth(330), sawtooth(660)], {
      anchors: { itself: (pcm) => Promise.resolve(pcm), silence: (pcm) => Promise.resolve(pcm.map((x) => 1e-4 * x * x)) },
    })
    expect(scores.clips).toBe(2)
    expect(scores.rawPitchAccuracy).toBeGreaterThan(0.9)
    expect(scores.distanceDb['itself']).toBeLessThan(0.01)
    expect(scores.distanceDb['tokens']).toBeGreaterThan(0.1)
    expect(scores.distanceDb['silence']).toBeGreaterThan(scores.distanceDb['itself'])
    expect(scores.codebookUse.length).toBe(TOY_CODEC_CONFIG.nQ)
    expect(scores.codebookUse.every((share) => share > 0 && share <= 1)).toBe(true)
    expect(scores.bitrateKbps).toBeGreaterThan(0.8)
  })

  it('marks a decoder down that plays another pitch', async () => {
    const network = createCodecNetwork(TOY_CODEC_CONFIG, createRandom(4))
    const wrong = { ...sawtooth(330), f0: new Float32Array(FRAMES).fill(330) }
    const told = { ...wrong, f0: Float32Array.from({ length: FRAMES }, (_, i) => (i < 75 ? 330 : 392)) }
    const scores = await evaluateCodec(network, [{ ...told, f0: told.f0 }], { anchors: {} })
    expect(scores.rawPitchAccuracy).toBeGreaterThan(0.85)
    expect(Object.keys(scores.distanceDb)).toEqual(['tokens', 'without tokens'])
  })
})
