import type { Draft, Hum, MethodName, PromptReading } from '#contract/api.ts'
import { DEFAULT_LANES } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import type { Client } from '#renderer/client/client.ts'

type Answers = Partial<Record<MethodName, (input: never) => unknown>>

/** A client over answers given by hand, for tests of the page's state. What has no answer is refused. */
export const createFakeClient = (answers: Answers): { client: Client; calls: { method: string; input: unknown }[] } => {
  const calls: { method: string; input: unknown }[] = []
  const api = new Proxy(
    {},
    {
      get: (_, namespace: string) =>
        new Proxy(
          {},
          {
            get: (__, name: string) => async (input: never) => {
              const method = `${namespace}.${name}` as MethodName
              calls.push({ method, input })
              const answer = answers[method]
              if (answer === undefined) throw Object.assign(new TypeError(`no answer for ${method}`), { code: 'NOT_FOUND' })
              return answer(input)
            },
          },
        ),
    },
  )
  return { client: { api: api as Client['api'], on: () => () => undefined, onConnection: () => () => undefined }, calls }
}

export const createNote = (onsetSeconds: number, pitch: number): Note => ({
  onsetSeconds,
  durationSeconds: 0.5,
  pitch,
  velocity: 0.7,
  confidence: 1,
})

export const createHum = (id: string, notes: Note[]): Hum => ({
  id,
  name: id,
  createdAt: '2026-01-01T00:00:00.000Z',
  source: 'text',
  assetId: null,
  melody: { notes, durationSeconds: 2 },
  warnings: [],
})

/** Reads a prompt as its length: enough to see which reading a lane came from. */
export const readFakePrompt = ({ text }: { text: string }): PromptReading => ({
  lanes: {
    ...DEFAULT_LANES,
    dynamics: [{ at: 0, value: Math.min(1, text.length / 10) }],
    articulation: text.includes('pizzicato') ? 'pizzicato' : 'legato',
  },
  moves: text === '' ? [] : [{ word: text, lane: 'dynamics', effect: 'length' }],
  melody: null,
})

export const createDraft = (prompt: string): Draft => ({ prompt, lanes: DEFAULT_LANES, drawnLanes: ['octave'], freedom: 0.5 })
