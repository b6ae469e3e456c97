import { createRandom } from '#main/foundation/random.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBackend, tf, type Tensor } from '../backend/tf.ts'
import { createParameters, freezeWhere } from './parameters.ts'
import { isLoraName, mergeAdapter } from './lora.ts'
import { createTransformer, createTransformerTables, disposeTransformerTables, type TransformerConfig } from './transformer.ts'

const CONFIG: TransformerConfig = { width: 16, layers: 1, heads: 2, hidden: 24, reach: 4, positions: 'rotary' }

const drawInput = (seed: number, frames: number): Tensor => {
  const random = createRandom(seed)
  return tf.tensor3d(
    Float32Array.from({ length: frames * CONFIG.width }, () => random.normal()),
    [1, frames, CONFIG.width],
  )
}

const run = (config: TransformerConfig, x: Tensor): Float32Array => {
  const transformer = createTransformer(createParameters(), 'blocks', { config, random: createRandom(5) })
  const tables = createTransformerTables(config, x.shape[1] ?? 0)
  const result = tf.tidy(() => transformer(x, tables).dataSync() as Float32Array)
  disposeTransformerTables(tables)
  return result
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>, from: number, to: number): number => {
  let most = 0
  for (let i = from; i < to; i++) most = Math.max(most, Math.abs(a[i] - b[i]))
  return most
}

beforeAll(async () => void (await ensureBackend()))

describe.each(['rotary', 'relative'] as const)('a transformer with %s positions', (positions) => {
  const config = { ...CONFIG, positions }

  it('hears no further than its reach and the three taps', () => {
    const x = drawInput(1, 20)
    const values = x.dataSync().slice()
    for (let d = 0; d < config.width; d++) values[d] += 3
    const changed = tf.tensor3d(values as Float32Array, [1, 20, config.width])
    const [before, after] = [run(config, x), run(config, changed)]
    const limit = (config.reach + 2) * config.width
    expect(distance(before, after, 0, config.width)).toBeGreaterThan(0.01)
    expect(distance(before, after, limit, before.length)).toBeLessThan(1e-5)
  })

  it('knows distances, not places: a shifted input gives a shifted output', () => {
    const x = drawInput(2, 24)
    const late = tf.concat([drawInput(3, 12), x], 1)
    const [early, shifted] = [run(config, x), run(config, late)]
    const inner = (config.reach + 1) * config.width // past what the other beginning reaches
    expect(distance(early.subarray(inner), shifted.subarray(12 * config.width + inner), 0, early.length - inner)).toBeLessThan(2e-4)
  })

  it('minds the order of what it hears', () => {
    const x = drawInput(4, 9)
    const turned = tf.reverse(x, 1)
    const [plain, backwards] = [run(config, x), run(config, turned)]
    const middle = 4 * config.width
    expect(distance(plain, backwards, middle, middle + config.width)).toBeGreaterThan(1e-3)
  })
})

describe('a low-rank adapter', () => {
  it('begins as the base and, trained a little, plays the same merged and apart', () => {
    const base = createParameters()
    createTransformer(base, 'blocks', { config: CONFIG, random: createRandom(5) })
    const adapted = createParameters()
    const lora = { rank: 2, alpha: 4 }
    const network = createTransformer(adapted, 'blocks', { config: CONFIG, random: createRandom(5), lora })
    for (const [name, variable] of base.trainable) adapted.trainable.get(name)?.assign(variable)
    freezeWhere(adapted, (name) => !isLoraName(name))
    const x = drawInput(6, 10)
    const tables = createTransformerTables(CONFIG, 10)
    const play = (): Float32Array => tf.tidy(() => network(x, tables).dataSync().slice() as Float32Array)
    expect(distance(play(), run(CONFIG, x), 0, 160)).toBeLessThan(1e-6)

    const random = createRandom(7)
    for (const variable of adapted.trainable.values())
      variable.assign(
        tf.tensor2d(
          Float32Array.from({ length: variable.size }, () => 0.3 * random.normal()),
          variable.shape as [number, number],
        ),
      )
    const name = (variables: Map<string, { shape: number[]; dataSync(): unknown }>) =>
      new Map([...variables].map(([key, value]) => [key, { shape: value.shape, data: value.dataSync() as Float32Array }]))
    const merged = mergeAdapter(name(base.trainable), name(adapted.trainable), { alpha: 4 })
    const plain = createParameters()
    const whole = createTransformer(plain, 'blocks', { config: CONFIG, random: createRandom(8) })
    for (const [key, variable] of plain.trainable) {
      const tensor = merged.get(key)
      variable.assign(tf.tensor(tensor?.data ?? [], variable.shape))
    }
    const apart = play()
    const together = tf.tidy(() => whole(x, tables).dataSync() as Float32Array)
    expect(distance(apart, run(CONFIG, x), 0, 160)).toBeGreaterThan(0.05)
    expect(distance(apart, together, 0, 160)).toBeLessThan(1e-4)
    const half = mergeAdapter(name(base.trainable), name(adapted.trainable), { alpha: 4, strength: 0 })
    for (const [key, tensor] of half)
      expect(distance(tensor.data, base.trainable.get(key)?.dataSync() ?? [], 0, tensor.data.length)).toBe(0)
    disposeTransformerTables(tables)
  })
})
