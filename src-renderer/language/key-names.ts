import { wordsOf } from './words.ts'

const names = wordsOf('keyNames') as Readonly<Record<string, string>>
const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  '([1-9])': '1 – 9',
  '([0-9])': '0 – 6',
  '([+=])': '+',
  '-': '−',
}

/** The parts of a binding as they stand on the keys: "$mod+Shift+Z" is Ctrl, Shift, Z. */
export const nameKey = (binding: string): readonly string[] => {
  const isMac = typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform)
  const [, modifiers = '', key = ''] = /^((?:(?:\$mod|Alt|Shift|\[Shift\])\+)*)(.+)$/.exec(binding) ?? []
  return [...modifiers.split('+').filter((part) => part !== '' && part !== '[Shift]'), key].map((part) => {
    if (part === '$mod') return isMac ? '⌘' : (names['Control'] ?? part)
    if (part === 'Alt' && isMac) return '⌥'
    return SIGNS[part] ?? names[part] ?? (part.length === 1 ? part.toUpperCase() : part.replace(/^(Key|Digit)/, ''))
  })
}
