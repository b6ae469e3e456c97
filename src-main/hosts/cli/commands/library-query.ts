import { LICENCES, type LibraryQuery } from '#contract/library.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { Option, type Command } from 'commander'

export interface QueryOptions {
  readonly tag?: string[]
  readonly withoutTag?: string[]
  readonly key?: string[]
  readonly register?: string[]
  readonly articulation?: string[]
  readonly dynamics?: string[]
  readonly licence?: (typeof LICENCES)[number][]
  readonly withoutMark?: string[]
  readonly minSeconds?: number
  readonly maxSeconds?: number
  readonly minQuality?: number
  readonly kept?: boolean
}

const readNumber =
  (name: string) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= 0))
      throw new EngineError('INVALID_ARGUMENT', { what: `${name} takes a number from 0 on, not "${text}".` })
    return value
  }

/** Filters of the library, for every command that selects in it. */
export const addQueryOptions = (command: Command): Command =>
  command
    .option('--tag <tags...>', 'has all of these tags')
    .option('--without-tag <tags...>', 'has none of these')
    .option('--key <keys...>', 'in one of these keys, e.g. "D major"')
    .option('--register <registers...>', 'in one of these registers')
    .option('--articulation <names...>', 'played in one of these ways')
    .option('--dynamics <names...>', 'as loud as one of these')
    .addOption(new Option('--licence <names...>', 'under one of these').choices(LICENCES))
    .option('--without-mark <codes...>', 'without these marks, e.g. clipping noise')
    .addOption(new Option('--min-seconds <n>', 'at least so long').argParser(readNumber('--min-seconds')))
    .addOption(new Option('--max-seconds <n>', 'at most so long').argParser(readNumber('--max-seconds')))
    .addOption(new Option('--min-quality <n>', 'quality, 0 to 1').argParser(readNumber('--min-quality')))
    .option('--kept', 'only what is kept for data sets')

export const readQuery = (options: QueryOptions): LibraryQuery => {
  const query: LibraryQuery = {
    tags: options.tag,
    withoutTags: options.withoutTag,
    keys: options.key,
    registers: options.register,
    articulations: options.articulation,
    dynamics: options.dynamics,
    licences: options.licence,
    withoutMarks: options.withoutMark,
    minimumSeconds: options.minSeconds,
    maximumSeconds: options.maxSeconds,
    minimumQuality: options.minQuality,
    isKept: options.kept === true ? true : undefined,
  }
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
}
