import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'

/** A new id such as `take-mb3k9x2f-4h7q0z1w`: sorts by time of making within one prefix. */
export const createId = (prefix: string, clock: Clock, random: Random): string => {
  let tail = ''
  for (let i = 0; i < 8; i++) tail += ALPHABET[random.integer(ALPHABET.length)] ?? '0'
  return `${prefix}-${clock.now().toString(36)}-${tail}`
}
