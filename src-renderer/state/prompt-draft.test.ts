import { expect, it } from 'vitest'
import { DEFAULT_OWN } from '#contract/recipe.ts'
import { DEFAULT_FREEDOM } from '#contract/take-edit.ts'
import { createDraft, createFakeClient, readFakePrompt } from '#test/app/fake-engine/fake-client.ts'
import { Notices } from './notices.svelte.ts'
import { PromptDraft } from './prompt-draft.svelte.ts'

const open = async (draft: unknown = null) => {
  const { client, calls } = createFakeClient({ 'prompts.read': readFakePrompt, 'hums.getDraft': () => draft, 'hums.setDraft': () => draft })
  const prompt = new PromptDraft(client, new Notices())
  await prompt.open('hum-1')
  return { prompt, calls }
}

it('lets words move the lanes, and keeps what was drawn by hand', async () => {
  const { prompt, calls } = await open()
  prompt.draw('dynamics', [{ at: 0, value: 0.25 }])
  prompt.write('pizzicato')
  await prompt.settled()
  expect(prompt.lanes.articulation).toBe('pizzicato')
  expect(prompt.lanes.dynamics).toEqual([{ at: 0, value: 0.25 }])
  expect(calls.at(-1)).toEqual({
    method: 'hums.setDraft',
    input: {
      humId: 'hum-1',
      draft: { prompt: 'pizzicato', lanes: prompt.lanes, drawnLanes: ['dynamics'], freedom: DEFAULT_FREEDOM, own: DEFAULT_OWN },
    },
  })
  prompt.release('dynamics')
  await prompt.settled()
  // Nine letters: the fake reading's own value.
  expect(prompt.lanes.dynamics).toEqual(readFakePrompt({ text: 'pizzicato' }).lanes.dynamics)
  expect(prompt.drawnLanes).toEqual([])
})

it('opens what was written before', async () => {
  const { prompt } = await open(createDraft('sad'))
  expect(prompt.text).toBe('sad')
  expect(prompt.drawnLanes).toEqual(['octave'])
  expect(prompt.lanes.dynamics[0]?.value).toBeCloseTo(0.3)
  expect(prompt.freedom).toBe(0.5)
})

it('keeps how freely to play, and starts from the newest take where nothing was written', async () => {
  const { prompt, calls } = await open()
  expect(prompt.freedom).toBe(DEFAULT_FREEDOM)
  prompt.setFreedom(1)
  await prompt.settled()
  expect(calls.at(-1)).toMatchObject({ method: 'hums.setDraft', input: { draft: { freedom: 1 } } })
  prompt.setOwn('timing', 0.4)
  await prompt.settled()
  expect(calls.at(-1)).toMatchObject({ input: { draft: { own: { timing: 0.4, dynamics: 1, scoops: 0 } } } })
  await prompt.open('hum-2', { prompt: '', lanes: prompt.lanes, recipe: { freedom: 0.75 } })
  expect(prompt.own).toEqual(DEFAULT_OWN)
  expect(prompt.freedom).toBe(0.75)
})

it('adds suggested words after a comma', async () => {
  const { prompt } = await open()
  prompt.append('tender')
  prompt.append('slow')
  expect(prompt.text).toBe('tender, slow')
  await prompt.settled()
  expect(prompt.moves[0]?.word).toBe('tender, slow')
})
