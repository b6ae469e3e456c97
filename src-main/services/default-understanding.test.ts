import { expect, it } from 'vitest'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { Runner } from '#main/jobs/runner/runner.ts'
import { readPrompt } from '#main/prompt/read-prompt.ts'
import { createUnderstanding } from './default-understanding.ts'

/** Ears that answer with the reading of `pizzicato`, and count what they are asked. */
const createEars = (refusals = 0): { ears: Runner; asked: unknown[] } => {
  const asked: unknown[] = []
  const ears: Runner = {
    async run(task, spec) {
      asked.push({ task, spec })
      if (asked.length <= refusals) throw new EngineError('BACKEND_UNAVAILABLE', { reason: 'a test' })
      return readPrompt('pizzicato')
    },
    close: async () => undefined,
  }
  return { ears, asked }
}

it('asks the ears about unknown words alone, and about the same text once', async () => {
  const { ears, asked } = createEars()
  const understanding = createUnderstanding(ears)
  expect(await understanding.understandPrompt('spiccato, pianissimo')).toEqual(readPrompt('spiccato, pianissimo'))
  expect(asked).toEqual([])
  const readings = await Promise.all([1, 2, 3].map(() => understanding.understandPrompt('purple elephants')))
  expect(readings.every(({ lanes }) => lanes.articulation === 'pizzicato')).toBe(true)
  expect(asked).toEqual([{ task: 'understand-prompt', spec: { text: 'purple elephants' } }])
  expect((await understanding.readPrompt('purple elephants')).moves).toEqual([])
})

it('asks again where asking failed', async () => {
  const { ears, asked } = createEars(1)
  const understanding = createUnderstanding(ears)
  await expect(understanding.understandPrompt('purple elephants')).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' })
  expect((await understanding.understandPrompt('purple elephants')).lanes.articulation).toBe('pizzicato')
  expect(asked).toHaveLength(2)
})

it('forgets the texts of long ago', async () => {
  const { ears, asked } = createEars()
  const understanding = createUnderstanding(ears)
  for (let i = 0; i < 60; i++) await understanding.understandPrompt(`purple elephants ${i}`)
  await understanding.understandPrompt('purple elephants 59')
  expect(asked).toHaveLength(60)
  await understanding.understandPrompt('purple elephants 0')
  expect(asked).toHaveLength(61)
})
