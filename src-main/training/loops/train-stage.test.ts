import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readWav } from '#main/audio/io/wav.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { ensureBackend, tf } from '#main/tensor/backend/tf.ts'
import { readSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { TOY_CODEC_CONFIG } from '#main/networks/codec/config.ts'
import { createCodecStage, prepareClip } from '../runs/codec-stage.ts'
import { learningRateAt, trainStage, type Stage, type TrainOptions } from './train-stage.ts'

const LOSS_SCALES = [512, 128].map((size) => ({ size, highestHz: 22050, mel: null }))

/** Two seconds of sawtooth notes: enough for every loss to fall. */
const makeClip = (hz: number) => {
  const samples = 2 * 44100
  const pcm = Float32Array.from({ length: samples }, (_, n) => 0.3 * (((n * hz) / 44100) % 1) - 0.15)
  const frames = Math.floor(samples / 441)
  const zeros = new Float32Array(frames)
  const score = {
    brightness: zeros,
    articulation: new Uint8Array(frames),
    noteAge: zeros,
    noteRemaining: zeros,
    isNote: new Uint8Array(frames).fill(1),
  }
  const controls = { f0: new Float32Array(frames).fill(hz), loudnessDb: new Float32Array(frames).fill(-21), score }
  return prepareClip((from = 0, length = samples) => pcm.subarray(from, from + length), controls, TOY_CODEC_CONFIG)
}

const createStage = (): Stage => {
  const clips = [220, 330, 495].map(makeClip)
  return createCodecStage({
    config: TOY_CODEC_CONFIG,
    train: clips,
    valid: clips.slice(0, 2),
    seed: 3,
    batchSize: 2,
    frames: 24,
    corpusHash: 'toy',
    lossScales: LOSS_SCALES,
  })
}

const options = (runDir: string, more: Partial<TrainOptions> = {}): TrainOptions => ({
  runDir,
  totalSteps: 24,
  peakLearningRate: 3e-3,
  warmupSteps: 4,
  decaySteps: 8,
  checkpointEverySteps: 5,
  validateEverySteps: 8,
  ...more,
})

const weightsOf = (runDir: string): string => {
  const { tensors } = readSafetensors(join(runDir, 'checkpoint.safetensors'))
  return [...tensors]
    .map(([name, { data }]) => `${name}:${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}`)
    .join('\n')
}

describe('training', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    await ensureBackend()
  }, 120_000)

  it('keeps a checkpoint in time even where steps have become slow', async () => {
    const runDir = mkdtempSync(join(tmpdir(), 'fiddlehead-slow-'))
    const lost = trainStage(
      createStage(),
      options(runDir, {
        checkpointEverySteps: 1000,
        checkpointEverySeconds: 0,
        afterStep: (step) => (step === 3 ? Promise.reject(new TypeError('the power went')) : Promise.resolve()),
      }),
    )
    await expect(lost).rejects.toThrow('the power went')
    expect(readSafetensors(join(runDir, 'checkpoint.safetensors')).metadata['step']).toBe('3')
  })

  it('lets every loss of the codec fall, end to end on a toy network', async () => {
    const runDir = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
    await trainStage(createStage(), options(runDir, { totalSteps: 60, validateEverySteps: 20 }))
    const validations = readFileSync(join(runDir, 'log.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { validation?: Record<string, number> })
      .flatMap(({ validation }) => (validation === undefined ? [] : [validation]))
    expect(validations.length).toBe(3)
    const previews = readdirSync(join(runDir, 'previews'))
    expect(previews.filter((name) => name.startsWith('000060-0'))).toEqual([
      '000060-0-original.wav',
      '000060-0-score.wav',
      '000060-0-tokens.wav',
    ])
    const { channels } = readWav(readFileSync(join(runDir, 'previews/000060-0-tokens.wav')))
    expect(Math.max(...channels[0])).toBeGreaterThan(0.02)
    for (const name of ['loss', 'tokens', 'score', 'neither']) expect(validations[2][name]).toBeLessThan(validations[0][name])
  })

  it('resumes exactly: stopped at step 13 and started again ends with the same bytes', async () => {
    const whole = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
    const broken = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
    await trainStage(createStage(), options(whole))
    const controller = new AbortController()
    const stage = createStage()
    const counting: Stage = {
      ...stage,
      computeStep: (step) => {
        if (step === 12) controller.abort()
        return stage.computeStep(step)
      },
    }
    const first = await trainStage(counting, options(broken, { signal: controller.signal }))
    expect(first).toMatchObject({ step: 13, isFinished: false })
    await trainStage(createStage(), options(broken))
    expect(weightsOf(broken)).toBe(weightsOf(whole))
    expect(readFileSync(join(broken, 'best.safetensors')).equals(readFileSync(join(whole, 'best.safetensors')))).toBe(true)
  })

  it('survives a step without numbers once: back to the checkpoint at half the rate', async () => {
    const runDir = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
    const stage = createStage()
    let isPoisoned = true
    const poisoned: Stage = {
      ...stage,
      computeStep: (step) => {
        const result = stage.computeStep(step)
        if (step !== 7 || !isPoisoned) return result
        isPoisoned = false
        return { ...result, loss: NaN }
      },
    }
    const result = await trainStage(poisoned, options(runDir, { totalSteps: 12 }))
    expect(result.isFinished).toBe(true)
    expect(readFileSync(join(runDir, 'log.jsonl'), 'utf8')).toContain('half the rate')
    const always: Stage = { ...stage, computeStep: (step) => ({ ...stage.computeStep(step), loss: NaN }) }
    await expect(trainStage(always, options(mkdtempSync(join(tmpdir(), 'fiddlehead-'))))).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
    })
  })

  it('goes on when a preview fails, and refuses a checkpoint of other settings', async () => {
    const runDir = mkdtempSync(join(tmpdir(), 'fiddlehead-'))
    const failing: Stage = {
      ...createStage(),
      preview: () => {
        throw new EngineError('INTERNAL', { traceId: 'x' })
      },
    }
    const result = await trainStage(failing, options(runDir, { totalSteps: 8 }))
    expect(result.isFinished).toBe(true)
    const other: Stage = { ...createStage(), fingerprint: { other: true } }
    await expect(trainStage(other, options(runDir))).rejects.toMatchObject({ code: 'CHECKPOINT_UNUSABLE' })
  })

  it('leaks no tensor from step to step', () => {
    const stage = createStage()
    const step = (index: number): number => {
      const { gradients } = stage.computeStep(index)
      stage.finishStep?.(index)
      tf.dispose(gradients)
      return tf.memory().numTensors
    }
    step(0)
    const before = step(1)
    expect(step(2)).toBe(before)
    expect(step(3)).toBe(before)
  })

  it('warms up, holds and falls', () => {
    const at = (step: number): number => learningRateAt(step, { totalSteps: 100, peakLearningRate: 1, warmupSteps: 10, decaySteps: 20 })
    expect(at(0)).toBeCloseTo(0.1)
    expect(at(9)).toBeCloseTo(1)
    expect(at(79)).toBe(1)
    expect(at(90)).toBeLessThan(0.6)
    expect(at(99)).toBeLessThan(0.05)
  })
})
