import { language, type Language } from './locale.svelte.ts'

/** British English: days before months, and no comma after the year. */
const TAGS: Record<Language, string> = { en: 'en-GB', de: 'de-DE' }
const numbers = new Map<string, Intl.NumberFormat>()
const dates = new Map<string, Intl.DateTimeFormat>()

const numberFormat = (digits: number): Intl.NumberFormat => {
  const key = `${language()} ${digits}`
  const known = numbers.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(TAGS[language()], { minimumFractionDigits: digits, maximumFractionDigits: digits })
  numbers.set(key, made)
  return made
}

/** A number as the page's language writes it, with that many digits after the point or comma. */
export const formatNumber = (value: number, digits = 0): string => numberFormat(digits).format(value)

const STYLES = {
  date: { dateStyle: 'medium' },
  time: { timeStyle: 'short' },
  both: { dateStyle: 'medium', timeStyle: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

/** A moment (ISO text, milliseconds or Date) as the page's language writes it. */
export const formatDate = (moment: string | number | Date, style: keyof typeof STYLES = 'both'): string => {
  const key = `${language()} ${style}`
  const format = dates.get(key) ?? new Intl.DateTimeFormat(TAGS[language()], STYLES[style])
  dates.set(key, format)
  return format.format(new Date(moment))
}

/** "a, b and c". */
export const formatList = (items: readonly string[]): string => new Intl.ListFormat(TAGS[language()]).format(items)
