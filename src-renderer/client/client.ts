import { ApiError } from '#contract/api-error.ts'
import type { DesktopBridge, DesktopFiles } from '#contract/desktop-bridge.ts'
import { METHODS, PUSH_NAMES, type Api, type MethodName, type PushEvents } from '#contract/api.ts'

/** The engine as the page sees it: calls, pushes, and whether it is there. Survives a restart of the engine. */
export interface Client {
  readonly api: Api
  on<E extends keyof PushEvents>(event: E, listener: (payload: PushEvents[E]) => void): () => void
  /** Tells whenever the connection opens or is lost; answers how to stop listening. */
  onConnection(listener: (isOpen: boolean) => void): () => void
  /** Where a file that the person chose lies; only the desktop window knows. */
  readonly pathOf?: (file: File) => string
  /** What the desktop can do with files; undefined in a browser, which downloads them. */
  readonly files?: DesktopFiles
  readonly onOpenFile?: DesktopBridge['onOpenFile']
}

/** One live link to the engine, whatever carries it. */
export interface Link {
  readonly api: Api
  on<E extends keyof PushEvents>(event: E, listener: (payload: PushEvents[E]) => void): () => void
  onClose(listener: () => void): void
}

const RETRY_MS = [300, 600, 1200, 2500, 5000]

/** A client that opens a link, and another whenever one is lost. Calls made while there is none fail with CONNECTION_LOST. */
export const createClient = (open: () => Promise<Link>, desktop: Pick<Client, 'pathOf' | 'files' | 'onOpenFile'> = {}): Client => {
  const listeners: { [E in keyof PushEvents]: Set<(payload: PushEvents[E]) => void> } = {
    'jobs.changed': new Set(),
    'library.changed': new Set(),
    'imports.changed': new Set(),
    'sources.scanning': new Set(),
  }
  const connectionListeners = new Set<(isOpen: boolean) => void>()
  let link: Link | undefined
  let attempt = 0

  const tell = (isOpen: boolean): void => {
    for (const listener of connectionListeners) listener(isOpen)
  }
  const forward = <E extends keyof PushEvents>(from: Link, event: E): void => {
    from.on(event, (payload) => {
      for (const listener of listeners[event]) listener(payload)
    })
  }
  const retry = (): void => {
    const wait = RETRY_MS[Math.min(attempt++, RETRY_MS.length - 1)]
    setTimeout(connect, wait)
  }
  const connect = (): void => {
    open().then(
      (opened) => {
        attempt = 0
        link = opened
        for (const event of PUSH_NAMES) forward(opened, event)
        opened.onClose(() => {
          link = undefined
          tell(false)
          retry()
        })
        tell(true)
      },
      () => {
        tell(false)
        retry()
      },
    )
  }

  const api: Record<string, Record<string, (input: unknown) => Promise<unknown>>> = {}
  for (const method of Object.keys(METHODS) as MethodName[]) {
    const [namespace = '', name = ''] = method.split('.')
    const methods = (api[namespace] ??= {})
    methods[name] = (input) => {
      if (link === undefined) return Promise.reject(new ApiError({ code: 'CONNECTION_LOST', details: {} }))
      const current = link.api as unknown as typeof api
      const call = current[namespace]?.[name]
      return call === undefined ? Promise.reject(new ApiError({ code: 'INTERNAL', details: { traceId: method } })) : call(input)
    }
  }
  connect()

  return {
    api: api as unknown as Api,
    ...desktop,
    on: (event, listener) => {
      listeners[event].add(listener)
      return () => void listeners[event].delete(listener)
    },
    onConnection: (listener) => {
      connectionListeners.add(listener)
      if (link !== undefined) listener(true)
      return () => void connectionListeners.delete(listener)
    },
  }
}
