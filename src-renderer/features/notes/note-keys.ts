import { createKeybindingsHandler } from 'tinykeys'
import { ARTICULATIONS } from '#contract/melody.ts'
import type { NoteEditor } from '#renderer/state/note-editor.svelte.ts'

/** The keyboard's whole path through the piano roll. `stepSeconds` is one grid line. */
export const createNoteKeys = (editor: NoteEditor, stepSeconds: () => number, onDone: () => void): ((event: KeyboardEvent) => void) => {
  const act = (action: () => void) => (event: KeyboardEvent) => {
    event.preventDefault()
    event.stopPropagation()
    action()
    onDone()
  }
  /** Arrow keys first choose a note, then move it. */
  const orSelect = (by: 1 | -1, action: () => void) => act(() => (editor.selected.length === 0 ? editor.step(by) : action()))
  return createKeybindingsHandler(
    {
      ArrowUp: orSelect(1, () => editor.move(0, 1)),
      ArrowDown: orSelect(1, () => editor.move(0, -1)),
      'Shift+ArrowUp': orSelect(1, () => editor.move(0, 12)),
      'Shift+ArrowDown': orSelect(1, () => editor.move(0, -12)),
      'Alt+ArrowUp': orSelect(1, () => editor.move(0, 0.1)),
      'Alt+ArrowDown': orSelect(1, () => editor.move(0, -0.1)),
      ArrowLeft: orSelect(-1, () => editor.move(-stepSeconds(), 0)),
      ArrowRight: orSelect(1, () => editor.move(stepSeconds(), 0)),
      'Alt+ArrowLeft': orSelect(-1, () => editor.resize(-stepSeconds())),
      'Alt+ArrowRight': orSelect(1, () => editor.resize(stepSeconds())),
      '$mod+ArrowLeft': act(() => editor.step(-1)),
      '$mod+ArrowRight': act(() => editor.step(1)),
      '$mod+Shift+ArrowLeft': act(() => editor.step(-1, true)),
      '$mod+Shift+ArrowRight': act(() => editor.step(1, true)),
      Home: act(() => editor.select([0])),
      End: act(() => editor.select([editor.notes.length - 1])),
      '$mod+a': act(() => editor.selectAll()),
      Delete: act(() => editor.remove()),
      Backspace: act(() => editor.remove()),
      l: act(() => editor.slur()),
      // Where no note is chosen the figures play takes.
      '([0-9])': (event) => {
        const articulation = ARTICULATIONS[Number(event.key) - 1]
        if (editor.selected.length === 0 || Number(event.key) > ARTICULATIONS.length) return
        act(() => editor.articulate(articulation))(event)
      },
      b: act(() => editor.addAfter()),
      Insert: act(() => editor.addAfter()),
      s: act(() => editor.split()),
      Escape: (event) => {
        if (editor.selected.length === 0) return
        act(() => editor.select([]))(event)
      },
    },
    { ignore: () => false },
  )
}
