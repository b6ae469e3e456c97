import { basename, dirname, relative, sep } from 'node:path'
import { findFile, walkFiles } from '../folder/walk-files.ts'
import { watchScan } from '../folder/watch-scan.ts'
import { isMidiName, readMidiItem } from '../midi/read-midi-item.ts'
import type { ScanOptions, Source, SourceItem } from '../source.ts'

/** Folders that say nothing about what lies in them. */
const isTellingFolder = (name: string): boolean => !/^(\.|midi?s?|files?|music|songs?|[0-9a-f]|download(s|ed)?)$/i.test(name)

async function* scanMidiFolder(dir: string, options: ScanOptions = {}): AsyncGenerator<SourceItem, void, undefined> {
  const watch = watchScan(options)
  for await (const path of walkFiles(dir, isMidiName, options.onProblem)) {
    await watch.startFile(path)
    const id = relative(dir, path).split(sep).join('/')
    const { item } = await readMidiItem(path, id)
    const folder = basename(dirname(id))
    yield { ...item, tags: id.includes('/') && isTellingFolder(folder) ? [folder] : [] }
    watch.endFile()
    await watch.countItem()
  }
}

/** midiworld.com and every other collection that is nothing but MIDI files in folders. */
export const midiFolderSource: Source = {
  id: 'midi-folder',
  title: 'Folder of MIDI files (midiworld and others)',
  licence: {
    name: 'unknown',
    url: 'https://www.midiworld.com/',
    summary:
      'No licence comes with such files. The sequences belong to those who made them, the works to their composers. Keep them to yourself, and pass on neither them nor what was trained on them, unless you know the rights.',
  },
  holdsAudio: false,
  holdsMidi: true,
  contents: 'Scores as MIDI files; no sound. The folder a file lies in becomes its tag.',
  recognise: async (dir) => {
    const found = await findFile(dir, isMidiName)
    return found === undefined ? undefined : `it holds MIDI files such as ${relative(dir, found)}`
  },
  scan: scanMidiFolder,
}
