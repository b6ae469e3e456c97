/** The one source of wall-clock time, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** A clock that moves only when told to. */
export const createFakeClock = (startMs = Date.UTC(2026, 0, 1)): Clock & { advance(milliseconds: number): void } => {
  let nowMs = startMs
  return {
    now: () => nowMs,
    advance: (milliseconds) => {
      nowMs += milliseconds
    },
  }
}

/** ISO 8601 time stamp of the clock's present. */
export const readTimestamp = (clock: Clock): string => new Date(clock.now()).toISOString()
