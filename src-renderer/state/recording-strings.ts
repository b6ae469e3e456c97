export const recordingsWords = {
  nothingChanged: 'Nothing changed: it was so already.',
  edited: (label: string) => `${label}: done.`,
  undo: 'Undo',
  undone: (label: string) => `Taken back: ${label}.`,
  redone: (label: string) => `Done again: ${label}.`,
  nothingToUndo: 'There is nothing to take back.',
  removed: (count: number) => (count === 1 ? 'One recording taken out.' : `${count} recordings taken out.`),
  measure: 'Measure them now',
  measuring: (count: number) =>
    count === 0
      ? 'Everything is measured already.'
      : `Listening to ${count} slices. You can go on working; the search by sound grows meanwhile.`,
}

export const importsWords = {
  loose: 'Dropped files',
  stillHandingOver: 'Files are still being handed over. Drop the next ones when that is done.',
  nothingReadable: 'Nothing in there can be read.',
  readableHint: 'The library reads WAV, AIFF, FLAC, MP3, OGG, Opus, M4A, MIDI, MusicXML and ABC.',
}
