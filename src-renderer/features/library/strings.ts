import type { Hum } from '#contract/api.ts'

export const libraryWords = {
  title: 'Melodies',
  hum: 'Hum a melody',
  open: 'Open a file',
  openHint: 'Open a sound or MIDI file',
  type: 'Type notes',
  typeHint: 'Write a melody in words or letters',
  empty: 'Your melodies will be listed here.',
  rename: (name: string) => `Rename ${name}`,
  remove: (name: string) => `Remove ${name}`,
  removeTitle: 'Remove this melody?',
  removeText: (name: string) => `“${name}” and its takes will be gone. This cannot be undone.`,
  removeYes: 'Remove',
  removeNo: 'Keep it',
  sources: { microphone: 'hummed', file: 'from a file', midi: 'from MIDI', text: 'typed', demo: 'example' } satisfies Record<
    Hum['source'],
    string
  >,
  notes: (count: number) => `${count} ${count === 1 ? 'note' : 'notes'}`,
  nameLabel: 'New name',
  save: 'Save',
  typeTitle: 'Type a melody',
  typeIntro: 'Name the notes as you would say them, or use ABC notation.',
  typeLabel: 'Your melody',
  typePlaceholder: 'A4 B4 C#5 D5 in quarter notes at 96, then a long E5',
  typeExamples: [
    'A4 B4 C#5 D5 in quarter notes at 96, then a long E5',
    'an ascending G minor arpeggio, slow',
    'X:1\nL:1/8\nQ:1/4=96\nK:D\nD2 F2 A2 d2 | f4 e2 d2 |',
  ],
  typeExample: 'Try one of these:',
  typeOpen: 'Open this melody',
  cancel: 'Cancel',
  close: 'Close',
}
