import type { Take } from '#contract/api.ts'
import type { Client } from '#renderer/client/client.ts'
import type { Library } from './library.svelte.ts'
import type { Preferences } from './preferences.svelte.ts'
import { coverStretch, stretchEdges, type Stretch } from './take-stretch.ts'

interface Parts {
  readonly client: Client
  readonly library: Library
  readonly preferences: Preferences
}

/** How much of a take a variation writes anew: a little, some, a lot. */
export const VARY_STRENGTHS = [0.15, 0.35, 0.7] as const

export const CONTINUE_SECONDS = [4, 8, 16, 30] as const

/** The take that is being worked on: which bit of it is chosen, and what can be asked for. Every answer is a new take. */
export class TakeChanges {
  openId = $state<string>()
  stretch = $state.raw<Stretch | null>(null)
  strength = $state<number>(VARY_STRENGTHS[1])
  /** How long a take goes on. */
  seconds = $state<number>(CONTINUE_SECONDS[1])
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Opens a take with the note at that moment chosen. */
  open(take: Take, atSeconds = 0): void {
    this.openId = take.id
    this.stretch = coverStretch(stretchEdges(take.notes, take.durationSeconds), atSeconds, atSeconds)
  }

  close(): void {
    this.openId = undefined
    this.stretch = null
  }

  choose(stretch: Stretch | null): void {
    this.stretch = stretch
  }

  /** Plays the chosen bit anew, its notes unchanged. */
  async retake(take: Take): Promise<void> {
    const { stretch } = this
    if (take.recipe === null || take.id !== this.openId || stretch === null) return
    const { api } = this.#parts.client
    await this.#parts.library.enqueue(async () => [(await api.takes.retake({ takeId: take.id, ...stretch })).jobId])
  }

  async vary(take: Take): Promise<void> {
    if (take.recipe === null) return
    const { client, library, preferences } = this.#parts
    const request = { takeId: take.id, strength: this.strength, count: preferences.settings.takesPerRender }
    await library.enqueue(async () => (await client.api.takes.vary(request)).jobIds)
  }

  /** Goes on after the take's end with notes composed to follow. */
  async goOn(take: Take): Promise<void> {
    if (take.recipe === null) return
    const request = { takeId: take.id, seconds: this.seconds }
    await this.#parts.library.enqueue(async () => [(await this.#parts.client.api.takes.continue(request)).jobId])
  }

  async rerun(take: Take, voice?: string): Promise<void> {
    if (take.recipe === null) return
    const request = { takeId: take.id, ...(voice === undefined ? {} : { voice }) }
    await this.#parts.library.enqueue(async () => [(await this.#parts.client.api.takes.rerun(request)).jobId])
  }
}
