/** One end of a two-way message channel. Transports are adapted to it; nothing in this room knows which one it is. */
export interface Port {
  /** Sends a cloneable value. After the close it does nothing. */
  post(message: unknown): void
  /** Hears every message of the other end, in order. */
  onMessage(listener: (message: unknown) => void): void
  /** Hears once that the channel ended, whichever end closed it. */
  onClose(listener: () => void): void
  close(): void
}

/** The listeners of one port: shared by the adapters. */
export const createPortListeners = (): {
  port: Pick<Port, 'onMessage' | 'onClose'>
  deliver(message: unknown): void
  end(): void
  readonly hasEnded: boolean
} => {
  const messageListeners: ((message: unknown) => void)[] = []
  const closeListeners: (() => void)[] = []
  let hasEnded = false
  return {
    port: {
      onMessage: (listener) => void messageListeners.push(listener),
      onClose: (listener) => {
        if (hasEnded) listener()
        else closeListeners.push(listener)
      },
    },
    deliver: (message) => {
      if (hasEnded) return
      for (const listener of messageListeners) listener(message)
    },
    end: () => {
      if (hasEnded) return
      hasEnded = true
      for (const listener of closeListeners.splice(0)) listener()
    },
    get hasEnded() {
      return hasEnded
    },
  }
}
