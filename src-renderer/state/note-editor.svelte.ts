import type { Articulation, Note } from '#contract/melody.ts'
import type { Client } from '#renderer/client/client.ts'
import {
  addNote,
  articulateNotes,
  loudenNotes,
  moveNotes,
  moveOnset,
  removeNotes,
  resizeNotes,
  setVelocities,
  slurNotes,
  splitNotes,
  type EditResult,
} from './note-edits.ts'
import type { Notices } from './notices.svelte.ts'

interface Moment {
  readonly notes: Note[]
  readonly selected: number[]
}

interface History {
  readonly undo: Moment[]
  readonly redo: Moment[]
}

const MOST_UNDO = 200

/** The notes of the open hum: selection, edits, undo. Every edit is stored at once. */
export class NoteEditor {
  notes = $state.raw<Note[]>([])
  selected = $state.raw<number[]>([])
  canUndo = $state(false)
  canRedo = $state(false)
  #humId: string | undefined
  readonly #histories = new Map<string, History>()
  #saving: Promise<void> = Promise.resolve()
  readonly #client: Client
  readonly #notices: Notices

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
  }

  open(humId: string | undefined, notes: readonly Note[]): void {
    this.#humId = humId
    this.notes = [...notes]
    this.selected = []
    this.#showHistory()
  }

  /** Takes over notes that the engine changed (such as a tidy-up), as one step that can be undone. */
  replace(notes: readonly Note[]): void {
    this.#remember()
    this.notes = [...notes]
    this.selected = []
  }

  select(indices: readonly number[]): void {
    this.selected = [...new Set(indices)].filter((index) => this.notes[index] !== undefined).sort((a, b) => a - b)
  }

  selectAll(): void {
    this.select(this.notes.map((_, index) => index))
  }

  /** Selects the note before or after; `isExtending` keeps what is selected. */
  step(by: 1 | -1, isExtending = false): void {
    if (this.notes.length === 0) return
    const edge = by > 0 ? this.selected.at(-1) : this.selected[0]
    const next = edge === undefined ? (by > 0 ? 0 : this.notes.length - 1) : Math.min(this.notes.length - 1, Math.max(0, edge + by))
    this.select(isExtending ? [...this.selected, next] : [next])
  }

  articulate(articulation: Articulation | undefined): void {
    this.#apply(articulateNotes(this.notes, this.selected, articulation))
  }

  /** Slurs the selected notes to those before them, or, where all of them are, bows them anew. */
  slur(): void {
    const areSlurred = this.selected.every((index) => this.notes[index]?.isSlurred === true)
    this.#apply(slurNotes(this.notes, this.selected, !areSlurred))
  }

  /** How loud notes are, 0..1, by their place in the list. */
  setLoudness(velocities: ReadonlyMap<number, number>): void {
    this.#apply({ ...setVelocities(this.notes, velocities), selected: this.selected })
  }

  /** The selected notes louder or softer. */
  louden(by: number): void {
    this.#apply(loudenNotes(this.notes, this.selected, by))
  }

  move(bySeconds: number, bySemitones: number): void {
    this.#apply(moveNotes(this.notes, this.selected, bySeconds, bySemitones))
  }

  resize(bySeconds: number): void {
    this.#apply(resizeNotes(this.notes, this.selected, bySeconds))
  }

  moveOnset(index: number, toSeconds: number): void {
    this.#apply(moveOnset(this.notes, index, toSeconds))
  }

  add(onsetSeconds: number, durationSeconds: number, pitch: number): void {
    this.#apply(addNote(this.notes, onsetSeconds, durationSeconds, pitch))
  }

  /** Adds a note after the selected one (or the last), as high and as long as that one. */
  addAfter(): void {
    const before = this.notes[this.selected.at(-1) ?? this.notes.length - 1]
    if (before === undefined) this.add(0, 0.5, 69)
    else this.add(before.onsetSeconds + before.durationSeconds, before.durationSeconds, before.pitch)
  }

  remove(): void {
    const first = this.selected[0]
    if (first === undefined) return
    this.#apply(removeNotes(this.notes, this.selected))
    this.select([Math.min(first, this.notes.length - 1)])
  }

  split(): void {
    this.#apply(splitNotes(this.notes, this.selected))
  }

  undo(): void {
    this.#travel('undo', 'redo')
  }

  redo(): void {
    this.#travel('redo', 'undo')
  }

  /** Resolves when every edit so far is stored. */
  settled(): Promise<void> {
    return this.#saving
  }

  #history(): History {
    const id = this.#humId ?? ''
    const found = this.#histories.get(id) ?? { undo: [], redo: [] }
    this.#histories.set(id, found)
    return found
  }

  #showHistory(): void {
    const { undo, redo } = this.#history()
    this.canUndo = undo.length > 0
    this.canRedo = redo.length > 0
  }

  #remember(): void {
    const history = this.#history()
    history.undo.push({ notes: this.notes, selected: this.selected })
    if (history.undo.length > MOST_UNDO) history.undo.shift()
    history.redo.length = 0
    this.#showHistory()
  }

  #apply({ notes, selected }: EditResult): void {
    if (JSON.stringify(notes) === JSON.stringify(this.notes)) {
      this.select(selected)
      return
    }
    this.#remember()
    this.notes = notes
    this.select(selected)
    this.#save()
  }

  #travel(from: 'undo' | 'redo', to: 'undo' | 'redo'): void {
    const history = this.#history()
    const moment = history[from].pop()
    if (moment === undefined) return
    history[to].push({ notes: this.notes, selected: this.selected })
    this.notes = moment.notes
    this.select(moment.selected)
    this.#showHistory()
    this.#save()
  }

  #save(): void {
    const humId = this.#humId
    if (humId === undefined) return
    const notes = this.notes
    // Sent at once: an edit that waits for the answer to the one before it would be lost with the window. Calls keep their order.
    const stored = this.#client.api.hums.setNotes({ humId, notes }).then(
      () => undefined,
      (thrown: unknown) => this.#notices.fail(thrown),
    )
    this.#saving = Promise.all([this.#saving, stored]).then(() => undefined)
  }
}
