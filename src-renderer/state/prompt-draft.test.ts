import { expect, it } from 'vitest'
import type { PromptReading } from '#contract/api.ts'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { DEFAULT_OWN } from '#contract/recipe.ts'
import { DEFAULT_FREEDOM } from '#contract/take-edit.ts'
import { createDraft, createFakeClient, readFakePrompt } from '#test/app/fake-engine/fake-client.ts'
import { Notices } from './notices.svelte.ts'
import { PromptDraft } from './prompt-draft.svelte.ts'

const open = async (draft: unknown = null, answers: Parameters<typeof createFakeClient>[0] = {}) => {
  const { client, calls } = createFakeClient({
    'prompts.read': readFakePrompt,
    'hums.getDraft': () => draft,
    'hums.setDraft': () => draft,
    ...answers,
  })
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

it('shows what known words say at once, and what the others mean when that is known', async () => {
  let tell: (reading: PromptReading) => void = () => undefined
  const meaning: PromptReading = {
    ...readFakePrompt({ text: '' }),
    lanes: { ...DEFAULT_LANES, articulation: 'spiccato' },
    moves: [{ word: 'a leaping bow', lane: 'articulation', effect: 'spiccato' }],
  }
  const { prompt, calls } = await open(null, {
    'prompts.understand': ({ text }: { text: string }) =>
      text === '' ? readFakePrompt({ text }) : new Promise<PromptReading>((resolve) => (tell = resolve)),
  })
  prompt.write('a leaping bow')
  const settled = prompt.settled()
  await expect.poll(() => calls.filter(({ method }) => method === 'hums.setDraft').length).toBe(1)
  expect(prompt.moves).toEqual(readFakePrompt({ text: 'a leaping bow' }).moves)
  tell(meaning)
  await settled
  expect(prompt.moves).toEqual(meaning.moves)
  expect(calls.at(-1)).toMatchObject({ method: 'hums.setDraft', input: { draft: { lanes: { articulation: 'spiccato' } } } })
  // A lane drawn later asks for no second reading, and no other one flashes up.
  const asked = calls.filter(({ method }) => method.startsWith('prompts.')).length
  prompt.draw('octave', 1)
  await prompt.settled()
  expect(prompt.lanes).toMatchObject({ articulation: 'spiccato', octave: 1 })
  expect(calls.filter(({ method }) => method.startsWith('prompts.')).length).toBe(asked)
})

it('drops a meaning that comes after the words were changed', async () => {
  const told: ((reading: PromptReading) => void)[] = []
  const { prompt } = await open(null, {
    'prompts.understand': ({ text }: { text: string }) =>
      text === 'a leaping bow' ? new Promise<PromptReading>((resolve) => told.push(resolve)) : readFakePrompt({ text }),
  })
  prompt.write('a leaping bow')
  void prompt.settled()
  await expect.poll(() => told.length).toBe(1)
  prompt.write('soft')
  await prompt.settled()
  told[0]?.({ ...readFakePrompt({ text: 'a leaping bow' }), lanes: { ...DEFAULT_LANES, articulation: 'spiccato' } })
  await prompt.settled()
  expect(prompt.lanes).toEqual(readFakePrompt({ text: 'soft' }).lanes)
})
