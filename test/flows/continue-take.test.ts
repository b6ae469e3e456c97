import { DEFAULT_LANES } from '#contract/expression.ts'
import { composeSpecSchema } from '#main/jobs/handlers/compose-spec.ts'
import type { TaskHandlers } from '#main/jobs/runner/runner.ts'
import { createTestServices, TOY_NOTES, type TestServices } from '#test/suites/test-services.ts'
import { createToyHandlers } from '#test/suites/toy-engine.ts'
import { afterEach, expect, it } from 'vitest'

let services: TestServices
afterEach(() => services.remove())

/** Composes one note of half a second after what it is given, and keeps what it was asked. */
const withToyComposer = (asked: unknown[]): TaskHandlers => ({
  ...createToyHandlers(),
  compose: async () => ({
    run: async (rawSpec) => {
      const spec = composeSpecSchema.parse(rawSpec)
      asked.push(spec)
      const last = spec.before?.at(-1)
      const onsetSeconds = last === undefined ? 0 : last.onsetSeconds + last.durationSeconds
      const note = { onsetSeconds, durationSeconds: 0.5, pitch: 76, velocity: 0.7, confidence: 1 }
      return { notes: [note], bpm: 120, key: 'A major', durationSeconds: onsetSeconds + 0.5 }
    },
  }),
})

it('goes on after a take: its notes, then composed ones on a beat after its end, its lanes where they were', async () => {
  const asked: unknown[] = []
  services = createTestServices({ handlers: withToyComposer(asked) })
  const { api, queue } = services
  const hum = await api.hums.fromText({ text: 'A4 B4 C#5' })
  const dynamics = [
    { at: 0, value: 0.2 },
    { at: 1, value: 0.8 },
  ]
  await api.takes.render({ humId: hum.id, prompt: 'tender', lanes: { ...DEFAULT_LANES, dynamics }, count: 1, seed: 5, freedom: 0.75 })
  await queue.settle()
  const [take] = await api.takes.list({ humId: hum.id })
  await api.takes.continue({ takeId: take!.id, seconds: 4, seed: 77 })
  await queue.settle()
  expect(asked).toEqual([{ prompt: 'tender', seconds: 4, seed: 77, before: TOY_NOTES }])

  const longer = (await api.takes.list({ humId: hum.id })).find(({ id }) => id !== take!.id)!
  const recipe = longer.recipe!
  const fromSeconds = Math.ceil(take!.durationSeconds * 25 - 1e-6) / 25
  expect(recipe).toMatchObject({ prompt: 'tender', seed: 5, freedom: 0.75, edits: [{ kind: 'continue', fromSeconds, seed: 77 }] })
  expect(recipe.notes.slice(0, 3)).toEqual(TOY_NOTES)
  const composed = recipe.notes[3]!
  expect(composed.onsetSeconds).toBeGreaterThanOrEqual(fromSeconds - 0.02)
  // A whole number of beats of 120 after where the composer put it.
  expect(((composed.onsetSeconds - 1.45) / 0.5) % 1).toBeCloseTo(0)
  const share = recipe.lanes.dynamics[1]!.at
  expect(recipe.lanes.dynamics.map(({ value }) => value)).toEqual([0.2, 0.8])
  expect(share * (composed.onsetSeconds + 0.5)).toBeCloseTo(fromSeconds)
  expect(longer.durationSeconds).toBeGreaterThan(take!.durationSeconds)
})
