import { z } from 'zod'
import type { MethodName, PushEvents } from './api.ts'
import type { WireError } from './errors.ts'
import { idSchema } from './ids.ts'

/** How a call ended. Errors travel as data, since their class and code do not survive between the worlds of a window. */
export type CallOutcome = { readonly output: unknown } | { readonly error: WireError }

/** A file of the library that leaves the window under a name. */
export const outgoingFileSchema = z.object({ assetId: idSchema, fileName: z.string().min(1).max(300) })
export type OutgoingFile = z.infer<typeof outgoingFileSchema>

/** A file that the person opened with the program, from outside. */
export interface OpenedFile {
  readonly fileName: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What the desktop can do with a file. The page names it and never learns more than the path it got. */
export interface DesktopFiles {
  /** Begins a drag of the system with files that other programs take; only from within a drag that the person began. */
  startDrag(files: readonly OutgoingFile[]): void
  /** Puts the file's path on the clipboard; answers it, or null where there is no such file. */
  copyPath(file: OutgoingFile): Promise<string | null>
  reveal(file: OutgoingFile): Promise<string | null>
  /** Asks where to and writes it there; null where the person changed their mind. */
  saveAs(file: OutgoingFile): Promise<string | null>
}

/** What the desktop window's preload shows the page as `window.fiddlehead`: functions alone, no port, no channel name. */
export interface DesktopBridge {
  /** Resolves when there is a connection to the engine. */
  ready(): Promise<void>
  call(method: MethodName, input: unknown): Promise<CallOutcome>
  /** Hears one kind of push, whichever connection it comes by; answers how to stop. */
  on<E extends keyof PushEvents>(event: E, listener: (payload: PushEvents[E]) => void): () => void
  /** Hears once that the present connection ended. */
  onClose(listener: () => void): void
  /** Where a file that was dropped or chosen lies; '' where it lies nowhere. */
  pathOf(file: object): string
  readonly files: DesktopFiles
  /** Hears the files that the person opens from outside, those that started the program too; answers how to stop. */
  onOpenFile(listener: (file: OpenedFile) => void): () => void
}

export const BRIDGE_NAME = 'fiddlehead'

/** The messages between preload and shell; the page knows none of them. */
export const ASK_FOR_PORT = 'fiddlehead:ask-for-port'
export const HAND_OVER_PORT = 'fiddlehead:hand-over-port'
export const START_DRAG = 'fiddlehead:start-drag'
export const FILE_ACTION = 'fiddlehead:file-action'
export const ASK_FOR_FILES = 'fiddlehead:ask-for-files'
export const OPEN_FILE = 'fiddlehead:open-file'
