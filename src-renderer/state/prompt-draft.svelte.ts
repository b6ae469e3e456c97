import type { Draft, PromptReading } from '#contract/api.ts'
import { DEFAULT_LANES, type LaneMove, type Lanes } from '#contract/expression.ts'
import type { Melody } from '#contract/melody.ts'
import { DEFAULT_OWN, type Own } from '#contract/recipe.ts'
import { DEFAULT_FREEDOM } from '#contract/take-edit.ts'
import type { Client } from '#renderer/client/client.ts'
import type { Notices } from './notices.svelte.ts'

const PAUSE_MS = 250

/** The prompt of the open hum and the lanes it moves. Lanes drawn by hand stay as drawn until they are handed back to the words. */
export class PromptDraft {
  text = $state('')
  lanes = $state.raw<Lanes>(DEFAULT_LANES)
  moves = $state.raw<LaneMove[]>([])
  /** The melody that the words name, or null. */
  namedMelody = $state.raw<Melody | null>(null)
  drawnLanes = $state.raw<string[]>([])
  /** 0 follows the melody's every detail, 1 plays freely. */
  freedom = $state(DEFAULT_FREEDOM)
  /** How much of the singer is kept. */
  own = $state.raw<Own>(DEFAULT_OWN)
  #humId: string | undefined
  #written: Lanes = DEFAULT_LANES
  #timer: ReturnType<typeof setTimeout> | undefined
  #pending: Promise<void> = Promise.resolve()
  /** The last text whose unknown words were read by meaning, and that reading. */
  #understood: { text: string; reading: PromptReading } | undefined
  #understanding: Promise<void> = Promise.resolve()
  #version = 0
  readonly #client: Client
  readonly #notices: Notices

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
  }

  /** Shows a hum's prompt; `fallback` is what its newest take was made from, for hums that have no draft. */
  async open(
    humId: string | undefined,
    fallback?: { prompt: string; lanes: Lanes; recipe?: { freedom: number; own?: Own | undefined } | null },
  ): Promise<void> {
    await this.settled()
    this.#humId = humId
    const version = ++this.#version
    const draft: Draft | null = humId === undefined ? null : await this.#client.api.hums.getDraft({ humId })
    if (version !== this.#version) return
    this.text = draft?.prompt ?? fallback?.prompt ?? ''
    this.lanes = draft?.lanes ?? fallback?.lanes ?? DEFAULT_LANES
    this.drawnLanes = draft?.drawnLanes ?? []
    this.freedom = draft?.freedom ?? fallback?.recipe?.freedom ?? DEFAULT_FREEDOM
    this.own = draft?.own ?? fallback?.recipe?.own ?? DEFAULT_OWN
    this.#written = DEFAULT_LANES
    await this.#read(false)
  }

  write(text: string): void {
    this.text = text
    this.#flushSoon()
  }

  /** Adds words at the end, as the little suggestions do. */
  append(words: string): void {
    const before = this.text.trim()
    this.write(before === '' ? words : `${before}${before.endsWith(',') ? ' ' : ', '}${words}`)
  }

  draw<K extends keyof Lanes>(name: K, value: Lanes[K]): void {
    this.lanes = { ...this.lanes, [name]: value }
    if (!this.drawnLanes.includes(name)) this.drawnLanes = [...this.drawnLanes, name]
    this.#flushSoon()
  }

  setFreedom(freedom: number): void {
    this.freedom = freedom
    this.#flushSoon()
  }

  setOwn(name: 'timing' | 'dynamics' | 'scoops', share: number): void {
    this.own = { ...this.own, [name]: Math.min(1, Math.max(0, share)) }
    this.#flushSoon()
  }

  /** Gives a lane back to the words. */
  release(name: keyof Lanes): void {
    this.drawnLanes = this.drawnLanes.filter((drawn) => drawn !== name)
    this.lanes = { ...this.lanes, [name]: this.#written[name] }
    this.#flush()
  }

  /** Resolves when the words were read and the draft is stored. */
  async settled(): Promise<void> {
    if (this.#timer !== undefined) this.#flush()
    await this.#pending
    await this.#understanding
  }

  #flushSoon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#flush(), PAUSE_MS)
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#pending = this.#pending.then(() => this.#read(true))
  }

  async #read(isSaving: boolean): Promise<void> {
    const text = this.text
    const humId = this.#humId
    const version = ++this.#version
    try {
      const isUnderstood = this.#understood?.text === text
      const reading = this.#understood?.text === text ? this.#understood.reading : await this.#client.api.prompts.read({ text })
      if (version !== this.#version || humId !== this.#humId) return
      this.#apply(reading)
      // Known words are shown at once; what the others mean may take longer, and the next reading does not wait for it.
      if (!isUnderstood) this.#understanding = this.#understand(text, version, isSaving)
      if (isSaving) await this.#save(text)
    } catch (thrown) {
      this.#notices.fail(thrown)
    }
  }

  async #understand(text: string, version: number, isSaving: boolean): Promise<void> {
    // Where nothing can say what unknown words mean, the known ones stand.
    const reading = await this.#client.api.prompts.understand({ text }).catch(() => undefined)
    if (reading === undefined || version !== this.#version) return
    this.#understood = { text, reading }
    if (JSON.stringify(reading.moves) === JSON.stringify(this.moves)) return
    this.#apply(reading)
    if (isSaving) await this.#save(text).catch((thrown: unknown) => this.#notices.fail(thrown))
  }

  #apply(reading: PromptReading): void {
    this.moves = reading.moves
    this.namedMelody = reading.melody
    this.#written = reading.lanes
    const drawn = new Set(this.drawnLanes)
    const kept = Object.fromEntries(Object.entries(this.lanes).filter(([name]) => drawn.has(name)))
    this.lanes = { ...reading.lanes, ...kept }
  }

  async #save(text: string): Promise<void> {
    const humId = this.#humId
    if (humId === undefined) return
    const { lanes, drawnLanes, freedom, own } = this
    await this.#client.api.hums.setDraft({ humId, draft: { prompt: text, lanes, drawnLanes, freedom, own } })
  }
}
