import { createMemoryPorts } from '#rpc/memory-port.ts'
import { createProcessPort } from '#rpc/process-port.ts'
import { createSocketPort, type SocketLike } from '#rpc/socket-port.ts'
import { serve } from '#rpc/serve.ts'
import { createProbeApi } from '#test/suites/probe-api.ts'
import { describeRpc } from '#test/suites/rpc-suite.ts'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { connect } from '#rpc/connect.ts'

describeRpc('an in-memory pair', async () => {
  const [here, there] = createMemoryPorts()
  const { api, pushes } = createProbeApi()
  serve(there, api, { pushes })
  return { port: here, stop: () => there.close() }
})

describeRpc('a forked process', async () => {
  const child = fork(join(import.meta.dirname, '../suites/probe-child.ts'), [], { serialization: 'advanced', execArgv: [] })
  const port = createProcessPort({
    send: (message) => {
      if (child.connected) child.send(message as object)
    },
    onMessage: (listener) => void child.on('message', listener),
    onEnd: (listener) => void child.once('exit', listener),
    end: () => {
      if (child.connected) child.disconnect()
    },
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
  return { port, stop }
})

const startSocketServer = async (): Promise<{ url: string; malformed: unknown[]; stop(): Promise<void> }> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const malformed: unknown[] = []
  server.on('connection', (socket) => {
    const { api, pushes } = createProbeApi()
    serve(
      createSocketPort(socket as unknown as SocketLike, (error) => malformed.push(error)),
      api,
      { pushes },
    )
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    malformed,
    stop: async () => {
      for (const client of server.clients) client.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const openSocket = async (url: string): Promise<WebSocket> => {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  return socket
}

describeRpc('a WebSocket', async () => {
  const server = await startSocketServer()
  const socket = await openSocket(server.url)
  const closed = once(socket, 'close')
  return {
    port: createSocketPort(socket as unknown as SocketLike),
    stop: async () => {
      await server.stop()
      await closed
    },
  }
})

describe('a WebSocket server', () => {
  it('survives malformed frames on the very connection they came by', async () => {
    const server = await startSocketServer()
    const socket = await openSocket(server.url)
    const connection = connect(createSocketPort(socket as unknown as SocketLike))
    socket.send('a text frame')
    socket.send(new Uint8Array([1, 2]))
    socket.send(new Uint8Array([255, 255, 255, 255, 0, 0]))
    socket.send(new Uint8Array([2, 0, 0, 0, 123, 125]))
    expect((await connection.api.hums.get({ humId: 'hum-fine' })).id).toBe('hum-fine')
    expect(server.malformed).toHaveLength(4)
    connection.close()
    await server.stop()
  })
})
