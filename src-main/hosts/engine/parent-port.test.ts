import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { openParent } from './parent-port.ts'

/** Electron's parentPort as a utility process sees it: events with data and ports. */
const createFakeParent = () => {
  const listeners: ((event: { data: unknown; ports: unknown[] }) => void)[] = []
  const said: unknown[] = []
  return {
    said,
    deliver: (data: unknown, ports: unknown[] = []) => listeners.forEach((listener) => listener({ data, ports })),
    postMessage: (message: unknown) => void said.push(message),
    on: (_event: 'message', listener: (typeof listeners)[number]) => void listeners.push(listener),
  }
}

/** Electron's MessagePortMain speaks through events with `data`; Node's port gives the value itself. */
const asElectronPort = (port: MessagePort) => ({
  postMessage: (message: unknown) => port.postMessage(message),
  on: (event: 'message' | 'close', listener: (event: { data: unknown }) => void) =>
    void port.on(event, (value: unknown) => listener({ data: value })),
  start: () => port.start(),
  close: () => port.close(),
})

afterEach(() => void Reflect.deleteProperty(process, 'parentPort'))

describe('the engine below Electron', () => {
  it('reports to the shell and serves each port that leads to a window', async () => {
    const parent = createFakeParent()
    Reflect.set(process, 'parentPort', parent)
    const { report, onPort } = openParent()
    report({ type: 'ready' })
    expect(parent.said).toEqual([{ type: 'ready' }])

    let hasEnded = false
    onPort((client) => {
      client.onMessage((message) => client.post({ echo: message }))
      client.onClose(() => (hasEnded = true))
    })
    const { port1, port2 } = new MessageChannel()
    parent.deliver({ type: 'serve' }, [asElectronPort(port1)])
    const answer = new Promise((resolve) => port2.once('message', resolve))
    port2.postMessage(new Float32Array([1, 2]))
    expect(await answer).toEqual({ echo: new Float32Array([1, 2]) })
    const closed = new Promise<void>((resolve) => port1.once('close', () => resolve()))
    port2.close()
    await closed
    expect(hasEnded).toBe(true)
  })
})
