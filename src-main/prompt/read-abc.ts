import type { Articulation, Melody } from '#contract/melody.ts'
import { LETTER_SEMITONES } from '#music/keys.ts'
import { abcKeyName, applyAbcField, createAbcContext, type AbcContext } from './abc-header.ts'
import { MAXIMUM_BPM, MINIMUM_BPM, toMelody, unreadable, type Beat } from './beats.ts'

/**
 * Reader of monophonic ABC (standard 2.1): the music a single violin can play. Chords give their top note, grace notes,
 * chord symbols and lyrics are left out, repeats and endings are played, further voices than the first are skipped.
 */
const DEFAULT_BPM = 120

interface Event {
  kind: 'note' | 'bar'
  /** Length in whole notes. */
  length: number
  pitch: number | null
  /** Bar signs as written, and the endings that begin here ("1", "1,3"). */
  bar: string
  ending: number[]
  isTied: boolean
  isSlurred: boolean
  articulation: Articulation | null
  isAccented: boolean
  bpm: number | null
}

interface Scan {
  readonly context: AbcContext
  readonly events: Event[]
  accidentals: Map<string, number>
  lastSlot: string
  /** The slot whose accidental a tie carries over the bar line, for one note. */
  carriedSlot: string | null
  tuplet: { left: number; ratio: number } | null
  broken: number
  slurDepth: number
  isSlurOpen: boolean
  articulation: Articulation | null
  isAccented: boolean
}

const blank = { bar: '', ending: [] as number[], isTied: false, isSlurred: false, articulation: null, isAccented: false, bpm: null }

const readLength = (text: string): number => {
  const match = /^(\d*)(\/*)(\d*)$/.exec(text)
  if (match === null) return 1
  const top = match[1] === '' ? 1 : Number(match[1])
  const slashes = (match[2] ?? '').length
  const bottom = match[3] !== '' ? Number(match[3]) : 2 ** slashes
  return slashes === 0 ? top : bottom === 0 ? top : top / bottom
}

const TUPLET_OF: Readonly<Record<number, number>> = { 2: 3, 3: 2, 4: 3, 6: 2, 8: 3 }

const readTuplet = (scan: Scan, match: RegExpExecArray): void => {
  const count = Number(match[1])
  const inTimeOf = match[2] !== undefined && match[2] !== '' ? Number(match[2]) : (TUPLET_OF[count] ?? (scan.context.isCompound ? 3 : 2))
  const notes = match[3] !== undefined && match[3] !== '' ? Number(match[3]) : count
  if (count === 0 || inTimeOf === 0) throw unreadable(`"${match[0]}" is no tuplet`)
  scan.tuplet = { left: notes, ratio: inTimeOf / count }
}

const NOTE = /^(\^\^|\^|__|_|=)?([A-Ga-g])([,']*)/
const LENGTH = /^\d*\/*\d*/
const DECORATIONS: Readonly<Record<string, Articulation>> = {
  staccato: 'staccato',
  pizzicato: 'pizzicato',
  spiccato: 'spiccato',
  tenuto: 'detache',
}

const pitchOf = (scan: Scan, match: RegExpExecArray): number => {
  const written = match[2] ?? ''
  const letter = written.toUpperCase()
  const marks = match[3] ?? ''
  const octave = (written === letter ? 4 : 5) + marks.split("'").length - marks.split(',').length + scan.context.octaveShift
  const slot = `${letter}${octave}`
  const sign = match[1]
  if (sign !== undefined) scan.accidentals.set(slot, sign === '=' ? 0 : sign.startsWith('^') ? sign.length : -sign.length)
  const alteration = scan.accidentals.get(slot) ?? scan.context.alterations.get(letter) ?? 0
  if (scan.carriedSlot === slot && sign === undefined) scan.accidentals.delete(slot)
  scan.carriedSlot = null
  scan.lastSlot = slot
  return 12 * (octave + 1) + (LETTER_SEMITONES[letter] ?? 0) + alteration
}

const addNote = (scan: Scan, pitch: number | null, units: number): void => {
  let length = units * scan.context.unitLength
  if (scan.tuplet !== null) {
    length *= scan.tuplet.ratio
    scan.tuplet.left -= 1
    if (scan.tuplet.left <= 0) scan.tuplet = null
  }
  length *= scan.broken
  scan.broken = 1
  if (!(length > 0)) throw unreadable('a note of it has no length')
  const isSlurred = pitch !== null && scan.slurDepth > 0 && !scan.isSlurOpen
  scan.isSlurOpen = false
  scan.events.push({
    ...blank,
    kind: 'note',
    length,
    pitch,
    isSlurred,
    articulation: scan.articulation,
    isAccented: scan.isAccented,
    bpm: scan.context.bpm,
  })
  scan.articulation = null
  scan.isAccented = false
}

const lastNote = (scan: Scan): Event | undefined => scan.events.findLast((event) => event.kind === 'note')

const applyBroken = (scan: Scan, signs: string): void => {
  const previous = lastNote(scan)
  if (previous === undefined) return
  const short = 0.5 ** signs.length
  previous.length *= signs.startsWith('>') ? 2 - short : short
  scan.broken = signs.startsWith('>') ? short : 2 - short
}

const addBar = (scan: Scan, bar: string, endingText: string): void => {
  const ending = endingText
    .split(',')
    .flatMap((part) => {
      const [from = NaN, to = from] = part.split('-').map(Number)
      return Number.isInteger(from) && to - from < 20 ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : []
    })
    .filter((number) => number > 0)
  scan.events.push({ ...blank, kind: 'bar', length: 0, pitch: null, bar, ending })
  const carried = lastNote(scan)?.isTied === true ? scan.accidentals.get(scan.lastSlot) : undefined
  scan.accidentals = new Map(carried === undefined ? [] : [[scan.lastSlot, carried]])
  scan.carriedSlot = carried === undefined ? null : scan.lastSlot
}

/** Reads one chord "[CEG]2": the top note sounds. Returns how many characters it took. */
const readChord = (scan: Scan, text: string): number => {
  const close = text.indexOf(']')
  if (close < 0) throw unreadable('a chord bracket "[" is never closed')
  let inner = text.slice(1, close)
  let top: number | null = null
  let innerUnits: number | null = null
  while (inner !== '') {
    const note = NOTE.exec(inner)
    if (note === null) {
      inner = inner.slice(1)
      continue
    }
    const pitch = pitchOf(scan, note)
    inner = inner.slice(note[0].length)
    const length = LENGTH.exec(inner)?.[0] ?? ''
    inner = inner.slice(length.length)
    innerUnits ??= readLength(length)
    if (top === null || pitch > top) top = pitch
  }
  const length = LENGTH.exec(text.slice(close + 1))?.[0] ?? ''
  if (top !== null) addNote(scan, top, (innerUnits ?? 1) * readLength(length))
  return close + 1 + length.length
}

const readMusicLine = (scan: Scan, line: string): void => {
  let rest = line.replace(/(^|[^\\])%.*$/, '$1')
  const eat = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(rest)
    if (match !== null) rest = rest.slice(match[0].length)
    return match
  }
  let match: RegExpExecArray | null
  while (rest !== '') {
    if (eat(/^[\s`\\$yvu~HLMOPSTWJR&]/) !== null) continue
    if (eat(/^"[^"]*"?/) !== null || eat(/^\{[^}]*\}?/) !== null) continue
    if ((match = eat(/^\[([A-Z]):([^\]]*)\]/)) !== null) {
      applyAbcField(scan.context, match[1] ?? '', match[2] ?? '')
    } else if ((match = eat(/^!([^!]*)!/) ?? eat(/^\+([^+\s]*)\+/)) !== null) {
      const name = match[1] ?? ''
      scan.articulation = DECORATIONS[name] ?? scan.articulation
      if (name === 'accent' || name === '>' || name === 'emphasis' || name === 'marcato') scan.isAccented = true
    } else if ((match = eat(/^(?:\[\||[|:])[|:\]]*/)) !== null) {
      const bar = match[0]
      const ending = eat(/^\s*\[?(\d[\d,-]*)/)
      addBar(scan, bar, ending?.[1] ?? '')
    } else if ((match = eat(/^\[(\d[\d,-]*)/)) !== null) addBar(scan, '', match[1] ?? '')
    else if (rest.startsWith('[')) rest = rest.slice(readChord(scan, rest))
    else if ((match = eat(/^\((\d)(?::(\d*))?(?::(\d*))?/)) !== null) readTuplet(scan, match)
    else if (eat(/^\(/) !== null) {
      scan.slurDepth += 1
      scan.isSlurOpen = true
    } else if (eat(/^\)/) !== null) scan.slurDepth = Math.max(0, scan.slurDepth - 1)
    else if (eat(/^-/) !== null) {
      const note = lastNote(scan)
      if (note !== undefined) note.isTied = true
    } else if ((match = eat(/^[<>]+/)) !== null) applyBroken(scan, match[0])
    else if (eat(/^\.(?=[\^_=A-Ga-g[.~"!])/) !== null) scan.articulation = 'staccato'
    else if (eat(/^[.]/) !== null) continue
    else if ((match = eat(/^([zxZX])(\d*\/*\d*)/)) !== null) {
      const isBars = match[1] === 'Z' || match[1] === 'X'
      const bars = isBars ? (scan.context.barLength || 1) / scan.context.unitLength : 1
      addNote(scan, null, readLength(match[2] ?? '') * bars)
    } else if ((match = eat(NOTE)) !== null) {
      const pitch = pitchOf(scan, match)
      addNote(scan, pitch, readLength(eat(LENGTH)?.[0] ?? ''))
    } else {
      const word = /^\S{1,12}/.exec(rest)?.[0] ?? rest
      throw unreadable(`the ABC text holds "${word}", which is no note`)
    }
  }
}

const MAXIMUM_EVENTS = 20_000

/** Plays repeats and numbered endings: a section sounds as often as its highest ending says, twice where none is numbered. */
const unfoldRepeats = (events: readonly Event[]): Event[] => {
  const played: Event[] = []
  let section = { start: 0, pass: 1, endings: 0, isOpened: false }
  let isSkipping = false
  for (let i = 0; i < events.length && played.length <= MAXIMUM_EVENTS; i++) {
    const event = events[i]
    if (event === undefined) break
    if (event.kind === 'note') {
      if (!isSkipping) played.push(event)
      continue
    }
    const closes = event.bar.startsWith(':')
    const opens = event.bar.endsWith(':')
    const isDouble = /\|\||\|\]|\[\|/.test(event.bar)
    const endings = Math.max(section.endings, ...event.ending)
    if (closes && !isSkipping && section.pass < Math.max(section.endings === 0 && event.ending.length > 0 ? 1 : 2, endings)) {
      section = { ...section, pass: section.pass + 1, endings }
      i = section.start - 1
      continue
    }
    const endsSection =
      (closes && event.ending.length === 0) || opens || (isDouble && !isSkipping && (!section.isOpened || section.pass > 1))
    if (endsSection && event.ending.length === 0) {
      section = { start: i + 1, pass: 1, endings: 0, isOpened: opens }
      isSkipping = false
    }
    if (event.ending.length > 0) {
      section = { ...section, endings }
      isSkipping = !event.ending.includes(section.pass)
    }
  }
  return played
}

const joinTies = (events: readonly Event[]): Event[] => {
  const joined: Event[] = []
  let isOpen = false
  for (const event of events) {
    const previous = joined.at(-1)
    if (isOpen && previous !== undefined && event.pitch !== null && previous.pitch === event.pitch) previous.length += event.length
    else joined.push({ ...event })
    isOpen = event.isTied
  }
  return joined
}

const splitLines = (text: string): string[] => text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)

/** Whether a text is written in ABC: it has at least one field line that only ABC has, or several fields on one line. */
export const looksLikeAbc = (text: string): boolean => {
  const fields = splitLines(text).filter((line) => /^\s*(?:X:\s*\d|K:\s*[A-GHn]|[LM]:\s*(?:\d+\s*\/|C\b|C\|)|Q:\s*[\d"])/.test(line)).length
  return fields > 0 || /(?:^|\s)(?:X:\s*\d+|L:\s*1\/\d+|M:\s*\d\/\d)\s/.test(text) || /(?:^|\s)K:\s*[A-G]\S*\s+\S/.test(text)
}

/** One-line ABC ("X:1 L:1/8 K:G GABc") set in lines, the fields first. */
const breakFields = (text: string): string => {
  const lines = splitLines(text.replace(/\\n/g, '\n'))
  return lines
    .map((line) => {
      if (!/^\s*[A-Z]:/.test(line) || !/\s[XTMLQKRCSZNOBDFG]:/.test(line)) return line.trimStart().startsWith('K:') ? breakKey(line) : line
      return breakKey(line.trim().replace(/\s+(?=[XTMLQKRCSZNOBDFG]:)/g, '\n'))
    })
    .join('\n')
}
const breakKey = (text: string): string =>
  text.replace(
    /^\s*K:\s*([A-G][#b]?(?:maj|min|mix|dor|phr|lyd|loc|m)?(?:\s+(?:major|minor|maj|min|mix\w*|dor\w*|phr\w*|lyd\w*|loc\w*)\b)?)[ \t]+(?=[^%\s])(?!clef|treble|bass|octave|exp\b|maj|min|mix|dor|phr|lyd|loc|aeo|ion|[\^_=][A-Ga-g](?:\s|$))(.*)$/im,
    'K:$1\n$2',
  )

/** The first tune of an ABC text as beats (quarter notes) with its tempo and key. Throws MELODY_UNREADABLE where it is broken. */
export const readAbcBeats = (text: string): { beats: Beat[]; bpm: number | null; key: string | undefined } => {
  const context = createAbcContext()
  const scan: Scan = {
    context,
    events: [],
    accidentals: new Map(),
    lastSlot: '',
    carriedSlot: null,
    tuplet: null,
    broken: 1,
    slurDepth: 0,
    isSlurOpen: false,
    articulation: null,
    isAccented: false,
  }
  let hasKey = false
  let voice: string | null = null
  let isOtherVoice = false
  let tuneCount = 0
  for (const line of splitLines(breakFields(text))) {
    const field = /^\s*([A-Za-z]):(?![|:])(.*)$/.exec(line)
    if (field !== null) {
      const letter = field[1] ?? ''
      const value = (field[2] ?? '').replace(/%.*$/, '')
      if (letter === 'X') tuneCount += 1
      if (tuneCount > 1) break
      if (letter === 'V' && hasKey) {
        const id = value.trim().split(/\s/)[0] ?? ''
        voice ??= id
        isOtherVoice = id !== voice
      } else if (!isOtherVoice) applyAbcField(context, letter, value)
      if (letter === 'K') hasKey = true
    } else if (hasKey && !isOtherVoice && !/^\s*%/.test(line)) {
      const inline = /^\s*\[V:\s*([^\]\s]+)[^\]]*\]/.exec(line)
      if (inline !== null) voice ??= inline[1] ?? ''
      if (line.trim() === '' && scan.events.length > 0) break
      if (inline === null || inline[1] === voice) readMusicLine(scan, inline === null ? line : line.slice(inline[0].length))
    }
  }
  if (!hasKey) throw unreadable('the ABC text has no K: line, which says the key and where the music begins')
  const played = joinTies(unfoldRepeats(scan.events)).filter((event) => event.kind === 'note')
  if (!played.some((event) => event.pitch !== null)) throw unreadable('the ABC text holds no notes')
  const baseBpm = played.find((event) => event.bpm !== null)?.bpm ?? context.bpm
  const bpm = baseBpm === null ? null : Math.min(MAXIMUM_BPM, Math.max(MINIMUM_BPM, baseBpm))
  const beats = played.map((event): Beat => {
    // A later Q: is folded into the lengths, so that the whole tune keeps one bpm.
    const scale = bpm !== null && event.bpm !== null ? bpm / event.bpm : 1
    return {
      beats: event.length * 4 * scale,
      pitch: event.pitch,
      ...(event.articulation !== null && { articulation: event.articulation }),
      ...(event.isSlurred && { isSlurred: true }),
      ...(event.isAccented && { isAccented: true }),
    }
  })
  return { beats, bpm, key: abcKeyName(context) }
}

/** The melody of an ABC text (its first tune). */
export const readAbc = (text: string): Melody => {
  const { beats, bpm, key } = readAbcBeats(text)
  return toMelody(beats, bpm ?? DEFAULT_BPM, key)
}
