import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { encoderInputWidth, type SemanticEncoderConfig } from '#main/networks/semantic-tokens/encoder.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { trainStage } from '../loops/train-stage.ts'
import { createSemanticEncoderStage } from './semantic-encoder-stage.ts'

const TOY: SemanticEncoderConfig = { nMels: 8, width: 24, hidden: 32, dilations: [1, 2], readBlocks: 1, targetWidth: 4, targetCodes: 8 }
const WIDTH = encoderInputWidth(TOY)

/** Spectra that stay for twenty tokens, so that what is hidden can be guessed from what is beside it. */
const makeClip = (seed: number): Float32Array => {
  const random = createRandom(seed)
  const shapes = Array.from({ length: 4 }, (_, k) => {
    const own = createRandom(100 + k)
    return Float32Array.from({ length: WIDTH }, () => own.normal())
  })
  const clip = new Float32Array(120 * WIDTH)
  for (let t = 0; t < 120; t++) {
    const shape = shapes[(seed + Math.floor(t / 20)) % 4]
    for (let i = 0; i < WIDTH; i++) clip[t * WIDTH + i] = shape[i] + 0.1 * random.normal()
  }
  return clip
}

const createStage = () =>
  createSemanticEncoderStage({
    config: TOY,
    train: [1, 2, 3, 4, 5].map(makeClip),
    valid: [6, 7].map(makeClip),
    seed: 5,
    batchSize: 4,
    tokens: 60,
    corpusHash: 'toy',
  })

describe('semantic encoder', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    await ensureBackend()
  }, 120_000)

  it('learns to guess what is hidden', async () => {
    const runDir = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
    const stage = createStage()
    stage.initialise?.()
    const untrained = stage.validate()
    await trainStage(stage, {
      runDir,
      totalSteps: 30,
      peakLearningRate: 1e-2,
      warmupSteps: 4,
      decaySteps: 10,
      checkpointEverySteps: 30,
      validateEverySteps: 30,
    })
    const lines = readFileSync(join(runDir, 'log.jsonl'), 'utf8').trim().split('\n')
    const { validation } = JSON.parse(lines[lines.length - 1]) as { validation: { loss: number; accuracy: number } }
    expect(validation.loss).toBeLessThan(0.7 * untrained.loss)
    expect(validation.accuracy).toBeGreaterThan(untrained.accuracy)
  })

  it('is a pure function of weights and step that leaves no tensors behind', () => {
    const stage = createStage()
    stage.initialise?.()
    const step = (): number => {
      const { loss, gradients } = stage.computeStep(3)
      expect(Object.keys(gradients).sort()).toEqual([...stage.parameters.trainable.keys()].sort())
      tf.dispose(gradients)
      return loss
    }
    const first = step()
    const held = tf.memory().numTensors
    expect(step()).toBe(first)
    stage.validate()
    expect(tf.memory().numTensors).toBe(held)
  })
})
