import type { WireError } from './errors.ts'

/** What an engine process says to the host that forked it, before and beside the calls. */
export type EngineReport = { readonly type: 'ready' } | { readonly type: 'failed'; readonly error: WireError }

export const isEngineReport = (message: unknown): message is EngineReport =>
  typeof message === 'object' && message !== null && 'type' in message && (message.type === 'ready' || message.type === 'failed')
