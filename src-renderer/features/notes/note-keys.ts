import { createKeybindingsHandler } from 'tinykeys'
import { ARTICULATIONS } from '#contract/melody.ts'
import type { Actions, Commands } from '#renderer/state/commands.svelte.ts'
import type { NoteEditor } from '#renderer/state/note-editor.svelte.ts'

/** What can be done to the chosen notes by name as well as by key. */
export const createNoteActions = (editor: NoteEditor): Actions => ({
  chooseAllNotes: () => editor.selectAll(),
  addNote: () => editor.addAfter(),
  splitNote: () => editor.split(),
  removeNote: () => editor.remove(),
  slurNotes: () => editor.slur(),
})

const signOf = (event: KeyboardEvent | undefined): 1 | -1 => (event?.key === 'ArrowUp' || event?.key === 'ArrowRight' ? 1 : -1)

/** The keyboard's whole path through the piano roll. `stepSeconds` is one grid line. */
export const createNoteKeys = (
  editor: NoteEditor,
  commands: Commands,
  stepSeconds: () => number,
  onDone: () => void,
): ((event: KeyboardEvent) => void) => {
  /** Arrow keys first choose a note, then move it. */
  const orStep =
    (action: (sign: 1 | -1) => void) =>
    (event?: KeyboardEvent): void => {
      const sign = signOf(event)
      if (editor.selected.length > 0) action(sign)
      else editor.step(event?.key === 'ArrowLeft' ? -1 : 1)
    }
  const actions: Actions = {
    ...createNoteActions(editor),
    chooseNote: (event) => editor.step(signOf(event)),
    chooseMoreNotes: (event) => editor.step(signOf(event), true),
    moveNote: orStep((sign) => editor.move(sign * stepSeconds(), 0)),
    pitchNote: orStep((sign) => editor.move(0, sign)),
    octaveNote: orStep((sign) => editor.move(0, 12 * sign)),
    bendNote: orStep((sign) => editor.move(0, 0.1 * sign)),
    loudenNote: orStep((sign) => editor.louden(0.05 * sign)),
    lengthNote: orStep((sign) => editor.resize(sign * stepSeconds())),
  }
  const handleCommands = commands.createHandler(
    Object.fromEntries(
      Object.entries(actions).map(([id, action]) => [
        id,
        (event?: KeyboardEvent) => {
          void action(event)
          onDone()
        },
      ]),
    ),
  )
  const act = (event: KeyboardEvent, action: () => void): void => {
    event.preventDefault()
    event.stopPropagation()
    action()
    onDone()
  }
  const handleRest = createKeybindingsHandler(
    {
      Home: (event) => act(event, () => editor.select([0])),
      End: (event) => act(event, () => editor.select([editor.notes.length - 1])),
      // Where no note is chosen the figures play takes.
      '([0-9])': (event) => {
        if (editor.selected.length === 0 || Number(event.key) > ARTICULATIONS.length) return
        act(event, () => editor.articulate(ARTICULATIONS[Number(event.key) - 1]))
      },
      Escape: (event) => {
        if (editor.selected.length > 0) act(event, () => editor.select([]))
      },
    },
    { ignore: () => false },
  )
  return (event) => {
    handleCommands(event)
    if (!event.defaultPrevented) handleRest(event)
  }
}
