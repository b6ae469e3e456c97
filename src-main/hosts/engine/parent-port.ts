import type { EngineReport } from '#contract/host-messages.ts'
import type { Port } from '#rpc/port.ts'
import { createProcessPort } from '#rpc/process-port.ts'

/** Electron's utility processes have this instead of `process.send`. */
interface ElectronParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

const findElectronParent = (): ElectronParentPort | null => {
  const parent: unknown = Reflect.get(process, 'parentPort')
  return typeof parent === 'object' && parent !== null ? (parent as ElectronParentPort) : null
}

/** The port to whoever forked this process: Electron's `process.parentPort` or Node's `process`. */
export const openParentPort = (): { port: Port; report(message: EngineReport): void } => {
  const electron = findElectronParent()
  const post = (message: unknown): void => {
    if (electron !== null) electron.postMessage(message)
    else if (process.connected) process.send?.(message)
  }
  const port = createProcessPort({
    send: post,
    onMessage: (listener) => {
      if (electron !== null) electron.on('message', ({ data }) => listener(data))
      else process.on('message', listener)
    },
    // Electron ends its utility processes by itself.
    onEnd: (listener) => void process.once('disconnect', listener),
    end: () => {
      if (process.connected) process.disconnect()
    },
  })
  return { port, report: post }
}
