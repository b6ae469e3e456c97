import type { WireError } from './errors.ts'

/** How training goes, for the taskbar and for keeping the computer awake. */
export interface TrainingReport {
  readonly type: 'training'
  /** 0..1; null when nothing trains any more. */
  readonly progress: number | null
  /** What to tell whoever looks elsewhere, once at the end. */
  readonly ended: { readonly title: string; readonly body: string } | null
}

/** What an engine process says to the host that forked it, before and beside the calls. */
export type EngineReport = { readonly type: 'ready' } | { readonly type: 'failed'; readonly error: WireError } | TrainingReport

const TYPES: readonly unknown[] = ['ready', 'failed', 'training'] satisfies EngineReport['type'][]

export const isEngineReport = (message: unknown): message is EngineReport =>
  typeof message === 'object' && message !== null && 'type' in message && TYPES.includes(message.type)
