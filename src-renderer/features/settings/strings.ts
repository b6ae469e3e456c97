import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const settingsWords = wordsOf('settings', {
  themes: wordsOf('settings.themes'),
  languages: wordsOf('settings.languages'),
  rates: wordsOf('settings.rates'),
  bitNames: wordsOf('settings.bitNames'),
  beats: (count: number) => m['settings.beats']({ count }),
})
export const keysWords = {
  title: 'Keys',
  close: 'Close',
  groups: [
    {
      name: 'Everywhere',
      keys: [
        ['Space', 'play or stop'],
        ['R', 'hum a melody'],
        ['Shift R', 'hum without the count-in'],
        ['Ctrl Enter', 'let the violin play'],
        ['?', 'this list'],
        ['Esc', 'leave'],
      ],
    },
    {
      name: 'Takes',
      keys: [
        ['1 – 9', 'listen to a take'],
        ['X', 'change between the last two, A and B, at the same place'],
        ['F', 'mark the one heard as a favourite'],
        ['G', 'play once more, a little differently'],
        ['E', 'change the one heard: choose a bit of it'],
        ['V', 'vary it'],
        ['← →', 'on a chosen bit: its end, a note further'],
        ['R', 'on a chosen bit: play it again'],
        ['C', 'on an open take: continue it'],
      ],
    },
    {
      name: 'While humming',
      keys: [
        ['R', 'start and stop'],
        ['Shift C', 'keep the last 60 seconds'],
        ['T', 'tap the tempo'],
      ],
    },
    {
      name: 'Notes',
      keys: [
        ['Ctrl ← →', 'choose the note before, after'],
        ['Ctrl Shift ← →', 'choose more notes'],
        ['Ctrl A', 'choose all'],
        ['← →', 'earlier, later'],
        ['↑ ↓', 'a semitone up, down'],
        ['Shift ↑ ↓', 'an octave up, down'],
        ['Alt ↑ ↓', '10 cents up, down'],
        ['Alt ← →', 'shorter, longer'],
        ['B', 'add a note'],
        ['S', 'split'],
        ['Delete', 'delete'],
        ['Ctrl Z', 'undo'],
        ['Ctrl Shift Z', 'redo'],
      ],
    },
    {
      name: 'Expression curves',
      keys: [
        ['↑ ↓ ← →', 'move a point (Shift: further)'],
        ['Enter', 'add a point'],
        ['Delete', 'remove it'],
      ],
    },
    {
      name: 'Arrangement',
      keys: [
        ['T', 'open the arrangement'],
        ['Space', 'play or stop'],
        ['Shift Space', 'play after a bar of clicks'],
        ['← → ↑ ↓', 'choose a clip'],
        ['Shift ← → ↑ ↓', 'move it by the grid, or to another track'],
        ['Alt ← →', 'slip what it plays'],
        [', .', 'trim its end'],
        ['; :', 'trim its start'],
        ['S', 'split at the playhead'],
        ['Ctrl D', 'duplicate'],
        ['X', 'cross-fade the chosen clips'],
        ['L', 'repeat a range'],
        ['K', 'metronome'],
        ['M', 'marker at the playhead'],
        ['N', 'next grid'],
        ['+ − 0', 'zoom in, out, to everything'],
      ],
    },
  ],
} satisfies { title: string; close: string; groups: { name: string; keys: [string, string][] }[] }
