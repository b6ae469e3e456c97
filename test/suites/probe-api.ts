import { draftSchema, type Api, type Hum } from '#contract/api.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createPushHub, type PushHub } from '#main/services/pushes.ts'

const createHum = (fields: Partial<Hum>): Hum => ({
  id: 'hum-probe',
  name: 'probe',
  createdAt: '2026-01-01T00:00:00.000Z',
  source: 'microphone',
  assetId: null,
  melody: { notes: [], durationSeconds: 0 },
  warnings: [],
  ...fields,
})

const refuse = (): never => {
  throw new EngineError('NOT_FOUND', { kind: 'probe method', id: 'none' })
}

/** An api that sends back what it got, fails in each of the ways there are, and never answers `hum-slow`. */
export const createProbeApi = (): { api: Api; pushes: PushHub } => {
  const pushes = createPushHub()
  const api: Pick<Api, 'hums' | 'prompts' | 'takes' | 'exports' | 'jobs' | 'settings' | 'system'> = {
    hums: {
      fromRecording: async ({ pcm, sampleRate, name }) =>
        createHum({
          name: `${name ?? ''}${pcm.constructor.name}`,
          melody: { notes: [], durationSeconds: pcm.length / sampleRate, pitchTrack: { hopSeconds: 1, f0: [...pcm], voicing: [] } },
        }),
      fromFile: async ({ bytes, fileName }) =>
        createHum({ name: `${fileName}:${bytes.length}:${bytes.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7)}` }),
      fromText: async ({ text }) => createHum({ name: text }),
      get: async ({ humId }) => {
        if (humId === 'hum-slow') return new Promise<Hum>(() => undefined)
        if (humId === 'hum-bug') throw new RangeError('a secret of the engine')
        if (humId === 'hum-missing') throw new EngineError('NOT_FOUND', { kind: 'hum', id: humId })
        return createHum({ id: humId })
      },
      compose: async ({ prompt }) => createHum({ name: prompt }),
      demo: async () => refuse(),
      list: async () => [],
      setNotes: async () => refuse(),
      snap: async ({ snap }) => createHum({ name: JSON.stringify(snap) }),
      rename: async () => refuse(),
      getDraft: async () => null,
      setDraft: async ({ draft }) => draftSchema.parse(draft),
      remove: async () => ({}),
    },
    prompts: { read: async () => refuse(), understand: async () => refuse(), tokens: async () => refuse() },
    takes: {
      render: async () => ({ jobId: 'job-1' }),
      retake: async () => ({ jobId: 'job-1' }),
      vary: async () => ({ jobIds: ['job-1'] }),
      continue: async () => ({ jobId: 'job-1' }),
      rerun: async () => ({ jobId: 'job-1' }),
      list: async () => [],
      setFavourite: async () => refuse(),
      setNote: async () => refuse(),
      remove: async () => ({}),
      pitchTrack: async () => refuse(),
    },
    exports: {
      wav: async () => refuse(),
      midi: async () => refuse(),
      project: async () => refuse(),
      take: async () => refuse(),
      toFolder: async () => refuse(),
    },
    jobs: {
      list: async () => [],
      cancel: async () => refuse(),
      pause: async () => refuse(),
      resume: async () => refuse(),
      move: async () => refuse(),
    },
    settings: {
      get: async () => refuse(),
      set: async (changes) => {
        pushes.emit('library.changed', { kinds: ['settings'] })
        return {
          voice: 'violin',
          takesPerRender: 3,
          sampleRate: 48000,
          bits: 24,
          countInBeats: 4,
          bpm: 92,
          theme: 'dark',
          hasSeenWelcome: false,
          language: 'system',
          keys: {},
          microphone: '',
          speaker: '',
          ...changes,
        } as never
      },
    },
    system: { about: async () => refuse(), folder: async () => refuse() },
  }
  // What no test of the transport asks for is refused like everything else that is not there.
  return { api: api as Api, pushes }
}
