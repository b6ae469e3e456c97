import { keyName, readKey, signatureAlterations, type KeySignature } from '#music/keys.ts'
import { unreadable } from './beats.ts'

/** What the fields above and inside an ABC tune say. Lengths are in whole notes, as ABC writes them. */
export interface AbcContext {
  unitLength: number
  /** Length of a bar in whole notes; 0 where the metre is free. */
  barLength: number
  /** Whether the denominator of the metre makes (2, (4 ... tuplets compound. */
  isCompound: boolean
  /** Quarter notes a minute. */
  bpm: number | null
  key: KeySignature | null
  alterations: ReadonlyMap<string, number>
  /** Octaves added by clef=treble-8 and octave=. */
  octaveShift: number
  hasUnitLength: boolean
}

export const createAbcContext = (): AbcContext => ({
  unitLength: 1 / 8,
  barLength: 1,
  isCompound: false,
  bpm: null,
  key: null,
  alterations: new Map(),
  octaveShift: 0,
  hasUnitLength: false,
})

/** Tempo names that Q: may carry instead of a number. */
const NAMED_TEMPI: Readonly<Record<string, number>> = {
  largo: 50,
  lento: 56,
  adagio: 66,
  andante: 84,
  moderato: 108,
  allegretto: 116,
  allegro: 132,
  vivace: 156,
  presto: 180,
}

const readFraction = (text: string): number | null => {
  const match = /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(text)
  if (match === null || Number(match[1]) === 0 || Number(match[2]) === 0) return null
  return Number(match[1]) / Number(match[2])
}

const readMeter = (context: AbcContext, value: string): void => {
  const text = value.trim()
  if (text === '' || /^none$/i.test(text)) context.barLength = 0
  else if (text === 'C' || text === 'C|') context.barLength = 1
  else {
    const match = /^\(?([\d+\s]+)\)?\s*\/\s*(\d+)/.exec(text)
    const top = (match?.[1] ?? '').split('+').reduce((sum, part) => sum + Number(part), 0)
    const bottom = Number(match?.[2] ?? 0)
    if (match === null || !(top > 0) || !(bottom > 0)) throw unreadable(`"M:${text}" is no metre that ABC knows`)
    context.barLength = top / bottom
    context.isCompound = top % 3 === 0 && top > 3
  }
  if (!context.hasUnitLength && context.barLength > 0) context.unitLength = context.barLength < 0.75 ? 1 / 16 : 1 / 8
}

const readTempo = (context: AbcContext, value: string): void => {
  const words = value.replace(/"[^"]*"/g, ' ').trim()
  const assigned = /^([\d/\s]*?)\s*=\s*(\d+(?:\.\d+)?)/.exec(words)
  const beat = (assigned?.[1] ?? '').split(/\s+/).reduce((sum, part) => sum + (readFraction(part) ?? 0), 0)
  if (assigned !== null) context.bpm = Number(assigned[2]) * (beat > 0 ? beat : 1 / 4) * 4
  else if (/^\d+(\.\d+)?$/.test(words)) context.bpm = Number(words) * (context.isCompound ? 1.5 : 1)
  else {
    const named = Object.keys(NAMED_TEMPI).find((name) => value.toLowerCase().includes(name))
    if (named !== undefined) context.bpm = NAMED_TEMPI[named] ?? null
  }
  if (context.bpm !== null && !(context.bpm >= 10 && context.bpm <= 600))
    throw unreadable(`"Q:${value.trim()}" is no tempo that can be played`)
}

const readKeyField = (context: AbcContext, value: string): void => {
  const shift = /(?:octave=|(?:treble|bass|alto|tenor)?([+-])8)(-?\d+)?/.exec(value)
  if (shift !== null) context.octaveShift = shift[2] !== undefined ? Number(shift[2]) : shift[1] === '-' ? -1 : 1
  const text = value
    .replace(/\b(clef|octave|middle|stafflines|transpose|style)=\S+/g, ' ')
    .replace(/\b(treble|bass|alto|tenor)([+-]8)?/g, ' ')
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  const head = words[0] ?? ''
  if (head === '' || /^none$/i.test(head) || /^H[Pp]$/.test(head)) {
    // Highland pipes: HP writes no signature, Hp writes F# and C#.
    context.key = null
    context.alterations = head === 'Hp' ? signatureAlterations(2) : new Map()
    return
  }
  const mode = words[1] !== undefined && /^[A-Za-z]{1,10}$/.test(words[1]) && !/^exp$/i.test(words[1]) ? words[1] : ''
  const key = readKey(`${head} ${mode}`) ?? readKey(head)
  if (key === null) throw unreadable(`"K:${value.trim()}" is no key that ABC knows`)
  context.key = key
  const alterations = new Map(words.includes('exp') ? [] : signatureAlterations(key.fifths))
  for (const word of words.slice(1)) {
    const explicit = /^(\^\^?|__?|=)([A-Ga-g])$/.exec(word)
    if (explicit === null) continue
    const sign = explicit[1] ?? ''
    alterations.set((explicit[2] ?? '').toUpperCase(), sign === '=' ? 0 : sign.startsWith('^') ? sign.length : -sign.length)
  }
  context.alterations = alterations
}

/** Applies one information field to the running context; fields that do not change the sound are ignored. */
export const applyAbcField = (context: AbcContext, letter: string, value: string): void => {
  if (letter === 'M') readMeter(context, value)
  else if (letter === 'Q') readTempo(context, value)
  else if (letter === 'K') readKeyField(context, value)
  else if (letter === 'L') {
    const length = value.trim() === '1' ? 1 : readFraction(value)
    if (length === null) throw unreadable(`"L:${value.trim()}" is no note length that ABC knows`)
    context.unitLength = length
    context.hasUnitLength = true
  }
}

export const abcKeyName = ({ key }: AbcContext): string | undefined => (key === null ? undefined : keyName(key))
