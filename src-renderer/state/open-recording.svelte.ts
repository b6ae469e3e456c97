import type { MethodOutput } from '#contract/api.ts'
import { DEFAULT_CLEANING_CHAIN, type CleaningChain, type CleaningReport } from '#contract/cleaning.ts'
import type { Recording } from '#contract/library.ts'
import type { Client } from '#renderer/client/client.ts'
import type { Notices } from './notices.svelte.ts'

export type Picture = MethodOutput<'library.picture'> & { readonly columns: number; readonly bands: number; readonly span: Span }
export type Curves = MethodOutput<'library.curves'>

/** A part of the recording, in seconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

const PAUSE_MS = 160
const BANDS = 160
const SHORTEST_SECONDS = 0.25

/** Steps that keep the time line; the others are for files that leave the library. */
const isHeard = (kind: string): boolean => kind !== 'sampleRate' && kind !== 'silenceTrim'

/** The recording whose page is open: its picture before and after the cleaning that is being tried, and what can be heard of it. */
export class OpenRecording {
  recording = $state.raw<Recording>()
  curves = $state.raw<Curves>()
  before = $state.raw<Picture>()
  after = $state.raw<Picture>()
  report = $state.raw<readonly CleaningReport[]>([])
  /** What is in sight. */
  span = $state.raw<Span>({ from: 0, to: 1 })
  /** The bit that was marked on the picture. */
  marked = $state.raw<Span>()
  /** The chain that is tried; what is kept is in the recording. */
  chain = $state.raw<CleaningChain>(DEFAULT_CLEANING_CHAIN)
  isCleaned = $state(false)
  isDrawing = $state(false)
  readonly durationSeconds = $derived(this.recording?.durationSeconds ?? 1)
  readonly isSound = $derived(this.recording?.kind === 'audio')
  readonly hasChanges = $derived(
    this.recording !== undefined && JSON.stringify(this.recording.cleaning ?? null) !== JSON.stringify(this.isCleaned ? this.chain : null),
  )
  readonly #client: Client
  readonly #notices: Notices
  readonly #sounds = new Map<string, Promise<string>>()
  #columns = 800
  #timer: ReturnType<typeof setTimeout> | undefined
  #request = 0

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    client.on('library.changed', ({ kinds }) => {
      const id = this.recording?.id
      if (kinds.includes('recordings') && id !== undefined) void this.#reload(id)
    })
  }

  async open(recordingId: string): Promise<void> {
    if (this.recording?.id !== recordingId) this.#forget()
    await this.#try(async () => {
      const recording = await this.#client.api.library.recording({ recordingId })
      this.recording = recording
      this.span = { from: 0, to: recording.durationSeconds }
      this.#takeStored(recording)
      if (recording.kind !== 'audio') return
      this.curves = await this.#client.api.library.curves({ recordingId })
      this.#drawSoon(0)
    })
  }

  close(): void {
    this.#forget()
  }

  /** The picture is that wide on the screen. */
  setColumns(columns: number): void {
    const wanted = Math.max(100, Math.min(1400, Math.round(columns)))
    if (Math.abs(wanted - this.#columns) < 40) return
    this.#columns = wanted
    this.#drawSoon()
  }

  look(span: Span): void {
    const length = Math.min(this.durationSeconds, Math.max(SHORTEST_SECONDS, span.to - span.from))
    const from = Math.max(0, Math.min(this.durationSeconds - length, span.from))
    if (from === this.span.from && from + length === this.span.to) return
    this.span = { from, to: from + length }
    this.#drawSoon()
  }

  zoom(factor: number, around = (this.span.from + this.span.to) / 2): void {
    const length = Math.max(SHORTEST_SECONDS, Math.min(this.durationSeconds, (this.span.to - this.span.from) / factor))
    const share = (around - this.span.from) / (this.span.to - this.span.from)
    this.look({ from: around - share * length, to: around + (1 - share) * length })
  }

  /** Tries another chain; nothing is kept. */
  tryChain(chain: CleaningChain): void {
    this.chain = chain
    this.isCleaned = true
    this.#drawSoon()
  }

  setCleaned(isCleaned: boolean): void {
    this.isCleaned = isCleaned
    this.#drawSoon(0)
  }

  /** The sound to listen to, cut once for each chain. */
  sound(side: 'before' | 'after'): Promise<string | undefined> {
    const recordingId = this.recording?.id
    if (recordingId === undefined) return Promise.resolve(undefined)
    const cleaning = side === 'before' ? ('none' as const) : { chain: this.chain }
    const key = `${recordingId} ${JSON.stringify(cleaning)}`
    const known = this.#sounds.get(key)
    if (known !== undefined) return known
    const asked = this.#client.api.library.sound({ recordingId, cleaning }).then(({ assetId }) => assetId)
    this.#sounds.set(key, asked)
    return asked.catch((thrown: unknown) => {
      this.#sounds.delete(key)
      this.#notices.fail(thrown)
      return undefined
    })
  }

  #takeStored({ cleaning }: Recording): void {
    this.isCleaned = cleaning !== null
    if (cleaning !== null) this.chain = cleaning
  }

  async #reload(recordingId: string): Promise<void> {
    await this.#try(async () => {
      const before = this.recording
      const recording = await this.#client.api.library.recording({ recordingId })
      if (this.recording?.id !== recordingId) return
      this.recording = recording
      if (JSON.stringify(before?.cleaning) === JSON.stringify(recording.cleaning)) return
      this.#takeStored(recording)
      this.#drawSoon()
    })
  }

  #forget(): void {
    clearTimeout(this.#timer)
    this.#request++
    this.recording = undefined
    this.curves = undefined
    this.before = undefined
    this.after = undefined
    this.report = []
    this.marked = undefined
    this.chain = DEFAULT_CLEANING_CHAIN
    this.isCleaned = false
    this.#sounds.clear()
  }

  #drawSoon(pauseMs = PAUSE_MS): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#draw(), pauseMs)
  }

  async #draw(): Promise<void> {
    const { recording, span, isCleaned, chain } = this
    if (recording?.kind !== 'audio') return
    const request = ++this.#request
    const columns = this.#columns
    const ask = async (cleaning: 'none' | { chain: CleaningChain }): Promise<Picture> => ({
      ...(await this.#client.api.library.picture({
        recordingId: recording.id,
        startSeconds: span.from,
        endSeconds: span.to,
        columns,
        bands: BANDS,
        cleaning,
      })),
      columns,
      bands: BANDS,
      span,
    })
    this.isDrawing = true
    await this.#try(async () => {
      const before = await ask('none')
      if (request !== this.#request) return
      this.before = before
      const after = isCleaned ? await ask({ chain }) : undefined
      if (request !== this.#request) return
      this.after = after
      this.report = after?.report.filter(({ kind }) => isHeard(kind)) ?? []
    })
    if (request === this.#request) this.isDrawing = false
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.#notices.fail(thrown)
    }
  }
}
