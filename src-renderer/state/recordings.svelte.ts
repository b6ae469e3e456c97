import type { MethodOutput } from '#contract/api.ts'
import type {
  LibraryChanges,
  LibraryEdit,
  LibraryQuery,
  LibrarySort,
  RecordingRow,
  RecordingSession,
  Rights,
  SliceRow,
} from '#contract/library.ts'
import type { Note } from '#contract/melody.ts'
import type { Client } from '#renderer/client/client.ts'
import type { Notices } from './notices.svelte.ts'
import { RowCache } from './row-cache.svelte.ts'
import { keepListed, NO_ROWS, type RowSelection } from './row-selection.ts'
import { recordingsWords as words } from './recording-strings.ts'

export type Unit = 'recordings' | 'slices'
export type Row = RecordingRow | SliceRow
export type Facets = MethodOutput<'library.facets'>

/** What a list by sound is near to. */
export type Likeness = { readonly prompt: string } | { readonly sliceId: string; readonly name: string }

export type Heard = { readonly assetId: string } | { readonly notes: readonly Note[] }

export const isSlice = (row: Row): row is SliceRow => 'recordingId' in row

/** While an import runs the library changes four times a second. */
const RELOAD_PAUSE_MS = 700
const WORDS_PAUSE_MS = 120
const MOST_ALIKE = 200

/** The library of recordings as the page shows it: one long order of row numbers, the rows in sight, what is chosen. */
export class Recordings {
  unit = $state<Unit>('recordings')
  /** Filters without the words. */
  query = $state.raw<LibraryQuery>({})
  words = $state('')
  likeness = $state.raw<Likeness>()
  sort = $state.raw<LibrarySort>({ by: 'added', isDescending: true })
  order = $state.raw<Int32Array>(new Int32Array())
  selection = $state.raw<RowSelection>(NO_ROWS)
  facets = $state.raw<Facets>()
  sessions = $state.raw<RecordingSession[]>([])
  rights = $state.raw<Rights[]>([])
  edits = $state.raw<LibraryEdit[]>([])
  isLoaded = $state(false)
  isSearching = $state(false)
  /** The recording whose page is open. */
  openId = $state<string>()
  /** How alike, by row number, in a list by sound. */
  similarities = $state.raw<ReadonlyMap<number, number>>(new Map())
  readonly cache: RowCache
  readonly isFiltered = $derived(this.words.trim() !== '' || this.likeness !== undefined || Object.keys(this.query).length > 0)
  readonly canUndo = $derived(this.edits.find(({ isUndone }) => !isUndone))
  readonly canRedo = $derived(this.edits.findLast(({ isUndone }) => isUndone))
  readonly #client: Client
  readonly #notices: Notices
  readonly #heard = new Map<string, Heard>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #request = 0

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    this.cache = new RowCache(client, (thrown) => notices.fail(thrown))
    client.on('library.changed', ({ kinds }) => {
      if (!kinds.includes('recordings') || !this.isLoaded) return
      this.cache.refresh()
      this.#heard.clear()
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        void this.load()
      }, RELOAD_PAUSE_MS)
    })
  }

  async load(): Promise<void> {
    await Promise.all([this.#find(), this.#loadFacts()])
  }

  setUnit(unit: Unit): void {
    if (unit === this.unit) return
    this.unit = unit
    this.likeness = undefined
    this.selection = NO_ROWS
    this.cache.clear(unit)
    void this.#find()
  }

  setQuery(query: LibraryQuery): void {
    this.query = query
    void this.#find()
  }

  setSort(by: LibrarySort['by']): void {
    this.sort = { by, isDescending: this.sort.by === by ? !this.sort.isDescending : by === 'added' || by === 'quality' }
    void this.#find()
  }

  /** Searches a moment after the last key. */
  write(text: string): void {
    this.words = text
    const request = ++this.#request
    setTimeout(() => {
      if (request === this.#request) void this.#find()
    }, WORDS_PAUSE_MS)
  }

  /** Slices nearest to what words say, or to a slice, instead of a list by words; undefined goes back. */
  async listAlike(likeness: Likeness | undefined): Promise<void> {
    this.likeness = likeness
    this.unit = likeness === undefined ? this.unit : 'slices'
    this.selection = NO_ROWS
    this.cache.clear(this.unit)
    await this.#find()
  }

  clearFilters(): void {
    this.words = ''
    this.likeness = undefined
    this.setQuery({})
  }

  /** Changes every chosen row, or the given ones; one step that can be taken back. */
  async edit(changes: LibraryChanges, seqs: readonly number[] = [...this.selection.seqs], unit: Unit = this.unit): Promise<boolean> {
    return this.#try(async () => {
      const edit = await this.#client.api.library.edit({ unit, selection: { seqs: [...seqs] }, changes })
      if (edit === null) return this.#notices.add('info', words.nothingChanged)
      this.#notices.add('info', words.edited(edit.label), '', { label: words.undo, run: () => void this.undo() })
      await this.#loadEdits()
    })
  }

  async undo(): Promise<void> {
    await this.#step(() => this.#client.api.library.undo({}), words.undone)
  }

  async redo(): Promise<void> {
    await this.#step(() => this.#client.api.library.redo({}), words.redone)
  }

  async remove(recordingIds: readonly string[]): Promise<void> {
    await this.#try(async () => {
      const { removed } = await this.#client.api.library.remove({ recordingIds: [...recordingIds] })
      this.#notices.say(words.removed(removed))
      if (this.openId !== undefined && recordingIds.includes(this.openId)) this.openId = undefined
      await this.load()
    })
  }

  /** What can be heard of a row: its sound as it is cleaned, or its notes. */
  async listenTo(row: Row): Promise<Heard | undefined> {
    const key = `${row.id} ${isSlice(row) ? '' : row.kind}`
    const known = this.#heard.get(key)
    if (known !== undefined) return known
    let heard: Heard | undefined
    await this.#try(async () => {
      const { library } = this.#client.api
      if (!isSlice(row) && row.kind === 'melody') {
        heard = { notes: (await library.recording({ recordingId: row.id })).melody?.notes ?? [] }
        return
      }
      const span = isSlice(row) ? { startSeconds: row.startSeconds, endSeconds: row.endSeconds } : {}
      const recordingId = isSlice(row) ? row.recordingId : row.id
      heard = { assetId: (await library.sound({ recordingId, ...span, cleaning: 'stored' })).assetId }
    })
    if (heard !== undefined) this.#heard.set(key, heard)
    return heard
  }

  /** The ids of chosen recordings; of slices, the recordings they belong to are not meant. */
  async chosenRecordings(): Promise<string[]> {
    const rows = await this.cache.fetch([...this.selection.seqs])
    return rows.filter((row) => !isSlice(row)).map(({ id }) => id)
  }

  /** Answers the id of a note of rights that says this, made where there is none. */
  async saveRights(rights: Omit<Rights, 'id'>): Promise<string | undefined> {
    const known = this.rights.find(
      ({ licence, holder, isShareable }) => licence === rights.licence && holder === rights.holder && isShareable === rights.isShareable,
    )
    if (known !== undefined) return known.id
    let id: string | undefined
    await this.#try(async () => {
      id = (await this.#client.api.library.saveRights(rights)).id
      this.rights = await this.#client.api.library.rights({})
    })
    return id
  }

  async saveSession(name: string): Promise<string | undefined> {
    const known = this.sessions.find((session) => session.name === name)
    if (known !== undefined) return known.id
    let id: string | undefined
    await this.#try(async () => {
      id = (await this.#client.api.library.saveSession({ name })).id
      this.sessions = await this.#client.api.library.sessions({})
    })
    return id
  }

  /** Measures what a search by sound needs; goes on in the background. */
  async embed(): Promise<void> {
    await this.#try(async () => {
      const { pending } = await this.#client.api.library.embed({})
      this.#notices.add('info', words.measuring(pending))
    })
  }

  async #step(ask: () => Promise<LibraryEdit | null>, say: (label: string) => string): Promise<void> {
    await this.#try(async () => {
      const edit = await ask()
      this.#notices.say(edit === null ? words.nothingToUndo : say(edit.label))
      await this.#loadEdits()
    })
  }

  async #find(): Promise<void> {
    const request = ++this.#request
    const { unit, likeness } = this
    const text = this.words.trim()
    const query = { ...this.query, ...(text === '' || likeness !== undefined ? {} : { words: text }) }
    this.isSearching = true
    await this.#try(async () => {
      const found = likeness === undefined ? await this.#findOrder(unit, query) : await this.#findAlike(likeness, query)
      if (request !== this.#request) return
      this.order = found.order
      this.similarities = found.similarities
      this.selection = keepListed(found.order, this.selection)
      this.isLoaded = true
    })
    if (request === this.#request) this.isSearching = false
  }

  async #findOrder(unit: Unit, query: LibraryQuery): Promise<{ order: Int32Array; similarities: ReadonlyMap<number, number> }> {
    const { seqs } = await this.#client.api.library.order({ unit, query, sort: this.sort })
    return { order: seqs, similarities: new Map() }
  }

  async #findAlike(likeness: Likeness, query: LibraryQuery): Promise<{ order: Int32Array; similarities: ReadonlyMap<number, number> }> {
    const to = 'prompt' in likeness ? { prompt: likeness.prompt } : { sliceId: likeness.sliceId }
    const found = await this.#client.api.library.similar({ to, query, limit: MOST_ALIKE })
    this.cache.put(found.map(({ row }) => row))
    return {
      order: Int32Array.from(found, ({ row }) => row.seq),
      similarities: new Map(found.map(({ row, similarity }) => [row.seq, similarity])),
    }
  }

  async #loadFacts(): Promise<void> {
    await this.#try(async () => {
      const { library } = this.#client.api
      const [facets, sessions, rights] = await Promise.all([library.facets({}), library.sessions({}), library.rights({})])
      this.facets = facets
      this.sessions = sessions
      this.rights = rights
      await this.#loadEdits()
    })
  }

  async #loadEdits(): Promise<void> {
    this.edits = await this.#client.api.library.edits({})
  }

  async #try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (thrown) {
      const isUnmeasured = typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'SIMILARITY_UNAVAILABLE'
      this.#notices.fail(thrown, isUnmeasured ? { label: words.measure, run: () => void this.embed() } : undefined)
      return false
    }
  }
}
