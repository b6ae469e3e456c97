import type { MethodOutput } from '#contract/api.ts'
import type { ImportReport } from '#contract/imports.ts'
import type { SourceFilter, SourceReport, SourceScan, SourceScanning } from '#contract/sources.ts'
import type { Client } from '#renderer/client/client.ts'
import { describeFailure } from './describe-failure.ts'
import type { Notices } from './notices.svelte.ts'

type SourceKinds = MethodOutput<'sources.kinds'>

const SHOWN_ITEMS = 200

/** Copies of public data sets on this computer: what each is, what a filter finds in it, and its import. */
export class Sources {
  kinds = $state.raw<SourceKinds>([])
  list = $state.raw<SourceReport[]>([])
  openId = $state<string>()
  scan = $state.raw<SourceScan>()
  /** How far the scan under way is. */
  scanning = $state.raw<SourceScanning>()
  /** Ids of the items that are to be imported; all that match where none are chosen. */
  chosen = $state.raw<ReadonlySet<string>>(new Set())
  isAdding = $state(false)
  isLoaded = $state(false)
  /** The import that was started here last. */
  import = $state.raw<ImportReport>()
  readonly open = $derived(this.list.find(({ id }) => id === this.openId))
  readonly #client: Client
  readonly #notices: Notices

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    client.on('sources.scanning', (step) => {
      if (this.scanning !== undefined && step.sourceId === this.openId) this.scanning = step
    })
    client.on('imports.changed', (report) => {
      if (report.id === this.import?.id) this.import = report
    })
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      const { sources } = this.#client.api
      ;[this.kinds, this.list] = await Promise.all([sources.kinds({}), sources.list({})])
      this.isLoaded = true
      if (this.open === undefined) this.choose(this.list[0]?.id)
    })
  }

  choose(sourceId: string | undefined): void {
    if (this.openId === sourceId) return
    void this.stop()
    this.openId = sourceId
    this.scan = undefined
    this.chosen = new Set()
  }

  async add(path: string, kind: string): Promise<boolean> {
    this.isAdding = true
    const isAdded = await this.#try(async () => {
      const added = await this.#client.api.sources.add({ path, ...(kind === '' ? {} : { kind }) })
      this.list = [...this.list.filter(({ id }) => id !== added.id), added]
      this.choose(added.id)
    })
    this.isAdding = false
    return isAdded
  }

  /** Forgets where a copy lies; the copy and what was imported stay. */
  async remove(sourceId: string): Promise<void> {
    await this.#try(async () => {
      await this.#client.api.sources.remove({ sourceId })
      this.list = this.list.filter(({ id }) => id !== sourceId)
      if (this.openId === sourceId) this.choose(this.list[0]?.id)
    })
  }

  async look(filter: SourceFilter): Promise<void> {
    const sourceId = this.openId
    if (sourceId === undefined) return
    const step = { sourceId, share: 0, message: '' }
    this.scanning = step
    this.scan = undefined
    this.chosen = new Set()
    try {
      const scan = await this.#client.api.sources.scan({ sourceId, filter, limit: SHOWN_ITEMS })
      if (this.openId === sourceId) this.scan = scan
    } catch (thrown) {
      // Ended by hand, or by looking anew.
      if (describeFailure(thrown).code !== 'JOB_INTERRUPTED') this.#notices.fail(thrown)
    }
    if (this.openId === sourceId) this.scanning = undefined
  }

  async stop(): Promise<void> {
    const sourceId = this.scanning?.sourceId
    this.scanning = undefined
    if (sourceId !== undefined) await this.#try(() => this.#client.api.sources.stop({ sourceId }))
  }

  toggle(itemId: string): void {
    const chosen = new Set(this.chosen)
    if (!chosen.delete(itemId)) chosen.add(itemId)
    this.chosen = chosen
  }

  chooseItems(ids: readonly string[]): void {
    this.chosen = new Set(ids)
  }

  /** Imports the chosen items, or all that the filter finds. */
  async bringIn(filter: SourceFilter): Promise<void> {
    const sourceId = this.openId
    if (sourceId === undefined) return
    const itemIds = [...this.chosen]
    await this.#try(async () => {
      this.import = await this.#client.api.sources.import({ sourceId, filter, ...(itemIds.length === 0 ? {} : { itemIds }) })
    })
  }

  async cancelImport(): Promise<void> {
    const importId = this.import?.id
    if (importId === undefined) return
    await this.#try(async () => (this.import = await this.#client.api.imports.cancel({ importId })))
  }

  async resumeImport(): Promise<void> {
    const importId = this.import?.id
    if (importId === undefined) return
    await this.#try(async () => (this.import = await this.#client.api.imports.resume({ importId })))
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
