import { EngineError } from '#main/foundation/engine-error.ts'
import { serve } from '#rpc/serve.ts'
import { createSocketPort, type SocketLike } from '#rpc/socket-port.ts'
import { createServer, type Server } from 'node:http'
import { WebSocketServer } from 'ws'
import { MAX_FILE_BYTES } from '#contract/api.ts'
import type { EngineLink } from './engine-link.ts'
import { createGate } from './gate.ts'
import { createRequestHandler } from './request-handler.ts'

export interface StudioServer {
  readonly port: number
  /** A fresh address that lets one browser in. */
  createAddress(): string
  close(): Promise<void>
}

export interface StudioServerOptions {
  readonly engine: Pick<EngineLink, 'api' | 'pushes'>
  readonly dataDir: string
  readonly rendererDir: string
  /** 0 picks a free one. */
  readonly port: number
  readonly onInternalError?: (error: unknown, traceId: string, method: string) => void
}

export const SOCKET_PATH = '/socket'
/** The largest file and room for its frame. */
const LARGEST_FRAME_BYTES = MAX_FILE_BYTES + 1024 * 1024

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') reject(new EngineError('PORT_IN_USE', { port }, { cause: error }))
      else reject(error)
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })

/** HTTP for the page and the sounds, a WebSocket for the calls; on the loopback interface alone. */
export const startStudioServer = async ({
  engine,
  dataDir,
  rendererDir,
  port: wantedPort,
  onInternalError,
}: StudioServerOptions): Promise<StudioServer> => {
  const server = createServer()
  const port = await listen(server, wantedPort)
  const gate = createGate(port)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_FRAME_BYTES, perMessageDeflate: false })

  server.on('request', createRequestHandler({ gate, port, rendererDir, dataDir }))
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined)
    const isAllowed = request.url === SOCKET_PATH && gate.isOwnHost(request) && gate.isOwnOrigin(request) && gate.hasCookie(request)
    if (!isAllowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // The `ws` socket has the browser's interface; only its event types are declared more narrowly.
      const rpcPort = createSocketPort(webSocket as unknown as SocketLike)
      serve(rpcPort, engine.api, { pushes: engine.pushes, ...(onInternalError === undefined ? {} : { onInternalError }) })
    })
  })

  return {
    port,
    createAddress: () => `http://127.0.0.1:${port}/?token=${gate.createToken()}`,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate()
        sockets.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
