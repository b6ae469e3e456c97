import { isEngineReport, type TrainingReport } from '#contract/host-messages.ts'
import type { WireError } from '#contract/errors.ts'

/** A started engine process, as far as the broker has to do with it. */
export interface EngineProcess<Port> {
  /** Hands the engine one end of a channel, over which it then serves. */
  givePort(port: Port): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: () => void): void
  kill(): void
}

export interface BrokerOptions<Port> {
  readonly fork: () => EngineProcess<Port>
  readonly createChannel: () => { readonly engineEnd: Port; readonly pageEnd: Port }
  /** The engine cannot start, e.g. because another one holds the library, or it died too often (no error then). */
  readonly onGiveUp: (error: WireError | null) => void
  readonly onTraining?: (report: TrainingReport) => void
}

const MAXIMUM_RESTARTS = 3

/**
 * Brings pages and engine together: one channel for each page, made once the engine serves and made anew when it had to be
 * started again. What passes over a channel never touches this process.
 */
export const createEngineBroker = <Port>({ fork, createChannel, onGiveUp, onTraining }: BrokerOptions<Port>) => {
  const pages = new Map<number, (port: Port) => void>()
  let engine: EngineProcess<Port> | null = null
  let isReady = false
  let isClosing = false
  let restarts = 0

  const connectPage = (giveToPage: (port: Port) => void): void => {
    const { engineEnd, pageEnd } = createChannel()
    engine?.givePort(engineEnd)
    giveToPage(pageEnd)
  }

  const start = (): void => {
    const started = fork()
    engine = started
    let failure: WireError | null = null
    started.onMessage((message) => {
      if (!isEngineReport(message)) return
      if (message.type === 'failed') {
        failure = message.error
        return
      }
      if (message.type === 'training') {
        onTraining?.(message)
        return
      }
      isReady = true
      for (const give of pages.values()) connectPage(give)
    })
    started.onExit(() => {
      if (engine === started) engine = null
      isReady = false
      // Whatever it trained has stopped with it.
      onTraining?.({ type: 'training', progress: null, ended: null })
      if (isClosing) return
      // What an engine reports by itself does not go away by trying again.
      if (failure !== null || ++restarts > MAXIMUM_RESTARTS) onGiveUp(failure)
      else start()
    })
  }

  start()
  return {
    /** A page asks for its connection; asked again (a reload), the page gets a fresh one. */
    addPage(id: number, give: (port: Port) => void): void {
      pages.set(id, give)
      if (isReady) connectPage(give)
    },
    removePage(id: number): void {
      pages.delete(id)
    },
    close(): void {
      isClosing = true
      engine?.kill()
    },
  }
}
