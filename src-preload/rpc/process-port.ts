import { createPortListeners, type Port } from './port.ts'

/** What a Node ChildProcess, a forked child's `process` and Electron's utility process have in common here. */
export interface ProcessLike {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onEnd(listener: () => void): void
  end(): void
}

/** A port over a forked process. Node's fork needs `serialization: 'advanced'`, else typed arrays turn into plain objects. */
export const createProcessPort = (other: ProcessLike): Port => {
  const listeners = createPortListeners()
  other.onMessage((message) => listeners.deliver(message))
  other.onEnd(() => listeners.end())
  return {
    ...listeners.port,
    post: (message) => {
      if (!listeners.hasEnded) other.send(message)
    },
    close: () => {
      if (listeners.hasEnded) return
      other.end()
      listeners.end()
    },
  }
}
