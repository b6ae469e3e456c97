import { createPortListeners, type Port } from './port.ts'

/** Two connected ends in one process. Everything is structured-cloned both ways, as between real processes. */
export const createMemoryPorts = (): [Port, Port] => {
  const left = createPortListeners()
  const right = createPortListeners()
  const close = (): void => {
    left.end()
    right.end()
  }
  const createEnd = (own: typeof left, other: typeof left): Port => ({
    ...own.port,
    post: (message) => {
      if (own.hasEnded) return
      const clone: unknown = structuredClone(message)
      queueMicrotask(() => other.deliver(clone))
    },
    close,
  })
  return [createEnd(left, right), createEnd(right, left)]
}
