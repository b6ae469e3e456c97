import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FINETUNE_STAGES, type FinetuneStage } from '#contract/finetune.ts'
import { Cancelled } from '#main/foundation/cancellation.ts'
import { ensureBackend, tf, type Tensor, type Variable } from '#main/tensor/backend/tf.ts'
import { mergeAdapter } from '#main/tensor/layers/lora.ts'
import type { Stage } from '../loops/train-stage.ts'
import { estimateMemory, fitBatch } from './fit-batch.ts'
import { fillSettings, makePlan, type RunPlan, type StageCost } from './make-plan.ts'
import { countMatmulFlops } from './measure-step.ts'
import { readBest, readCurve } from './read-curve.ts'
import { runChain, type ChainEvent, type ChainProgress } from './run-chain.ts'
import { fitAdapter } from './start-weights.ts'

const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-chain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const COSTS = Object.fromEntries(
  FINETUNE_STAGES.map((stage, i) => [stage, { secondsPerStep: 0.2 * (i + 1), flopsPerStep: 1e9 }]),
) as Record<FinetuneStage, StageCost>

const planFor = (seconds: number, fixed?: Partial<Record<FinetuneStage, number>>): RunPlan =>
  makePlan({ ...fillSettings('normal', {}), batchSize: 8, seed: 1, costs: COSTS, seconds, scoringSeconds: 0, fixed })

describe('the plan', () => {
  it('fills the time and no more, whatever the machine is', () => {
    fc.assert(
      fc.property(fc.double({ min: 600, max: 20_000, noNaN: true }), fc.double({ min: 0.02, max: 4, noNaN: true }), (seconds, pace) => {
        const costs = Object.fromEntries(FINETUNE_STAGES.map((stage) => [stage, { secondsPerStep: pace, flopsPerStep: 1 }])) as Record<
          FinetuneStage,
          StageCost
        >
        const plan = makePlan({ ...fillSettings('normal', {}), batchSize: 8, seed: 1, costs, seconds, scoringSeconds: 0 })
        const taken = plan.stages.reduce((sum, { steps }) => sum + steps * pace, 0)
        expect(taken).toBeLessThanOrEqual(Math.max(seconds, 4 * 20 * pace))
        for (const { steps, checkpointEverySteps } of plan.stages) {
          expect(steps).toBeGreaterThanOrEqual(20)
          expect(checkpointEverySteps * pace).toBeLessThanOrEqual(Math.max(300, pace))
        }
      }),
      { numRuns: 100 },
    )
  })

  it('leaves out what gets no share, and takes given steps as they are', () => {
    const settings = fillSettings('gentle', { shares: { decoder: 1 }, rank: 4, learningRate: undefined })
    expect(settings).toMatchObject({ rank: 4, learningRate: 0.0024, shares: { decoder: 1, coarse: 0 } })
    const plan = makePlan({ ...settings, batchSize: 2, seed: 1, costs: COSTS, seconds: 900, scoringSeconds: 0, fixed: { decoder: 33 } })
    expect(plan.steps).toEqual({ decoder: 33 })
  })

  it('fits the batch to memory and clips', () => {
    expect(fitBatch({ wanted: 32, freeBytes: 64e9, clips: 18 })).toBe(18)
    expect(fitBatch({ freeBytes: 64e9, clips: 400 })).toBe(8)
    expect(fitBatch({ wanted: 32, freeBytes: 3e9, clips: 400 })).toBeLessThan(8)
    expect(fitBatch({ freeBytes: 0, clips: 400 })).toBe(1)
    expect(estimateMemory(8)).toBeGreaterThan(estimateMemory(2))
  })

  it('counts matrix products by their shapes, transposed or not', () => {
    expect(countMatmulFlops([1, 10, 20], [1, 10, 30])).toBe(2 * 10 * 20 * 30)
    expect(countMatmulFlops([1, 20, 10], [1, 10, 30])).toBe(2 * 10 * 20 * 30)
    expect(countMatmulFlops([4, 10, 20], [4, 10, 30])).toBe(4 * 2 * 10 * 20 * 30)
  })
})

describe('an adapter at another rank', () => {
  const matrix = (shape: [number, number], at: (i: number) => number) => ({
    shape,
    data: Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => at(i)),
  })
  const base = new Map([
    ['blocks.0.attention.in.weight', matrix([3, 4], (i) => i)],
    ['output.tokens.dense.weight', matrix([4, 2], (i) => i / 2)],
  ])
  const adapter = new Map([
    ['blocks.0.attention.in.loraDown', matrix([3, 2], (i) => Math.sin(i + 1))],
    ['blocks.0.attention.in.loraUp', matrix([2, 4], (i) => Math.cos(i))],
    ['output.tokens.dense.weight', matrix([4, 2], (i) => -i)],
  ])

  it('does the same as before', () => {
    const before = mergeAdapter(base, adapter, { alpha: 16 })
    const wide = mergeAdapter(base, fitAdapter(base, adapter, { rank: 3, alpha: 6, startAlpha: 16, seed: 1 }), { alpha: 6 })
    for (const [name, { data }] of before) data.forEach((value, i) => expect(wide.get(name)?.data[i]).toBeCloseTo(value, 3))
  })

  it('keeps only its output layers where the rank is too low, and the base’s where there is no adapter', () => {
    expect([...fitAdapter(base, adapter, { rank: 1, alpha: 6, startAlpha: 16, seed: 1 }).keys()]).toEqual(['output.tokens.dense.weight'])
    const plain = mergeAdapter(base, fitAdapter(base, null, { rank: 3, alpha: 6, startAlpha: 16, seed: 1 }), { alpha: 6 })
    expect(plain).toEqual(base)
  })
})

/** One number that walks to 3; `fail` makes a step without numbers. */
const createWalk = (name: string, fail: (step: number) => boolean = () => false): Stage & { weight: Variable } => {
  const weight = tf.variable(tf.scalar(0))
  const distance = (): number => Math.abs((weight.dataSync()[0] ?? 0) - 3)
  return {
    name,
    weight,
    parameters: { trainable: new Map([['w', weight]]), state: new Map() },
    isAveraged: false,
    fingerprint: { name },
    computeStep(step) {
      const loss = fail(step) ? NaN : distance()
      return { loss, gradients: { w: tf.scalar((weight.dataSync()[0] ?? 0) < 3 ? -1 : 1) as Tensor }, metrics: {} }
    },
    validate: () => ({ loss: distance() }),
  }
}

const chain = async (
  name: string,
  plan: RunPlan,
  change: { fail?: (stage: FinetuneStage, step: number) => boolean; signal?: AbortSignal; isEnough?: () => boolean } = {},
): Promise<{ events: ChainEvent[]; progress: ChainProgress[]; previews: number[]; end: { steps: number; seconds: number } }> => {
  const events: ChainEvent[] = []
  const progress: ChainProgress[] = []
  const previews: number[] = []
  const end = await runChain({
    runDir: join(folder, name),
    plan,
    open: (stage) => createWalk(stage, (step) => change.fail?.(stage, step) ?? false),
    close: (stage) => stage.parameters.trainable.get('w')?.dispose(),
    signal: change.signal ?? new AbortController().signal,
    isEnough: change.isEnough ?? (() => false),
    onProgress: (report) => progress.push(report),
    onEvent: (event) => events.push(event),
    preview: (step) => Promise.resolve(void previews.push(step)),
  })
  return { events, progress, previews, end }
}

const STEPS = { decoder: 40, semantic: 20, coarse: 20, fine: 20 }

describe('the chain of stages', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await ensureBackend()
  })

  it('counts one schedule over all stages, and a second call finds it done', async () => {
    const plan = planFor(1000, STEPS)
    const { end, progress, previews } = await chain('plain', plan)
    expect(end.steps).toBe(100)
    expect(progress.at(-1)).toMatchObject({ stage: 'fine', step: 100, totalSteps: 100, stageStep: 20 })
    expect(progress.map(({ step }) => step)).toEqual([...progress.map(({ step }) => step)].sort((a, b) => a - b))
    expect(previews).toEqual([40, 60, 80, 100])
    const curve = readCurve(join(folder, 'plain'), plan.steps)
    expect(curve.filter(({ stage }) => stage === 'semantic')[0]).toMatchObject({ step: 40, validation: 3 })
    expect(readBest(curve).map(({ stage, first }) => [stage, first])).toEqual(FINETUNE_STAGES.map((stage) => [stage, 3]))
    expect((await chain('plain', plan)).progress).toEqual([])
  })

  it('goes back to the last good point and on at half the rate, once; the second time keeps the best and goes on', async () => {
    let failures = 0
    const once = await chain('once', planFor(1000, STEPS), {
      fail: (stage, step) => stage === 'decoder' && step === 12 && failures++ === 0,
    })
    expect(once.events).toEqual([{ kind: 'diverged', stage: 'decoder', step: 10 }])
    expect(once.end.steps).toBe(100)
    const twice = await chain('twice', planFor(1000, STEPS), { fail: (stage, step) => stage === 'semantic' && step === 12 })
    expect(twice.events.map(({ kind, stage }) => [kind, stage])).toEqual([
      ['diverged', 'semantic'],
      ['given-up', 'semantic'],
    ])
    expect(twice.progress.at(-1)).toMatchObject({ stage: 'fine', stageStep: 20 })
    expect(readFileSync(join(folder, 'twice', 'semantic', 'best.safetensors')).length).toBeGreaterThan(0)
  })

  it('ends a stage that gains nothing any more, and the whole when it is enough', async () => {
    const plan = { ...planFor(1000, { decoder: 400 }), learningRate: 1, decoderLearningRate: 1, patience: 2 }
    const decoder = plan.stages.filter(({ stage }) => stage === 'decoder')
    const early = await chain('early', { ...plan, stages: decoder })
    expect(early.events).toMatchObject([{ kind: 'early-stop', stage: 'decoder' }])
    expect(early.progress.at(-1)?.step).toBeLessThan(400)
    const enough = await chain('enough', planFor(1000, STEPS), { isEnough: () => true })
    expect(enough.progress.every(({ stageStep }) => stageStep === 0)).toBe(true)
  })

  it('is laid aside with everything kept', async () => {
    const controller = new AbortController()
    controller.abort()
    await expect(chain('aside', planFor(1000, STEPS), { signal: controller.signal })).rejects.toThrow(Cancelled)
    expect((await chain('aside', planFor(1000, STEPS))).end.steps).toBe(100)
  })
})
