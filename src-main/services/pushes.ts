import type { PushEvents } from '#contract/api.ts'

export type PushListener = <E extends keyof PushEvents>(event: E, payload: PushEvents[E]) => void

/** Where services announce and hosts listen. */
export interface PushHub {
  emit: PushListener
  subscribe(listener: PushListener): () => void
}

export const createPushHub = (): PushHub => {
  const listeners = new Set<PushListener>()
  return {
    emit: (event, payload) => {
      for (const listener of listeners) listener(event, payload)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
