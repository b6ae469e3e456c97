import type { MethodOutput } from '#contract/api.ts'
import type { Dataset } from '#contract/datasets.ts'
import type { LibraryQuery, RecordingSession } from '#contract/library.ts'
import type { Client } from '#renderer/client/client.ts'
import type { Notices } from './notices.svelte.ts'
import { datasetWords as words } from './dataset-strings.ts'

export type DatasetItems = MethodOutput<'datasets.items'>
export type LibraryFacets = MethodOutput<'library.facets'>
export type DatasetFormat = 'audiocraft' | 'zip'

const COUNT_PAUSE_MS = 150
const ITEMS_A_PAGE = 100

/** The data sets, the one that is open with its items, and how much its filter finds while it is changed. */
export class Datasets {
  list = $state.raw<Dataset[]>([])
  openId = $state<string>()
  items = $state.raw<DatasetItems>([])
  hasMoreItems = $state(false)
  /** How many slices of the open one are encoded for training. */
  tokens = $state.raw<MethodOutput<'datasets.tokens'>>()
  facets = $state.raw<LibraryFacets>()
  sessions = $state.raw<RecordingSession[]>([])
  /** Slices that the filter being edited finds; null while it is counted. */
  liveCount = $state<number | null>(null)
  isLoaded = $state(false)
  /** What is being done, in words, or ''. */
  busy = $state('')
  readonly open = $derived(this.list.find(({ id }) => id === this.openId))
  #isShown = false
  #countTimer: ReturnType<typeof setTimeout> | undefined
  #countRequest = 0
  readonly #client: Client
  readonly #notices: Notices

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    client.on('library.changed', ({ kinds }) => {
      if (this.#isShown && kinds.includes('datasets')) void this.#try(() => this.#loadList())
    })
  }

  /** The page is looked at: what it shows is read, and kept up to date until it is left. */
  async show(): Promise<void> {
    this.#isShown = true
    await this.#try(async () => {
      const { library } = this.#client.api
      const [facets, sessions] = await Promise.all([library.facets({}), library.sessions({}), this.#loadList()])
      this.facets = facets
      this.sessions = sessions
      this.isLoaded = true
      await this.choose(this.open?.id ?? this.list[0]?.id)
    })
  }

  leave(): void {
    this.#isShown = false
  }

  async choose(datasetId: string | undefined): Promise<void> {
    this.openId = datasetId
    this.items = []
    this.hasMoreItems = false
    this.tokens = undefined
    if (datasetId === undefined) return
    await this.#try(async () => {
      this.#keep(await this.#client.api.datasets.get({ datasetId }))
      await this.loadItems()
    })
  }

  /** The next page of what is in it. */
  async loadItems(): Promise<void> {
    const datasetId = this.openId
    if (datasetId === undefined || this.open?.build === null) return
    const offset = this.items.length
    const page = await this.#client.api.datasets.items({ datasetId, offset, limit: ITEMS_A_PAGE })
    if (offset === 0) this.tokens = await this.#client.api.datasets.tokens({ datasetId })
    if (datasetId !== this.openId || offset !== this.items.length) return
    this.items = [...this.items, ...page]
    this.hasMoreItems = page.length === ITEMS_A_PAGE
  }

  /** Counts what a filter finds, a moment after it was last changed. */
  count(query: LibraryQuery): void {
    clearTimeout(this.#countTimer)
    const request = ++this.#countRequest
    this.#countTimer = setTimeout(() => {
      void this.#try(async () => {
        const { total } = await this.#client.api.library.search({ unit: 'slices', query: { isKept: true, ...query }, limit: 1 })
        if (request === this.#countRequest) this.liveCount = total
      })
    }, COUNT_PAUSE_MS)
  }

  async create(name: string): Promise<void> {
    await this.#try(async () => {
      const made = await this.#client.api.datasets.create({ name })
      this.#keep(made)
      await this.choose(made.id)
    })
  }

  async update(changes: { name?: string; query?: LibraryQuery; split?: Dataset['split'] }): Promise<void> {
    const datasetId = this.openId
    if (datasetId === undefined) return
    await this.#try(async () => this.#keep(await this.#client.api.datasets.update({ datasetId, ...changes })))
  }

  async build(): Promise<void> {
    const datasetId = this.openId
    if (datasetId === undefined) return
    await this.#work(words.building, async () => {
      this.#keep(await this.#client.api.datasets.build({ datasetId }))
      this.items = []
      await this.loadItems()
      this.#notices.say(words.built)
    })
  }

  async export(path: string, format: DatasetFormat): Promise<void> {
    const datasetId = this.openId
    if (datasetId === undefined) return
    await this.#work(words.exporting, async () => {
      const written = await this.#client.api.datasets.export({ datasetId, path, format })
      this.#notices.add('info', words.exported(written.fileCount), written.path)
    })
  }

  async openArchive(path: string): Promise<boolean> {
    return this.#work(words.opening, async () => {
      const opened = await this.#client.api.datasets.open({ path })
      this.#keep(opened)
      await this.choose(opened.id)
    })
  }

  async remove(datasetId: string): Promise<void> {
    await this.#try(async () => {
      await this.#client.api.datasets.remove({ datasetId })
      this.list = this.list.filter(({ id }) => id !== datasetId)
      if (this.openId === datasetId) await this.choose(this.list[0]?.id)
    })
  }

  /** A caption's tokens; undefined where the tokenizer is not installed: then there is nothing to show. */
  async tokensOf(text: string): Promise<MethodOutput<'prompts.tokens'> | undefined> {
    return this.#client.api.prompts.tokens({ text }).catch(() => undefined)
  }

  async #loadList(): Promise<void> {
    const list = await this.#client.api.datasets.list({})
    // A list does not look whether the library has changed; what was found out about the open one stays.
    this.list = list.map((row) => {
      const known = this.list.find(({ id }) => id === row.id)
      const isSame = known?.build?.contentHash === row.build?.contentHash && known?.build?.isOutdated === true
      return isSame && row.build !== null ? { ...row, build: { ...row.build, isOutdated: true } } : row
    })
  }

  #keep(dataset: Dataset): void {
    const isKnown = this.list.some(({ id }) => id === dataset.id)
    this.list = isKnown ? this.list.map((other) => (other.id === dataset.id ? dataset : other)) : [dataset, ...this.list]
  }

  async #work(busy: string, work: () => Promise<unknown>): Promise<boolean> {
    this.busy = busy
    const isDone = await this.#try(work)
    this.busy = ''
    return isDone
  }

  async #try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (thrown) {
      this.#notices.fail(thrown)
      return false
    }
  }
}
