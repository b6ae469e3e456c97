import type { About, Settings } from '#contract/api.ts'
import type { Client } from '#renderer/client/client.ts'
import type { Notices } from './notices.svelte.ts'

export class Preferences {
  settings = $state<Settings>({
    voice: '',
    takesPerRender: 3,
    sampleRate: 44100,
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
  })
  about = $state<About>()
  readonly #client: Client
  readonly #notices: Notices

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
  }

  async load(): Promise<void> {
    this.settings = await this.#client.api.settings.get({})
    this.about = await this.#client.api.system.about({})
  }

  /** Changes settings at once on the screen, then in the engine; what the engine refuses goes back. */
  async change(changes: Partial<Settings>): Promise<void> {
    const before = $state.snapshot(this.settings)
    this.settings = { ...this.settings, ...changes }
    try {
      this.settings = await this.#client.api.settings.set(changes)
    } catch (thrown) {
      this.settings = before
      this.#notices.fail(thrown)
    }
  }
}
