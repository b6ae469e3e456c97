import { createToyHandlers } from '#test/suites/toy-engine.ts'
import { createTestServices, TOY_NOTES, type TestServices } from '#test/suites/test-services.ts'
import { composeSpecSchema } from '#main/jobs/handlers/compose-spec.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

describe('a melody that only a prompt asks for', () => {
  const asked: unknown[] = []
  let services: TestServices
  beforeAll(() => {
    const compose = {
      run: async (spec: unknown) => {
        asked.push(composeSpecSchema.parse(spec))
        return { notes: TOY_NOTES, durationSeconds: 1.45, bpm: 96, key: 'D minor' }
      },
    }
    services = createTestServices({ handlers: { ...createToyHandlers(), compose: async () => compose } })
  })
  afterAll(() => services.remove())

  it('is composed in the compute process and kept as a hum with its key and tempo', async () => {
    const { api } = services
    const hum = await api.hums.compose({ prompt: 'a slow sad air in D minor', seconds: 12, seed: 7 })
    expect(asked).toEqual([{ prompt: 'a slow sad air in D minor', seconds: 12, seed: 7 }])
    expect(hum).toMatchObject({ source: 'text', name: 'a slow sad air in D minor', assetId: null })
    expect(hum.melody).toMatchObject({ bpm: 96, key: 'D minor', notes: TOY_NOTES })
    expect(await api.hums.get({ humId: hum.id })).toEqual(hum)
  })

  it('draws a seed of its own where none is given', async () => {
    await services.api.hums.compose({ prompt: '', seconds: 5 })
    await services.api.hums.compose({ prompt: '', seconds: 5 })
    const seeds = asked.slice(-2).map((spec) => composeSpecSchema.parse(spec).seed)
    expect(seeds[0]).not.toBe(seeds[1])
  })
})
