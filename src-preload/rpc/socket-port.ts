import { decodeFrame, encodeFrame } from './frame.ts'
import { createPortListeners, type Port } from './port.ts'

/** What the browser's WebSocket and the `ws` package's have in common. */
export interface SocketLike {
  binaryType: string
  readonly readyState: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(): void
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
}

const OPEN = 1

/** A port over an open WebSocket. A malformed frame is reported and dropped; the connection lives on. */
export const createSocketPort = (socket: SocketLike, onMalformed: (error: unknown) => void = () => undefined): Port => {
  const listeners = createPortListeners()
  socket.binaryType = 'arraybuffer'
  socket.onmessage = ({ data }) => {
    let message: unknown
    try {
      if (!(data instanceof ArrayBuffer)) throw new TypeError('a text frame where a binary one is due')
      message = decodeFrame(data)
    } catch (error) {
      onMalformed(error)
      return
    }
    listeners.deliver(message)
  }
  socket.onclose = () => listeners.end()
  socket.onerror = () => undefined // A close follows.
  return {
    ...listeners.port,
    post: (message) => {
      if (!listeners.hasEnded && socket.readyState === OPEN) socket.send(encodeFrame(message))
    },
    close: () => {
      socket.close()
      listeners.end()
    },
  }
}
