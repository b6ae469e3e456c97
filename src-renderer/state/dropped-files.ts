/** A file from a drop or a picker with its path below the folder that was chosen. */
export interface DroppedFile {
  readonly file: File
  readonly path: string
}

const readEntries = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject))

const readFile = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject))

const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile

async function* walk(entry: FileSystemEntry, path: string): AsyncGenerator<DroppedFile> {
  if (entry.name.startsWith('.')) return
  if (isFile(entry)) yield { file: await readFile(entry), path }
  if (!isDirectory(entry)) return
  const reader = entry.createReader()
  // A reader answers some at a time and an empty list at the end.
  for (let entries = await readEntries(reader); entries.length > 0; entries = await readEntries(reader)) {
    for (const inner of entries) yield* walk(inner, `${path}/${inner.name}`)
  }
}

/** Every file of a drop, folders walked through. Loose files lie in a folder of the given name. */
export async function* readDrop(data: readonly FileSystemEntry[], looseFolder: string): AsyncGenerator<DroppedFile> {
  for (const entry of data) yield* walk(entry, entry.isDirectory ? entry.name : `${looseFolder}/${entry.name}`)
}

/** The same of an input for files or for a folder. */
export const readPicked = (files: Iterable<File>, looseFolder: string): DroppedFile[] =>
  [...files].map((file) => ({ file, path: file.webkitRelativePath === '' ? `${looseFolder}/${file.name}` : file.webkitRelativePath }))

/** What the library reads; the rest is not sent at all. */
export const isReadable = (name: string): boolean =>
  /\.(?:wav|wave|bwf|rf64|aiff?|aifc|flac|mp3|og[ga]|opus|m4a|m4b|aac|midi?|rmi|musicxml|mxl|abc)$/i.test(name)
