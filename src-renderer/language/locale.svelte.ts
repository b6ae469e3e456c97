import { overwriteGetLocale } from '#messages/runtime.js'

export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]
export type LanguageChoice = 'system' | Language

const fromSystem = (): Language => {
  const wanted = typeof navigator === 'undefined' ? [] : navigator.languages
  for (const tag of wanted) {
    const known = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language)
    if (known) return known
  }
  return 'en'
}

let current = $state<Language>('en')
overwriteGetLocale(() => current)

/** The language of the page. Whatever reads a word while it is drawn is drawn anew when it changes. */
export const language = (): Language => current

/** Sets the language of the page, and says so to screen readers and the browser. */
export const chooseLanguage = (choice: LanguageChoice): void => {
  current = choice === 'system' ? fromSystem() : choice
  if (typeof document !== 'undefined') document.documentElement.lang = current
}
