import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const settingsWords = wordsOf('settings', {
  themes: wordsOf('settings.themes'),
  languages: wordsOf('settings.languages'),
  rates: wordsOf('settings.rates'),
  bitNames: wordsOf('settings.bitNames'),
  unnamedDevice: (number: number) => m['settings.unnamedDevice']({ number }),
  beats: (count: number) => m['settings.beats']({ count }),
})

export const keysWords = wordsOf('keys', {
  groups: wordsOf('keys.groups'),
  change: (command: string, key: string) => m['keys.change']({ command, key }),
  taken: (key: string, command: string) => m['keys.taken']({ key, command }),
  reset: (command: string) => m['keys.reset']({ command }),
})

const HELP_TOPICS = ['hum', 'notes', 'words', 'takes', 'arrangement', 'daw', 'safe'] as const
export const helpWords = wordsOf('help', { topics: HELP_TOPICS.map((topic) => wordsOf(`help.${topic}`)) })
