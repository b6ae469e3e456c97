import { createPortListeners, type Port } from '#rpc/port.ts'

/** What is used of a browser's MessagePort. */
export interface WindowPortLike {
  postMessage(message: unknown): void
  start(): void
  close(): void
  onmessage: ((event: { data: unknown }) => void) | null
  addEventListener(type: 'close', listener: () => void): void
}

/** A port over one end of a MessageChannel; its other end lies in the engine process. */
export const createWindowPort = (own: WindowPortLike): Port => {
  const listeners = createPortListeners()
  own.onmessage = ({ data }) => listeners.deliver(data)
  own.addEventListener('close', () => listeners.end())
  own.start()
  return {
    ...listeners.port,
    post: (message) => {
      if (!listeners.hasEnded) own.postMessage(message)
    },
    close: () => {
      own.close()
      listeners.end()
    },
  }
}
