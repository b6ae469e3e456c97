import { nameKey } from '#renderer/language/key-names.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'
import type { CommandId } from './command-list.ts'
import type { Commands } from './commands.svelte.ts'

const names = wordsOf('commands')
const pages = wordsOf('app.pages')

/** What a command does, in a few words. */
export const nameCommand = (id: CommandId): string => {
  const page = id.startsWith('page-') ? pages[id.slice(5) as keyof typeof pages] : undefined
  return page === undefined ? names[id as keyof typeof names] : m['commandGoTo']({ page })
}

/** The key of a command as a tooltip shows it: "Ctrl Z", or nothing. */
export const showKey = (commands: Commands, id: CommandId): string => {
  const key = commands.keysOf(id)[0]
  return key === undefined ? '' : nameKey(key).join(' ')
}
