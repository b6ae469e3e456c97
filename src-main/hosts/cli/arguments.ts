import { EngineError } from '#main/foundation/engine-error.ts'

const refuse = (what: string): never => {
  throw new EngineError('INVALID_ARGUMENT', { what })
}

/** A whole number in a range, for commander's argument parsers. */
export const readWhole =
  (name: string, least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
      refuse(`${name} takes a whole number from ${least} to ${most}, not "${text}".`)
    }
    return value
  }

export const readSeconds =
  (name: string, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value > 0 && value <= most)) refuse(`${name} takes seconds above 0 and up to ${most}, not "${text}".`)
    return value
  }

/** One of a few numbers. */
export const readChoice =
  <T extends number>(name: string, choices: readonly T[]) =>
  (text: string): T => {
    const value = choices.find((choice) => String(choice) === text.trim())
    return value ?? refuse(`${name} takes ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}, not "${text}".`)
  }
