import type { Hum, Job, MethodInput, Take } from '#contract/api.ts'
import type { PitchTrack } from '#contract/melody.ts'
import type { Own } from '#contract/recipe.ts'
import { sayError } from '#renderer/language/engine-phrases.ts'
import type { Client } from '#renderer/client/client.ts'
import type { NoteEditor } from './note-editor.svelte.ts'
import type { Notices } from './notices.svelte.ts'
import type { Preferences } from './preferences.svelte.ts'
import type { PromptDraft } from './prompt-draft.svelte.ts'
import { libraryWords } from './strings.ts'
import { groupTakes } from './take-groups.ts'

type Snap = NonNullable<MethodInput<'hums.fromRecording'>['snap']>

interface Parts {
  readonly client: Client
  readonly notices: Notices
  readonly preferences: Preferences
  readonly editor: NoteEditor
  readonly draft: PromptDraft
}

const RELOAD_PAUSE_MS = 300

/** Other jobs are other pages' concern. */
const isRender = (job: Job): boolean => job.kind === 'render'

/** The hums, the one that is open, its takes and the work under way. What the engine stores is the truth; this shows it. */
export class Library {
  hums = $state.raw<Hum[]>([])
  currentId = $state<string>()
  takes = $state.raw<Take[]>([])
  jobs = $state.raw<Job[]>([])
  isLoaded = $state(false)
  /** What is being listened to right now, in words, or ''. */
  busy = $state('')
  readonly current = $derived(this.hums.find((hum) => hum.id === this.currentId))
  readonly groups = $derived(groupTakes(this.takes, this.jobs))
  /** Takes in the order of their keys: 1 is the first of the newest render. */
  readonly keyed = $derived(this.groups.flatMap((group) => group.takes))
  #activeIds = $state.raw<ReadonlyMap<string, string>>(new Map())
  readonly activeJobs = $derived(
    this.jobs.filter(
      (job) => (job.status === 'queued' || job.status === 'running') && (this.#activeIds.get(job.id) ?? this.currentId) === this.currentId,
    ),
  )
  readonly #askAgain = new Map<string, () => void>()
  #reloadTimer: ReturnType<typeof setTimeout> | undefined
  readonly #pitchTracks = new Map<string, Promise<PitchTrack | undefined>>()
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
    const { client } = parts
    client.on('jobs.changed', (job) => {
      if (isRender(job)) this.#onJob(job)
    })
    client.on('library.changed', ({ kinds }) => {
      if (kinds.includes('hums')) this.#reloadHumsSoon()
      if (kinds.includes('takes')) void this.#try(() => this.#loadTakes())
    })
  }

  async load(): Promise<void> {
    await this.#loadHums()
    this.jobs = (await this.#parts.client.api.jobs.list({})).filter(isRender)
    const remembered = localStorage.getItem('fiddlehead.hum')
    const start = this.hums.find((hum) => hum.id === (this.currentId ?? remembered)) ?? this.hums[0]
    await this.open(start?.id)
    this.isLoaded = true
  }

  async open(humId: string | undefined): Promise<void> {
    const { editor, draft } = this.#parts
    await draft.settled()
    this.currentId = humId
    if (humId !== undefined) localStorage.setItem('fiddlehead.hum', humId)
    editor.open(humId, this.current?.melody.notes ?? [])
    await this.#try(async () => {
      await this.#loadTakes()
      const newest = this.takes.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
      await draft.open(humId, newest)
    })
  }

  fromFile(file: File): Promise<boolean> {
    return this.#create(libraryWords.listening(file.name), async () => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      return this.#parts.client.api.hums.fromFile({ fileName: file.name, bytes })
    })
  }

  fromRecording(pcm: Float32Array<ArrayBuffer>, sampleRate: number): Promise<boolean> {
    return this.#create(libraryWords.listeningToHum, () => this.#parts.client.api.hums.fromRecording({ pcm, sampleRate }))
  }

  fromText(text: string): Promise<boolean> {
    return this.#create(libraryWords.reading, () => this.#parts.client.api.hums.fromText({ text }))
  }

  /** Opens a melody composed by what the words ask; the words stay with it. */
  async compose(prompt: string, seconds: number): Promise<boolean> {
    const { client, draft } = this.#parts
    const isOpen = await this.#create(libraryWords.composing, () => client.api.hums.compose({ prompt, seconds }))
    if (isOpen) draft.write(prompt)
    return isOpen
  }

  /** Opens the bundled hum and, where it has no take yet, plays it at once on the violin. */
  async demo(): Promise<void> {
    const isOpen = await this.#create(libraryWords.openingDemo, () => this.#parts.client.api.hums.demo({}))
    if (isOpen && this.takes.length === 0) await this.render()
  }

  async rename(humId: string, name: string): Promise<void> {
    const trimmed = name.trim()
    if (trimmed === '') return
    await this.#try(async () => this.#keep(await this.#parts.client.api.hums.rename({ humId, name: trimmed.slice(0, 200) })))
  }

  async remove(humId: string): Promise<void> {
    await this.#try(async () => {
      await this.#parts.client.api.hums.remove({ humId })
      const index = this.hums.findIndex((hum) => hum.id === humId)
      this.hums = this.hums.filter((hum) => hum.id !== humId)
      if (this.currentId === humId) await this.open((this.hums[index] ?? this.hums[index - 1])?.id)
    })
  }

  /** Pulls the notes to a key and a grid; one step that can be undone. */
  async snap(snap: Snap): Promise<void> {
    const humId = this.currentId
    if (humId === undefined) return
    await this.#try(async () => {
      await this.#parts.editor.settled()
      const hum = await this.#parts.client.api.hums.snap({ humId, snap })
      this.#keep(hum)
      if (this.currentId === humId) this.#parts.editor.replace(hum.melody.notes)
    })
  }

  async render(options: { count?: number; prompt?: string; lanes?: Take['lanes']; freedom?: number; own?: Own } = {}): Promise<void> {
    const humId = this.currentId
    const { client, draft, editor, preferences } = this.#parts
    if (humId === undefined) return
    await this.enqueue(async () => {
      await Promise.all([draft.settled(), editor.settled()])
      const { jobId } = await client.api.takes.render({
        humId,
        prompt: options.prompt ?? draft.text,
        lanes: options.lanes ?? draft.lanes,
        freedom: options.freedom ?? draft.freedom,
        own: options.own ?? draft.own,
        count: options.count ?? preferences.settings.takesPerRender,
        seed: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
        ...(preferences.settings.voice === '' ? {} : { voice: preferences.settings.voice }),
      })
      return [jobId]
    })
  }

  /** Asks for takes of the open hum and follows the jobs that make them. Where one fails, the same can be asked once more. */
  async enqueue(ask: () => Promise<string[]>): Promise<void> {
    const humId = this.currentId
    if (humId === undefined) return
    await this.#try(async () => {
      const jobIds = await ask()
      for (const jobId of jobIds) this.#askAgain.set(jobId, () => void this.enqueue(ask))
      this.#activeIds = new Map([...this.#activeIds, ...jobIds.map((jobId) => [jobId, humId] as const)])
      this.jobs = (await this.#parts.client.api.jobs.list({})).filter(isRender)
    })
  }

  /** The pitch measured in a take, read once. */
  pitchTrackOf(takeId: string): Promise<PitchTrack | undefined> {
    const known = this.#pitchTracks.get(takeId)
    if (known !== undefined) return known
    // A drawing that cannot be had is no trouble worth a message.
    const asked = this.#parts.client.api.takes.pitchTrack({ takeId }).catch(() => undefined)
    this.#pitchTracks.set(takeId, asked)
    return asked
  }

  async cancel(jobId: string): Promise<void> {
    await this.#try(async () => this.#onJob(await this.#parts.client.api.jobs.cancel({ jobId })))
  }

  async setFavourite(takeId: string, isFavourite: boolean): Promise<void> {
    await this.#try(async () => {
      const take = await this.#parts.client.api.takes.setFavourite({ takeId, isFavourite })
      this.takes = this.takes.map((other) => (other.id === take.id ? take : other))
    })
  }

  async setNote(takeId: string, note: string): Promise<void> {
    await this.#try(async () => {
      const take = await this.#parts.client.api.takes.setNote({ takeId, note })
      this.takes = this.takes.map((other) => (other.id === take.id ? take : other))
    })
  }

  async removeTake(takeId: string): Promise<void> {
    await this.#try(async () => {
      await this.#parts.client.api.takes.remove({ takeId })
      this.takes = this.takes.filter((take) => take.id !== takeId)
    })
  }

  /** Writes a take as WAV in the format of the settings, its recipe inside; answers what to download. */
  saveWav(takeId: string): Promise<{ assetId: string; fileName: string } | undefined> {
    const { sampleRate, bits } = this.#parts.preferences.settings
    return this.#try(() => this.#parts.client.api.exports.take({ takeId, format: 'wav', sampleRate, bits }))
  }

  saveMidi(): Promise<{ assetId: string; fileName: string } | undefined> {
    return this.#try(async () => {
      await this.#parts.editor.settled()
      return this.currentId === undefined ? undefined : this.#parts.client.api.exports.midi({ humId: this.currentId })
    })
  }

  async #create(busy: string, make: () => Promise<Hum>): Promise<boolean> {
    this.busy = busy
    const hum = await this.#try(make)
    if (hum !== undefined) {
      this.#keep(hum)
      await this.open(hum.id)
      if (!this.#parts.preferences.settings.hasSeenWelcome) void this.#parts.preferences.change({ hasSeenWelcome: true })
      this.#parts.notices.say(libraryWords.notesFound(hum.melody.notes.length))
    }
    this.busy = ''
    return hum !== undefined
  }

  #keep(hum: Hum): void {
    const isKnown = this.hums.some((other) => other.id === hum.id)
    this.hums = isKnown ? this.hums.map((other) => (other.id === hum.id ? hum : other)) : [hum, ...this.hums]
  }

  /** Many edits in a row are one reason to read the list again. */
  #reloadHumsSoon(): void {
    clearTimeout(this.#reloadTimer)
    this.#reloadTimer = setTimeout(() => void this.#try(() => this.#loadHums()), RELOAD_PAUSE_MS)
  }

  async #loadHums(): Promise<void> {
    const hums = await this.#parts.client.api.hums.list({})
    this.hums = hums.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
  }

  async #loadTakes(): Promise<void> {
    const humId = this.currentId
    const takes = humId === undefined ? [] : await this.#parts.client.api.takes.list({ humId })
    if (humId === this.currentId) this.takes = takes
  }

  #onJob(job: Job): void {
    const before = this.jobs.find((other) => other.id === job.id)
    this.jobs = before ? this.jobs.map((other) => (other.id === job.id ? job : other)) : [job, ...this.jobs]
    if (job.results.length !== (before?.results.length ?? 0)) void this.#try(() => this.#loadTakes())
    if (before?.status === job.status) return
    if (job.status === 'succeeded') this.#parts.notices.say(libraryWords.takesReady(job.results.length))
    if (job.status === 'failed' && job.error !== null) {
      const { message, remedy } = sayError(job.error)
      this.#parts.notices.add('error', message, remedy, {
        label: libraryWords.tryAgain,
        run: this.#askAgain.get(job.id) ?? (() => void this.render()),
      })
    }
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (thrown) {
      this.#parts.notices.fail(thrown)
      return undefined
    }
  }
}
