import { type Articulation, VIOLIN_HIGHEST, VIOLIN_LOWEST, type Note } from '#contract/melody.ts'

/** Pure edits of a melody. Every function answers a new list that is in order and disjoint; the notes given stay as they are. */

/** Shorter than this a note cannot be heard as one. */
export const SHORTEST_NOTE_SECONDS = 0.04
/** A note of MIDI with velocity 0 would be none. */
const SOFTEST = 0.01

const endOf = (note: Note): number => note.onsetSeconds + note.durationSeconds
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** The notes with their new places in the list, so that a selection can follow them. */
export interface EditResult {
  readonly notes: Note[]
  readonly selected: number[]
}

/** Puts notes in order and makes room for the winners: what lies under them is trimmed, or removed when nothing audible is left. */
export const settleNotes = (notes: readonly Note[], winners: ReadonlySet<number>): EditResult => {
  const order = notes
    .map((note, index) => ({ note, isWinner: winners.has(index) }))
    .sort((a, b) => a.note.onsetSeconds - b.note.onsetSeconds)
  let placed: { note: Note; isWinner: boolean }[] = []
  const add = (entry: { note: Note; isWinner: boolean }): void => {
    let { note } = entry
    const next: typeof placed = []
    for (const other of placed) {
      const isOverlapping = endOf(other.note) > note.onsetSeconds + 1e-9 && other.note.onsetSeconds < endOf(note) - 1e-9
      if (!isOverlapping) next.push(other)
      else if (other.isWinner && !entry.isWinner) {
        const onsetSeconds = Math.max(note.onsetSeconds, endOf(other.note))
        note = { ...note, onsetSeconds, durationSeconds: endOf(note) - onsetSeconds }
        next.push(other)
      } else {
        const durationSeconds = note.onsetSeconds - other.note.onsetSeconds
        if (durationSeconds >= SHORTEST_NOTE_SECONDS) next.push({ ...other, note: { ...other.note, durationSeconds } })
        else if (other.isWinner && entry.isWinner) {
          const onsetSeconds = endOf(other.note)
          note = { ...note, onsetSeconds, durationSeconds: endOf(note) - onsetSeconds }
          next.push(other)
        }
      }
    }
    if (note.durationSeconds >= SHORTEST_NOTE_SECONDS - 1e-9) next.push({ ...entry, note })
    placed = next.sort((a, b) => a.note.onsetSeconds - b.note.onsetSeconds)
  }
  for (const entry of order) add(entry)
  return { notes: placed.map(({ note }) => note), selected: placed.flatMap(({ isWinner }, index) => (isWinner ? [index] : [])) }
}

const editSelected = (notes: readonly Note[], selected: readonly number[], edit: (note: Note) => Note): EditResult => {
  const chosen = new Set(selected)
  return settleNotes(
    notes.map((note, index) => (chosen.has(index) ? edit(note) : note)),
    chosen,
  )
}

/** Moves notes by seconds and semitones (fractions are cents), never before the start nor out of the violin's range. */
export const moveNotes = (notes: readonly Note[], selected: readonly number[], bySeconds: number, bySemitones: number): EditResult => {
  const chosen = selected.flatMap((index) => notes[index] ?? [])
  if (chosen.length === 0) return { notes: [...notes], selected: [] }
  const earliest = Math.min(...chosen.map((note) => note.onsetSeconds))
  const lowest = Math.min(...chosen.map((note) => note.pitch))
  const highest = Math.max(...chosen.map((note) => note.pitch))
  const seconds = Math.max(bySeconds, -earliest)
  const floor = Math.min(0, VIOLIN_LOWEST - lowest)
  const ceiling = Math.max(0, VIOLIN_HIGHEST - highest)
  const semitones = clamp(bySemitones, floor, ceiling)
  return editSelected(notes, selected, (note) => ({
    ...note,
    onsetSeconds: Math.max(0, note.onsetSeconds + seconds),
    pitch: note.pitch + semitones,
  }))
}

/** Makes notes longer or shorter at their end. */
export const resizeNotes = (notes: readonly Note[], selected: readonly number[], bySeconds: number): EditResult =>
  editSelected(notes, selected, (note) => ({ ...note, durationSeconds: Math.max(SHORTEST_NOTE_SECONDS, note.durationSeconds + bySeconds) }))

/** Moves the beginning of a note; its end stays. */
export const moveOnset = (notes: readonly Note[], index: number, toSeconds: number): EditResult =>
  editSelected(notes, [index], (note) => {
    const onsetSeconds = clamp(toSeconds, 0, endOf(note) - SHORTEST_NOTE_SECONDS)
    return { ...note, onsetSeconds, durationSeconds: endOf(note) - onsetSeconds }
  })

/** How notes are bowed; undefined gives them back to the articulation of the whole. */
export const articulateNotes = (notes: readonly Note[], selected: readonly number[], articulation: Articulation | undefined): EditResult =>
  editSelected(notes, selected, ({ articulation: _before, ...note }) => (articulation === undefined ? note : { ...note, articulation }))

/** Slurs notes to the one before each, or bows them anew. */
export const slurNotes = (notes: readonly Note[], selected: readonly number[], isSlurred: boolean): EditResult =>
  editSelected(notes, selected, (note) => ({ ...note, isSlurred }))

/** How loud single notes are, by their place in the list; the notes are those that are selected afterwards. */
export const setVelocities = (notes: readonly Note[], velocities: ReadonlyMap<number, number>): EditResult => ({
  notes: notes.map((note, index) => {
    const velocity = velocities.get(index)
    return velocity === undefined ? note : { ...note, velocity: Math.round(clamp(velocity, SOFTEST, 1) * 1000) / 1000 }
  }),
  selected: [...velocities.keys()].filter((index) => notes[index] !== undefined),
})

/** Makes notes louder or softer by so much, from 0 to 1. */
export const loudenNotes = (notes: readonly Note[], selected: readonly number[], by: number): EditResult =>
  setVelocities(notes, new Map(selected.map((index) => [index, (notes[index]?.velocity ?? 0) + by])))

export const addNote = (notes: readonly Note[], onsetSeconds: number, durationSeconds: number, pitch: number): EditResult => {
  const note: Note = {
    onsetSeconds: Math.max(0, onsetSeconds),
    durationSeconds: Math.max(SHORTEST_NOTE_SECONDS, durationSeconds),
    pitch: clamp(pitch, VIOLIN_LOWEST, VIOLIN_HIGHEST),
    velocity: 0.7,
    confidence: 1,
  }
  return settleNotes([...notes, note], new Set([notes.length]))
}

export const removeNotes = (notes: readonly Note[], selected: readonly number[]): EditResult => {
  const chosen = new Set(selected)
  return { notes: notes.filter((_, index) => !chosen.has(index)), selected: [] }
}

/** Cuts notes in two at a time; without one, each in its middle. Pieces that would be too short to hear stay whole. */
export const splitNotes = (notes: readonly Note[], selected: readonly number[], atSeconds?: number): EditResult => {
  const chosen = new Set(selected)
  const result: Note[] = []
  const pieces: number[] = []
  notes.forEach((note, index) => {
    const at = atSeconds ?? note.onsetSeconds + note.durationSeconds / 2
    const left = at - note.onsetSeconds
    const right = endOf(note) - at
    if (chosen.has(index) && left >= SHORTEST_NOTE_SECONDS && right >= SHORTEST_NOTE_SECONDS) {
      pieces.push(result.length + 1)
      result.push({ ...note, durationSeconds: left }, { ...note, onsetSeconds: at, durationSeconds: right })
    } else {
      if (chosen.has(index)) pieces.push(result.length)
      result.push(note)
    }
  })
  return { notes: result, selected: pieces }
}
