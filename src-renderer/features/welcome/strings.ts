export const welcomeWords = {
  title: 'Hum something. Hear it on a violin.',
  intro: 'Fiddlehead plays the melody you have in your head, note for note. Everything stays on this computer.',
  demo: 'Hear a violin now',
  demoHint: 'Opens an example hum and plays it. No microphone needed.',
  hum: 'Hum a melody',
  open: 'Open a sound or MIDI file',
  type: 'Type notes',
  compose: 'Have one composed',
  or: 'or begin with your own melody',
  drop: 'You can also drop a file anywhere in this window.',
  steps: [
    {
      title: 'Hum',
      text: 'Hum, sing or whistle one line. You see your pitch while you do, and the notes that were understood afterwards.',
    },
    { title: 'Describe', text: 'Say how it should sound: “tender, slow vibrato”. Your words move curves that you can see and redraw.' },
    {
      title: 'Listen',
      text: 'Get three takes, each measured against your melody. Compare, keep the best, save it for your music program.',
    },
  ],
}
