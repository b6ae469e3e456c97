import type { Settings, Take } from '#contract/api.ts'
import type { Clip, MetreChange, Project, Source } from '#contract/project.ts'
import type { ProjectFormat, ProjectSummary, ProjectTemplate, SavedFile } from '#contract/project-methods.ts'
import { DEFAULT_OWN } from '#contract/recipe.ts'
import { easeOwnPlaying } from '#music/own-playing.ts'
import * as clipEdits from '#arrangement/clip-edits.ts'
import { type Grid, snapSeconds } from '#arrangement/grid.ts'
import { commit, endGesture, type History, redo, startHistory, undo } from '#arrangement/history.ts'
import { followTempo, setMetre, setTempo } from '#arrangement/time-edits.ts'
import { addTrack, changeTrack } from '#arrangement/track-edits.ts'
import type { Client } from '#renderer/client/client.ts'
import { libraryWords } from './strings.ts'
import type { Notices } from './notices.svelte.ts'
import type { Preferences } from './preferences.svelte.ts'

const SAVE_PAUSE_MS = 400

interface Parts {
  readonly client: Client
  readonly notices: Notices
  /** How sound files are written. */
  readonly preferences: Preferences
}

/** Where in its hum a take begins: the silence before the first note is cut away when it is played. */
const leadOf = ({ notes, recipe }: Source): number => {
  const played = notes[0]
  const sung = recipe === null ? undefined : easeOwnPlaying(recipe.notes, recipe.own ?? DEFAULT_OWN)[0]
  return played === undefined || sung === undefined ? 0 : sung.onsetSeconds - played.onsetSeconds
}

/** A place on the track that has a name; the track is made where there is none. */
interface NamedPlace {
  readonly atSeconds: number
  readonly trackName: string
}

const createId = (kind: string): string => `${kind}-${crypto.randomUUID().slice(0, 13)}`

/** The arrangement that is open: every edit goes through here, can be undone, and is saved by itself. */
export class Arrangement {
  projects = $state.raw<ProjectSummary[]>([])
  projectId = $state<string>()
  #history = $state.raw<History | undefined>()
  readonly project = $derived(this.#history?.present)
  readonly canUndo = $derived((this.#history?.past.length ?? 0) > 0)
  readonly canRedo = $derived((this.#history?.future.length ?? 0) > 0)
  selectedIds = $state.raw<readonly string[]>([])
  readonly selected = $derived(this.project?.clips.filter(({ id }) => this.selectedIds.includes(id)) ?? [])
  trackId = $state<string>()
  grid = $state<Grid>('beat')
  /** What is being done, in words, or ''. */
  busy = $state('')
  isSaved = $state(true)
  #clipboard: readonly Clip[] = []
  #saveTimer: ReturnType<typeof setTimeout> | undefined
  #saving: Promise<unknown> = Promise.resolve()
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
    parts.client.on('library.changed', ({ kinds }) => {
      if (kinds.includes('projects')) void this.#try(async () => void (this.projects = await parts.client.api.projects.list({})))
    })
    // A page that is left saves at once what would have been saved in a moment.
    globalThis.addEventListener?.('pagehide', () => void this.settled())
    globalThis.document?.addEventListener('visibilitychange', () => document.hidden && void this.settled())
    parts.client.onConnection((isOpen) => {
      if (isOpen && !this.isSaved) this.#saveSoon()
    })
  }

  /** Opens the arrangement worked on last, or makes a first one. */
  async load(): Promise<void> {
    if (this.project !== undefined) return
    await this.#try(async () => {
      this.projects = await this.#parts.client.api.projects.list({})
      const [first] = this.projects
      if (first === undefined) await this.create()
      else await this.open(first.id)
    })
  }

  async open(projectId: string): Promise<void> {
    await this.settled()
    await this.#try(async () => {
      const { project } = await this.#parts.client.api.projects.get({ projectId })
      this.#show(projectId, project)
    })
  }

  /** Begins a new arrangement, from a template or like another one. */
  async create(from: { template?: ProjectTemplate; likeProjectId?: string } = {}): Promise<void> {
    await this.settled()
    await this.#try(async () => {
      const made = await this.#parts.client.api.projects.create(from)
      this.#show(made.id, made.project)
    })
  }

  rename(title: string): void {
    const name = title.trim().slice(0, 200)
    if (name !== '') this.edit((project) => (project.title === name ? project : { ...project, title: name }))
  }

  async remove(projectId: string): Promise<void> {
    await this.settled()
    await this.#try(async () => {
      await this.#parts.client.api.projects.remove({ projectId })
      this.projects = await this.#parts.client.api.projects.list({})
      if (projectId !== this.projectId) return
      this.#history = undefined
      await this.load()
    })
  }

  /** Keeps an edit; edits with the same gesture are one step of undo. */
  edit(change: (project: Project) => Project, gesture = ''): void {
    const history = this.#history
    if (history === undefined) return
    const next = commit(history, change(history.present), gesture)
    if (next === history) return
    this.#history = next
    this.#saveSoon()
  }

  endGesture(): void {
    if (this.#history !== undefined) this.#history = endGesture(this.#history)
  }

  /** Bars stay where they are on the page: clips and markers move with them. */
  setTempo(atTicks: number, bpm: number): void {
    if (bpm > 0) this.edit((project) => followTempo(setTempo(project, { atTicks, bpm }), project.tempo))
  }

  setMetre(atTicks: number, beats: number, unit: MetreChange['unit']): void {
    if (beats >= 1 && beats <= 32) this.edit((project) => setMetre(project, { atTicks, beats: Math.round(beats), unit }))
  }

  undo(): void {
    this.#step(undo)
  }

  redo(): void {
    this.#step(redo)
  }

  select(ids: readonly string[], isAdded = false): void {
    this.selectedIds = isAdded ? [...new Set([...this.selectedIds, ...ids])] : ids
    const track = this.project?.clips.find(({ id }) => id === ids.at(-1))?.trackId
    if (track !== undefined) this.trackId = track
  }

  snap(seconds: number): number {
    return this.project === undefined ? Math.max(0, seconds) : snapSeconds(this.project, seconds, this.grid)
  }

  addTrack(name: string): string {
    const id = createId('track')
    this.edit((project) => addTrack(project, { id, name }))
    this.trackId = id
    return id
  }

  /** Places a take of the library at a place, on the chosen track or the first one; for the takes' screen as well. */
  async addTake(takeId: string, atSeconds: number): Promise<boolean> {
    await this.load()
    const source = await this.#try(() => this.#parts.client.api.projects.sourceOfTake({ takeId }))
    if (source !== undefined) this.place(source, atSeconds, this.trackId)
    return source !== undefined
  }

  /** Where a hum's first moment lies on the timeline, by its first clip; undefined where it has none. */
  findHum(humId: string): { startSeconds: number; trackId: string } | undefined {
    const clip = this.project?.clips.find((one) => one.sourceId === humId && !one.isReversed)
    return clip === undefined ? undefined : { startSeconds: Math.max(0, clip.startSeconds - clip.offsetSeconds), trackId: clip.trackId }
  }

  /** Places what was hummed where it was sung, on the track of that name. */
  async addHum(humId: string, place: NamedPlace): Promise<boolean> {
    const source = await this.#try(() => this.#parts.client.api.projects.sourceOfHum({ humId }))
    if (source !== undefined) this.#placeOnNamed(source, place)
    return source !== undefined
  }

  /** Places a take where its hum was sung, on another track than the hum's, which falls silent; without a hum, at the place given. */
  async addTakeWhereSung(take: Pick<Take, 'id' | 'humId'>, elseAtSeconds: number): Promise<boolean> {
    const sung = this.findHum(take.humId)
    if (sung === undefined) return this.addTake(take.id, elseAtSeconds)
    const source = await this.#try(() => this.#parts.client.api.projects.sourceOfTake({ takeId: take.id }))
    if (source === undefined) return false
    const chosen = this.trackId === sung.trackId ? undefined : this.trackId
    const other = this.project?.tracks.find(({ id }) => id !== sung.trackId)?.id
    const gesture = createId('place')
    this.edit((project) => changeTrack(project, sung.trackId, { isMuted: true }), gesture)
    this.place(source, Math.max(0, sung.startSeconds + leadOf(source)), chosen ?? other, gesture)
    this.endGesture()
    return true
  }

  /** Opens a bundle as an arrangement of its own; any other file is sound for the one that is open. */
  async bringIn(file: File): Promise<void> {
    if (file.name.toLowerCase().endsWith('.fiddlehead')) await this.#openBundle(file)
    else await this.addFile(file, { atSeconds: 0 })
  }

  /** Brings a sound file in, on a track of its own or on the one of that name. */
  async addFile(file: File, { atSeconds, trackName }: Partial<NamedPlace>): Promise<void> {
    const projectId = this.projectId
    if (projectId === undefined) return
    this.busy = libraryWords.readingSound(file.name)
    const source = await this.#try(async () => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      return this.#parts.client.api.projects.importSound({ projectId, fileName: file.name, bytes })
    })
    this.busy = ''
    if (source === undefined || projectId !== this.projectId) return
    if (trackName === undefined) this.place(source, atSeconds ?? 0, undefined)
    else this.#placeOnNamed(source, { atSeconds: atSeconds ?? 0, trackName })
  }

  #placeOnNamed(source: Source, { atSeconds, trackName }: NamedPlace): void {
    const gesture = createId('place')
    const known = this.project?.tracks.find(({ name }) => name === trackName)
    const id = known?.id ?? createId('track')
    this.edit((project) => (known === undefined ? addTrack(project, { id, name: trackName }) : changeTrack(project, id, { isMuted: false })), gesture) // prettier-ignore
    this.place(source, atSeconds, id, gesture)
    this.endGesture()
  }

  async #openBundle(file: File): Promise<void> {
    await this.settled()
    await this.#try(async () => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const opened = await this.#parts.client.api.projects.importBundle({ fileName: file.name, bytes })
      this.#show(opened.id, opened.project)
    })
  }

  place(source: Source, atSeconds: number, trackId: string | undefined, gesture = ''): void {
    const id = createId('clip')
    this.edit((project) => {
      const track = project.tracks.find((one) => one.id === trackId)
      const newTrackId = createId('track')
      const ready = track === undefined ? addTrack(project, { id: newTrackId, name: source.name }) : project
      return clipEdits.addClip(ready, { id, trackId: track?.id ?? newTrackId, source, startSeconds: atSeconds })
    }, gesture)
    this.select([id])
  }

  removeSelected(): void {
    this.edit((project) => clipEdits.removeClips(project, this.selectedIds))
    this.selectedIds = []
  }

  splitSelected(atSeconds: number): void {
    const ids = this.selectedIds.length > 0 ? this.selectedIds : (this.project?.clips.map(({ id }) => id) ?? [])
    this.edit((project) => clipEdits.splitClips(project, ids, atSeconds, () => createId('clip')))
  }

  duplicateSelected(): void {
    this.edit((project) => {
      const copied = clipEdits.duplicateClips(project, this.selectedIds, () => createId('clip'))
      if (copied.ids.length > 0) queueMicrotask(() => this.select(copied.ids))
      return copied.project
    })
  }

  copy(): void {
    this.#clipboard = this.selected
  }

  paste(atSeconds: number): void {
    const clips = this.#clipboard
    const first = Math.min(...clips.map(({ startSeconds }) => startSeconds))
    const added = clips.map((clip) => ({ ...clip, id: createId('clip'), startSeconds: clip.startSeconds - first + atSeconds }))
    this.edit((project) => {
      const tracks = new Set(project.tracks.map(({ id }) => id))
      const fitting = added.filter(({ trackId }) => tracks.has(trackId))
      return fitting.length === 0 ? project : { ...project, clips: [...project.clips, ...fitting] }
    })
    this.select(added.map(({ id }) => id))
  }

  /** Writes the arrangement for another program; answers what to download. */
  async export(format: ProjectFormat, busy: string): Promise<SavedFile | undefined> {
    const projectId = this.projectId
    if (projectId === undefined) return undefined
    await this.settled()
    this.busy = busy
    const saved = await this.#try(() => this.#parts.client.api.exports.project({ projectId, format, ...this.#soundFormat() }))
    this.busy = ''
    return saved
  }

  /** The chosen clips as one sound file. */
  async exportSelected(): Promise<SavedFile | undefined> {
    const { projectId, selected } = this
    if (projectId === undefined || selected.length === 0) return undefined
    await this.settled()
    const range = {
      startSeconds: Math.min(...selected.map(({ startSeconds }) => startSeconds)),
      endSeconds: Math.max(...selected.map(clipEdits.clipEndSeconds)),
    }
    const clipIds = selected.map(({ id }) => id)
    return this.#try(() => this.#parts.client.api.exports.project({ projectId, format: 'wav', range, clipIds, ...this.#soundFormat() }))
  }

  #soundFormat(): Pick<Settings, 'sampleRate' | 'bits'> {
    const { sampleRate, bits } = this.#parts.preferences.settings
    return { sampleRate, bits }
  }

  /** Resolves once everything is stored. */
  async settled(): Promise<void> {
    if (this.#saveTimer !== undefined) {
      clearTimeout(this.#saveTimer)
      this.#save()
    }
    await this.#saving
  }

  #show(projectId: string, project: Project): void {
    this.projectId = projectId
    this.#history = startHistory(project)
    this.selectedIds = []
    this.trackId = project.tracks[0]?.id
    this.isSaved = true
  }

  #step(step: (history: History) => History): void {
    if (this.#history === undefined) return
    const next = step(this.#history)
    if (next === this.#history) return
    this.#history = next
    const ids = new Set(next.present.clips.map(({ id }) => id))
    this.selectedIds = this.selectedIds.filter((id) => ids.has(id))
    this.#saveSoon()
  }

  #saveSoon(): void {
    this.isSaved = false
    clearTimeout(this.#saveTimer)
    this.#saveTimer = setTimeout(() => this.#save(), SAVE_PAUSE_MS)
  }

  /** One save after the other, each of the newest state. */
  #save(): void {
    this.#saveTimer = undefined
    this.#saving = this.#saving.then(async () => {
      const { project, projectId } = this
      if (project === undefined || projectId === undefined) return
      await this.#try(async () => {
        await this.#parts.client.api.projects.save({ projectId, project })
        if (this.project === project) this.isSaved = true
      })
    })
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
