/** Lengths of a composed melody that are offered, seconds. */
export const COMPOSE_SECONDS = [5, 10, 20, 40, 60] as const
export const DEFAULT_COMPOSE_SECONDS = 10
