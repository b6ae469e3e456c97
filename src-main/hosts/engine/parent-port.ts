import type { EngineReport } from '#contract/host-messages.ts'
import type { Port } from '#rpc/port.ts'
import { createProcessPort } from '#rpc/process-port.ts'

/** Electron's ends of channels, as its utility processes get them. */
interface ElectronMessagePort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  start(): void
  close(): void
}

/** Electron's utility processes have this instead of `process.send`. */
interface ElectronParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: ElectronMessagePort[] }) => void): void
}

/** What an engine knows of whoever forked it. */
export interface ParentLink {
  report(message: EngineReport): void
  /** Each port that wants to be served: one for good from Node's fork, one for each page from Electron. */
  onPort(listener: (port: Port) => void): void
  /** The parent is gone. */
  onEnd(listener: () => void): void
}

const findElectronParent = (): ElectronParentPort | null => {
  const parent: unknown = Reflect.get(process, 'parentPort')
  return typeof parent === 'object' && parent !== null ? (parent as ElectronParentPort) : null
}

const adaptElectronPort = (port: ElectronMessagePort): Port => {
  const adapted = createProcessPort({
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onEnd: (listener) => port.on('close', listener),
    end: () => port.close(),
  })
  port.start()
  return adapted
}

const openElectronParent = (parent: ElectronParentPort): ParentLink => ({
  report: (message) => parent.postMessage(message),
  onPort: (listener) => {
    parent.on('message', ({ ports }) => {
      for (const port of ports) listener(adaptElectronPort(port))
    })
  },
  // Electron ends its utility processes by itself.
  onEnd: () => undefined,
})

const openNodeParent = (): ParentLink => {
  const send = (message: unknown): void => {
    if (process.connected) process.send?.(message)
  }
  const port = createProcessPort({
    send,
    onMessage: (listener) => void process.on('message', listener),
    onEnd: (listener) => void process.once('disconnect', listener),
    end: () => {
      if (process.connected) process.disconnect()
    },
  })
  return { report: send, onPort: (listener) => listener(port), onEnd: (listener) => port.onClose(listener) }
}

/** The parent: Electron's main process or Node's. */
export const openParent = (): ParentLink => {
  const electron = findElectronParent()
  return electron === null ? openNodeParent() : openElectronParent(electron)
}
