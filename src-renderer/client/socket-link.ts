import { connect } from '#rpc/connect.ts'
import { createSocketPort, type SocketLike } from '#rpc/socket-port.ts'
import type { Link } from './client.ts'

/** A link over the studio host's WebSocket, beside the page. */
export const openSocketLink = (path = '/socket'): Promise<Link> =>
  new Promise((resolve, reject) => {
    const url = new URL(path, location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(url)
    socket.binaryType = 'arraybuffer'
    // The browser's socket is what SocketLike describes, only with narrower event types.
    socket.onopen = () => resolve(connect(createSocketPort(socket as unknown as SocketLike)))
    socket.onclose = () => reject(new TypeError('the studio does not answer'))
  })
