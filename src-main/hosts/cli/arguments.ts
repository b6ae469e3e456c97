import { EngineError } from '#main/foundation/engine-error.ts'
import { Option, type Command } from 'commander'

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

/** A share from 0 to 1. */
export const readShare =
  (name: string) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= 0 && value <= 1)) refuse(`${name} takes a number from 0 to 1, not "${text}".`)
    return value
  }

export const readSeconds =
  (name: string, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value > 0 && value <= most)) refuse(`${name} takes seconds above 0 and up to ${most}, not "${text}".`)
    return value
  }

/** Where notes go: `--snap` and `--grid`, for every command that listens to a hum. */
export interface SnapOptions {
  readonly snap?: string
  readonly grid?: 'off' | '1/4' | '1/8' | '1/16'
}

export const addSnapOptions = (command: Command, snapDefault: string): Command =>
  command
    .addOption(
      new Option(
        '--snap <how>',
        'pitches: off (as sung), gentle (tuning taken out, half-way to near keys), chromatic (nearest key of the keyboard), auto (likeliest key) or a key, e.g. "D major"',
      ).default(undefined, snapDefault),
    )
    .addOption(
      new Option('--grid <value>', 'move onsets to a grid')
        .choices(['off', '1/4', '1/8', '1/16'])
        .default(undefined, 'off, onsets as sung'),
    )

/** One of a few numbers. */
export const readChoice =
  <T extends number>(name: string, choices: readonly T[]) =>
  (text: string): T => {
    const value = choices.find((choice) => String(choice) === text.trim())
    return value ?? refuse(`${name} takes ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}, not "${text}".`)
  }
