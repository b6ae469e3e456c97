/** Someone asked for the work to stop: neither a success nor a failure, and nothing to show. */
export class Cancelled extends Error {
  constructor() {
    super('The work was cancelled.')
    this.name = 'Cancelled'
  }
}

/** Stops here when the signal says so. Call it between steps of long work. */
export const throwIfCancelled = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) throw new Cancelled()
}

/** True for our own outcome and for the platform's AbortError. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof Cancelled || (error instanceof Error && (error.name === 'Cancelled' || error.name === 'AbortError'))
