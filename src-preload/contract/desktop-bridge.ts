import type { MethodName, PushEvents } from './api.ts'
import type { WireError } from './errors.ts'

/** How a call ended. Errors travel as data, since their class and code do not survive between the worlds of a window. */
export type CallOutcome = { readonly output: unknown } | { readonly error: WireError }

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
}

export const BRIDGE_NAME = 'fiddlehead'

/** The two messages between preload and shell; the page knows neither. */
export const ASK_FOR_PORT = 'fiddlehead:ask-for-port'
export const HAND_OVER_PORT = 'fiddlehead:hand-over-port'
