import { expect, it } from 'vitest'
import { createFakeClient, createHum, createNote } from '#test/app/fake-engine/fake-client.ts'
import { NoteEditor } from './note-editor.svelte.ts'
import { Notices } from './notices.svelte.ts'

const notes = [createNote(0, 69), createNote(0.5, 71), createNote(1, 73)]
const open = (setNotes: () => unknown = () => createHum('hum-1', notes)) => {
  const { client, calls } = createFakeClient({ 'hums.setNotes': setNotes })
  const notices = new Notices()
  const editor = new NoteEditor(client, notices)
  editor.open('hum-1', notes)
  return { editor, calls, notices }
}

it('stores every edit at once and takes each back', async () => {
  const { editor, calls } = open()
  editor.select([1])
  editor.move(0, 2)
  editor.split()
  editor.remove()
  const edited = editor.notes
  for (let i = 0; i < 3; i++) editor.undo()
  expect(editor.notes).toEqual(notes)
  expect(editor.selected).toEqual([1])
  expect(editor.canUndo).toBe(false)
  for (let i = 0; i < 3; i++) editor.redo()
  expect(editor.notes).toEqual(edited)
  await editor.settled()
  expect(calls).toHaveLength(9)
  expect(calls.at(-1)?.input).toEqual({ humId: 'hum-1', notes: edited })
})

it('sends an edit before the one before it is answered, so that closing the window loses neither', () => {
  const { editor, calls } = open(() => new Promise(() => undefined))
  editor.select([0])
  editor.move(0, 1)
  editor.move(0, 1)
  expect(calls.map(({ input }) => (input as { notes: { pitch: number }[] }).notes[0]?.pitch)).toEqual([70, 71])
})

it('stores nothing where an edit changes nothing', async () => {
  const { editor, calls } = open()
  editor.select([0])
  editor.move(-1, 0)
  await editor.settled()
  expect(calls).toEqual([])
  expect(editor.canUndo).toBe(false)
})

it('keeps the history of each hum', () => {
  const { editor } = open()
  editor.select([0])
  editor.move(0, 1)
  editor.open('hum-2', [createNote(0, 60)])
  expect(editor.canUndo).toBe(false)
  editor.open('hum-1', editor.notes)
  expect(editor.canUndo).toBe(true)
})

it('walks through the notes and stops at the ends', () => {
  const { editor } = open()
  editor.step(1)
  editor.step(1)
  editor.step(1, true)
  expect(editor.selected).toEqual([1, 2])
  editor.step(1)
  expect(editor.selected).toEqual([2])
})

it('says what went wrong when an edit could not be stored', async () => {
  const { editor, notices } = open(() => {
    throw Object.assign(new TypeError('full'), { code: 'DISK_FULL' })
  })
  editor.select([0])
  editor.move(0, 1)
  await editor.settled()
  expect(notices.list[0]?.message).toContain('disk is full')
  expect(notices.list[0]?.remedy).not.toBe('')
})
