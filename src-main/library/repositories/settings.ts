import { settingsSchema, type Settings } from '#contract/api.ts'
import type { Sqlite } from '../sqlite/database.ts'

export const DEFAULT_SETTINGS: Settings = {
  voice: 'violin',
  takesPerRender: 3,
  sampleRate: 48000,
  bits: 24,
  countInBeats: 4,
  bpm: 92,
  theme: 'system',
  hasSeenWelcome: false,
  language: 'system',
  keys: {},
  microphone: '',
  speaker: '',
  recordingLatencySeconds: null,
  exportFolder: '',
}

export interface SettingsRepository {
  get(): Settings
  set(changes: Partial<Settings>): void
}

export const createSettingsRepository = (database: Sqlite): SettingsRepository => {
  const list = database.prepare<[], { key: string; value: string }>('SELECT key, value FROM settings')
  const put = database.prepare('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
  return {
    get() {
      const stored = new Map(list.all().map(({ key, value }) => [key, value]))
      const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS }
      for (const [key, schema] of Object.entries(settingsSchema.shape)) {
        const text = stored.get(key)
        // A value that this version does not know falls back to the default rather than locking the user out.
        const parsed = text === undefined ? null : schema.safeParse(JSON.parse(text))
        if (parsed?.success === true) settings[key] = parsed.data
      }
      return settings as Settings
    },
    set(changes) {
      for (const [key, value] of Object.entries(changes)) if (value !== undefined) put.run(key, JSON.stringify(value))
    },
  }
}
