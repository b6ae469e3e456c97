/** Where the keys of a group are heard: two commands may share a key only where these never meet. */
export const COMMAND_GROUPS = {
  everywhere: ['everywhere'],
  pages: ['studio'],
  melodies: ['studio'],
  takes: ['studio'],
  bench: ['bench'],
  record: ['record'],
  notes: ['roll'],
  curves: ['curve'],
  arrangement: ['arrangement'],
  clips: ['clips'],
  library: ['library'],
  recording: ['recording'],
} as const satisfies Record<string, readonly string[]>
export type CommandGroup = keyof typeof COMMAND_GROUPS

/** A command's group and its usual keys, in the words of tinykeys; the first is the one that is shown. */
interface CommandEntry {
  readonly group: CommandGroup
  readonly keys: readonly string[]
  /** Its keys belong together (arrows, digits) or to the system, and stay as they are. */
  readonly isFixed?: true
}

const command = (group: CommandGroup, ...keys: string[]): CommandEntry => ({ group, keys })
const fixed = (group: CommandGroup, ...keys: string[]): CommandEntry => ({ group, keys, isFixed: true })

/** Every command, by its id; its name is `commands.<id>` among the messages. The palette, the sheet of keys and the keys come from here. */
export const COMMANDS = {
  palette: command('everywhere', '$mod+k'),
  keys: command('everywhere', '[Shift]+?'),
  help: command('everywhere', 'F1'),
  settings: command('everywhere', '$mod+,'),
  leave: fixed('everywhere', 'Escape'),
  theme: command('everywhere'),

  'page-studio': command('pages'),
  'page-arrangement': command('pages', 't'),
  'page-library': command('pages', 'l'),
  'page-datasets': command('pages'),
  'page-sources': command('pages'),
  'page-coverage': command('pages'),
  'page-overnight': command('pages'),
  'page-measure': command('pages'),

  hum: command('melodies', 'r', 'Shift+R'),
  openFile: command('melodies', '$mod+o'),
  typeMelody: command('melodies'),
  compose: command('melodies'),
  demo: command('melodies'),
  undoNotes: command('melodies', '$mod+z'),
  redoNotes: command('melodies', '$mod+Shift+Z', '$mod+y'),

  playTake: command('takes', 'Space'),
  listenTo: fixed('takes', '([1-9])'),
  compare: command('takes', 'x'),
  favourite: command('takes', 'f'),
  render: command('takes', '$mod+Enter', 'g'),
  placeTake: command('takes', 'Enter'),
  changeTake: command('takes', 'e'),
  vary: command('takes', 'v'),
  chooseBit: fixed('bench', 'ArrowLeft', 'ArrowRight'),
  retake: command('bench', 'r'),
  goOn: command('bench', 'c'),

  record: command('record', 'r', 'Space'),
  recordNow: command('record', 'Shift+R'),
  keepHeard: command('record', 'Shift+C'),
  tapTempo: command('record', 't'),
  skipTask: command('record', 'n'),

  chooseNote: fixed('notes', '$mod+ArrowLeft', '$mod+ArrowRight'),
  chooseMoreNotes: fixed('notes', '$mod+Shift+ArrowLeft', '$mod+Shift+ArrowRight'),
  chooseAllNotes: command('notes', '$mod+a'),
  moveNote: fixed('notes', 'ArrowLeft', 'ArrowRight'),
  pitchNote: fixed('notes', 'ArrowUp', 'ArrowDown'),
  octaveNote: fixed('notes', 'Shift+ArrowUp', 'Shift+ArrowDown'),
  bendNote: fixed('notes', 'Alt+ArrowUp', 'Alt+ArrowDown'),
  loudenNote: fixed('notes', '$mod+ArrowUp', '$mod+ArrowDown'),
  lengthNote: fixed('notes', 'Alt+ArrowLeft', 'Alt+ArrowRight'),
  addNote: command('notes', 'b', 'Insert'),
  splitNote: command('notes', 's'),
  removeNote: command('notes', 'Delete', 'Backspace'),
  slurNotes: command('notes', 'l'),
  articulateNotes: fixed('notes', '([0-9])'),

  movePoint: fixed('curves', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'),
  addPoint: fixed('curves', 'Enter'),
  removePoint: fixed('curves', 'Delete'),

  playSong: command('arrangement', 'Space'),
  playCounted: command('arrangement', 'Shift+Space'),
  overdub: command('arrangement', 'r'),
  overdubCounted: command('arrangement', 'Shift+R'),
  toStart: command('arrangement', 'Home'),
  toEnd: command('arrangement', 'End'),
  loop: command('arrangement', 'l'),
  click: command('arrangement', 'k'),
  marker: command('arrangement', 'm'),
  nextGrid: command('arrangement', 'n'),
  zoomIn: command('arrangement', '[Shift]+([+=])'),
  zoomOut: command('arrangement', '-'),
  zoomAll: command('arrangement', '0'),
  split: command('arrangement', 's'),
  crossFade: command('arrangement', 'x'),
  duplicate: command('arrangement', '$mod+d'),
  reverseClips: command('arrangement', 'Shift+B'),
  muteTrack: command('arrangement', 'Shift+M'),
  soloTrack: command('arrangement', 'Shift+S'),
  addTrack: command('arrangement', 'Shift+T'),
  addSound: command('arrangement', '$mod+i'),
  exportDawproject: command('arrangement', '$mod+e'),
  exportMix: command('arrangement', '$mod+Shift+E'),
  copy: command('arrangement', '$mod+c'),
  paste: command('arrangement', '$mod+v'),
  chooseAllClips: command('arrangement', '$mod+a'),
  removeClips: command('arrangement', 'Delete', 'Backspace'),
  undo: command('arrangement', '$mod+z'),
  redo: command('arrangement', '$mod+Shift+Z', '$mod+y'),
  chooseClip: fixed('clips', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'),
  moveClip: fixed('clips', 'Shift+ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowDown'),
  slipClip: fixed('clips', 'Alt+ArrowLeft', 'Alt+ArrowRight'),
  trimEnd: fixed('clips', ',', '.'),
  trimStart: fixed('clips', ';', ':'),

  walkRows: fixed('library', 'ArrowUp', 'ArrowDown'),
  playRow: command('library', 'Space'),
  openRow: command('library', 'Enter'),
  chooseAllRows: command('library', '$mod+a'),
  removeRows: command('library', 'Delete', 'Backspace'),
  searchLibrary: command('library', '/'),
  undoLibrary: command('library', '$mod+z'),
  redoLibrary: command('library', '$mod+Shift+Z', '$mod+y'),
  playRecording: command('recording', 'Space'),
  compareCleaning: command('recording', 'b'),
  zoomInSound: command('recording', '[Shift]+([+=])'),
  zoomOutSound: command('recording', '-'),
  zoomAllSound: command('recording', '0'),
  undoRecording: command('recording', '$mod+z'),
  redoRecording: command('recording', '$mod+Shift+Z', '$mod+y'),
} as const satisfies Record<string, CommandEntry>

export type CommandId = keyof typeof COMMANDS
export const COMMAND_IDS = Object.keys(COMMANDS) as CommandId[]
