import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { hearClip } from '#main/networks/mulan/analyze.ts'
import { TOY_MULAN_CONFIG as TOY } from '#main/networks/mulan/config.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { readSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { disposeParameters } from '#main/tensor/layers/parameters.ts'
import { trainStage, type TrainProgress } from '../loops/train-stage.ts'
import { createMulanStage } from './mulan-stage.ts'
import type { MulanClip } from './train-mulan-data.ts'

/** High or low, loud or soft: four kinds of tones, and a vector for each kind in place of words. */
const makeClips = (count: number, seed: number): MulanClip[] => {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const [isHigh, isLoud] = [i % 2 === 0, Math.floor(i / 2) % 2 === 0]
    const hz = (isHigh ? 1200 : 220) * random.between(0.9, 1.1)
    const gain = (isLoud ? 0.4 : 0.02) * random.between(0.8, 1.2)
    const pcm = Float32Array.from({ length: 44100 * 2.2 }, (_, n) => gain * Math.sin((2 * Math.PI * hz * n) / 44100))
    const vector = Float32Array.from({ length: TOY.textWidth }, (_, d) => (d === (isHigh ? 0 : 1) || d === (isLoud ? 2 : 3) ? 0.7 : 0))
    const facts = { register: isHigh ? 'high' : 'low', dynamics: isLoud ? 'loud' : 'soft' }
    return { heard: hearClip(pcm, TOY), facts, captions: [{ text: JSON.stringify(facts), stated: facts }], textVectors: [vector] }
  })
}

describe('contrastive training', { timeout: 120_000 }, () => {
  let folder: string
  let clips: { train: MulanClip[]; valid: MulanClip[] }
  beforeAll(async () => {
    await ensureBackend()
    folder = mkdtempSync(join(tmpdir(), 'fiddlehead-mulan-run-'))
    clips = { train: makeClips(24, 1), valid: makeClips(8, 2) }
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = async (name: string, steps: number, stopAt?: number): Promise<TrainProgress[]> => {
    const stage = createMulanStage({ config: TOY, ...clips, seed: 5, batchSize: 16, corpusHash: 'toy' })
    const seen: TrainProgress[] = []
    const stop = new AbortController()
    await trainStage(stage, {
      runDir: join(folder, name),
      totalSteps: steps,
      peakLearningRate: 0.01,
      warmupSteps: 5,
      decaySteps: 10,
      checkpointEverySteps: 20,
      validateEverySteps: 20,
      signal: stop.signal,
      onProgress: (progress) => {
        seen.push(progress)
        if (progress.step === stopAt) stop.abort()
      },
    })
    disposeParameters(stage.parameters)
    return seen
  }

  it('learns which words fit which sounds: the loss falls to what texts in common leave, the fitting sound comes first; resume is exact', async () => {
    const seen = await run('whole', 60)
    const [first, last] = [seen[0], seen[seen.length - 1]]
    expect(last.loss).toBeLessThan(0.8 * first.loss)
    expect(last.loss).toBeGreaterThan(Math.log(2)) // several clips fit each text, so the loss cannot vanish
    expect(last.validation?.['fittingClipFirst']).toBeGreaterThan(0.9)
    await run('cut', 60, 20)
    await run('cut', 60)
    const weights = (name: string) => readSafetensors(join(folder, name, 'checkpoint.safetensors')).tensors
    expect(weights('cut')).toEqual(weights('whole'))
  })

  it('leaks no tensor in a step or a validation', () => {
    const stage = createMulanStage({ config: TOY, ...clips, seed: 5, batchSize: 8, corpusHash: 'toy' })
    const before = tf.memory().numTensors
    const { gradients, loss } = stage.computeStep(0)
    tf.dispose(gradients)
    expect(Number.isFinite(loss)).toBe(true)
    expect(stage.validate().loss).toBeGreaterThan(0)
    expect(tf.memory().numTensors).toBe(before)
    disposeParameters(stage.parameters)
  })
})
