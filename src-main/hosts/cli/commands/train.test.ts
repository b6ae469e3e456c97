import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { describeStage } from './train.ts'

const options = {
  corpus: ['data/corpus'],
  steps: 10,
  rate: 0.001,
  seed: 1,
  kind: 'descriptors',
  codec: 'codec.safetensors',
  mulan: 'mulan.safetensors',
  semanticTokens: 'semantic-tokens.safetensors',
  tokens: 'tokens',
  alpha: 16,
  positions: 'rotary',
} as const

it('tells the codec what of it is to be adapted, and from what', () => {
  const told = describeStage('codec', { ...options, corpus: [...options.corpus], from: 'base.safetensors', adapt: 'output' })
  expect(told).toEqual({ startFromPath: resolve('base.safetensors'), adaptation: 'output' })
})

it('tells a stage the base that it adapts, and at which rank', () => {
  const told = describeStage('coarse', { ...options, corpus: [...options.corpus], base: 'base.safetensors', rank: 8 })
  expect(told).toEqual({
    tokensDir: resolve('tokens'),
    positions: 'rotary',
    base: { path: resolve('base.safetensors'), adaptation: { kind: 'lora', rank: 8, alpha: 16 } },
  })
})
