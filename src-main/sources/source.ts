/** The public data sets that Fiddlehead reads, each from the user's own copy; nothing is ever downloaded. */
export type SourceId = 'million-song-dataset' | 'youtube-8m' | 'midi-folder' | 'fma' | 'lakh-midi' | 'musiccaps'

/** Shown before anything is imported. */
export interface SourceLicence {
  readonly name: string
  readonly url: string
  /** What it allows and what not, in a sentence or two. */
  readonly summary: string
}

/** One recording, score or description of a data set. What the data set does not say is left out, never guessed. */
export interface SourceItem {
  /** Unique in its source and the same in every scan. */
  readonly id: string
  readonly title: string
  readonly artist?: string
  readonly tags: readonly string[]
  /** From the general to the special where the source has a tree. */
  readonly genres: readonly string[]
  readonly instruments: readonly string[]
  readonly caption?: string
  readonly bpm?: number
  /** Such as "D minor". */
  readonly key?: string
  readonly durationSeconds?: number
  /** A sound file on this computer; without one and without `midiPath` the item is for reference only. */
  readonly audioPath?: string
  /** The stretch of `audioPath` that is meant; the whole file where left out. */
  readonly range?: { readonly fromSeconds: number; readonly toSeconds: number }
  readonly midiPath?: string
  /** The item's own licence where items differ. */
  readonly license?: string
  /** What else the source says, by its own names. */
  readonly details: Readonly<Record<string, string | number>>
  /** What is wrong with the item, in sentences without a full stop; empty where nothing is. */
  readonly problems: readonly string[]
}

/** Trouble that belongs to no single item: a file, a row, a record. */
export interface SourceProblem {
  readonly path: string
  readonly reason: string
}

export interface ScanProgress {
  /** The file being read. */
  readonly path: string
  readonly filesDone: number
  readonly itemsFound: number
  /** Of the bytes to be read, 0..1; left out where the amount is not known beforehand. */
  readonly share?: number
}

export interface ScanOptions {
  /** Aborting it ends the scan with Cancelled. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (progress: ScanProgress) => void
  readonly onProblem?: (problem: SourceProblem) => void
}

/** A reader of one data set. It holds no state; two scans may run at once. */
export interface Source {
  readonly id: SourceId
  readonly title: string
  readonly licence: SourceLicence
  /** Whether a copy of it can hold sound at all. */
  readonly holdsAudio: boolean
  readonly holdsMidi: boolean
  /** What a copy holds and what not, in a sentence. */
  readonly contents: string
  /** Why the folder looks like a copy of this data set; undefined where it does not. Reads names and first lines only. */
  recognise(dir: string): Promise<string | undefined>
  /**
   * Every item, one by one, in constant memory. A bad file or row goes to `onProblem` or stands in its item, and the rest follows.
   * Throws EngineError SOURCE_FOLDER_UNREADABLE or SOURCE_INCOMPLETE where nothing can be read, Cancelled when aborted.
   */
  scan(dir: string, options?: ScanOptions): AsyncGenerator<SourceItem, void, undefined>
}

export const NOTHING_KNOWN = { tags: [], genres: [], instruments: [], details: {}, problems: [] } as const
