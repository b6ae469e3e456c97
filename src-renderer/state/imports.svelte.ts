import type { MethodInput } from '#contract/api.ts'
import type { ImportFile, ImportReport } from '#contract/imports.ts'
import type { Client } from '#renderer/client/client.ts'
import { isReadable, readDrop, readPicked, type DroppedFile } from './dropped-files.ts'
import type { Notices } from './notices.svelte.ts'
import { importsWords as words } from './recording-strings.ts'

/** Where a file lies, on hosts that tell (the desktop window). */
export type PathOf = (file: File) => string

const FILES_A_PAGE = 500

const isUnderWay = ({ status }: ImportReport): boolean => status === 'listing' || status === 'running'

/** Files on their way into the library: what the engine reads, and what a browser hands over first. */
export class Imports {
  list = $state.raw<ImportReport[]>([])
  /** Files handed over so far, while they are. */
  handedOver = $state.raw<{ count: number; name: string } | null>(null)
  /** The import whose files are shown, and those of them that were not added. */
  shownId = $state<string>()
  files = $state.raw<ImportFile[]>([])
  readonly active = $derived(this.list.find(isUnderWay))
  /** The newest one, until it is put away. */
  readonly latest = $derived(this.active ?? this.list.find(({ id }) => !this.#putAway.has(id)))
  readonly shown = $derived(this.list.find(({ id }) => id === this.shownId))
  #putAway = $state.raw<ReadonlySet<string>>(new Set())
  readonly #client: Client
  readonly #notices: Notices
  readonly #pathOf: PathOf | undefined

  constructor(client: Client, notices: Notices, pathOf?: PathOf) {
    this.#client = client
    this.#notices = notices
    this.#pathOf = pathOf
    client.on('imports.changed', (report) => this.#keep(report))
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      const list = await this.#client.api.imports.list({})
      // What ended before this page was opened was seen before, unless it waits for somebody.
      this.#putAway = new Set(list.filter(({ status }) => status === 'succeeded').map(({ id }) => id))
      this.list = list
    })
  }

  async start(request: MethodInput<'imports.start'>): Promise<boolean> {
    return this.#try(async () => this.#keep(await this.#client.api.imports.start(request)))
  }

  /** Files and folders that were dropped. To be called in the drop's own event: later a browser forgets what was dropped. */
  async bringDropped(data: DataTransfer): Promise<void> {
    const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
    const paths = this.#pathOf === undefined ? [] : [...data.files].map(this.#pathOf).filter((path) => path !== '')
    if (paths.length > 0) await this.start({ paths })
    else if (entries.length > 0) await this.#handOver(readDrop(entries, words.loose))
    else await this.bringPicked(data.files)
  }

  async bringPicked(files: Iterable<File>): Promise<void> {
    await this.#handOver(readPicked(files, words.loose))
  }

  async cancel(importId: string): Promise<void> {
    await this.#try(async () => this.#keep(await this.#client.api.imports.cancel({ importId })))
  }

  async resume(importId: string): Promise<void> {
    await this.#try(async () => this.#keep(await this.#client.api.imports.resume({ importId })))
  }

  putAway(importId: string): void {
    this.#putAway = new Set([...this.#putAway, importId])
  }

  /** The files that were refused, each with its reason. */
  async show(importId: string | undefined): Promise<void> {
    this.shownId = importId
    this.files = []
    if (importId === undefined) return
    await this.#try(async () => {
      for (let offset = 0; ; offset += FILES_A_PAGE) {
        const page = await this.#client.api.imports.files({ importId, status: 'failed', offset, limit: FILES_A_PAGE })
        if (this.shownId !== importId) return
        this.files = [...this.files, ...page]
        if (page.length < FILES_A_PAGE) return
      }
    })
  }

  async #handOver(files: Iterable<DroppedFile> | AsyncIterable<DroppedFile>): Promise<void> {
    if (this.handedOver !== null) return this.#notices.add('info', words.stillHandingOver)
    await this.#try(async () => {
      const folders = new Set<string>()
      let parcelId: string | undefined
      let count = 0
      this.handedOver = { count, name: '' }
      for await (const { file, path } of files) {
        if (!isReadable(file.name)) continue
        this.handedOver = { count, name: file.name }
        const bytes = new Uint8Array(await file.arrayBuffer())
        const received = await this.#client.api.imports.receive({ path, bytes, ...(parcelId === undefined ? {} : { parcelId }) })
        parcelId = received.parcelId
        folders.add(received.folder)
        count++
      }
      if (count === 0) this.#notices.add('info', words.nothingReadable, words.readableHint)
      else this.#keep(await this.#client.api.imports.start({ paths: [...folders] }))
    })
    this.handedOver = null
  }

  #keep(report: ImportReport): void {
    const isKnown = this.list.some(({ id }) => id === report.id)
    this.list = isKnown ? this.list.map((other) => (other.id === report.id ? report : other)) : [report, ...this.list]
    if (this.shownId === report.id && this.files.length !== report.failedCount) void this.show(report.id)
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
