import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { ScanOptions } from '../source.ts'

/** Items between two reports of progress inside one file. */
const ITEMS_PER_REPORT = 256

/** What went wrong, as the part of a sentence that the reader of a list wants. */
export const describeTrouble = (error: unknown): string => {
  if (!(error instanceof EngineError)) return error instanceof Error ? error.message : String(error)
  return 'reason' in error.details ? String(error.details.reason) : error.message.replace(/\.$/, '')
}

/** Progress, cancellation and a free event loop for one scan. */
export interface ScanWatch {
  /** A file begins. Gives way to other work. */
  startFile(path: string): Promise<void>
  endFile(): void
  /** One item was found; gives way now and then. `share` of the whole work, 0..1. */
  countItem(share?: number): Promise<void> | undefined
  report(path: string, reason: string): void
}

export const watchScan = ({ signal, onProgress, onProblem }: ScanOptions): ScanWatch => {
  let path = ''
  let filesDone = 0
  let itemsFound = 0
  let lastShare: number | undefined
  const tell = (): void => onProgress?.({ path, filesDone, itemsFound, ...(lastShare !== undefined && { share: lastShare }) })
  const giveWay = async (): Promise<void> => {
    tell()
    await setImmediate()
    throwIfCancelled(signal)
  }
  throwIfCancelled(signal)
  return {
    async startFile(next) {
      path = next
      await giveWay()
    },
    endFile() {
      filesDone += 1
      tell()
    },
    countItem(share) {
      itemsFound += 1
      lastShare = share === undefined ? lastShare : Math.min(1, share)
      return itemsFound % ITEMS_PER_REPORT === 0 ? giveWay() : undefined
    },
    report: (at, reason) => onProblem?.({ path: at, reason }),
  }
}
