import { readNoteName, toMidi } from '#music/note-names.ts'
import { CHORD_STEPS, SCALE_STEPS, type ChordName, type ScaleName } from '#music/scales.ts'
import { VIOLIN_HIGHEST, VIOLIN_LOWEST } from '#contract/melody.ts'
import type { Beat } from './beats.ts'
import { scanNoteTokens } from './note-tokens.ts'
import { foldCase, NUMBER_PATTERN, readNumber, type TextSpan } from './quantities.ts'

export interface ScaleReading {
  readonly beats: Beat[]
  readonly spans: TextSpan[]
  readonly key: string | undefined
  readonly defaultBeats: number
  readonly lastPitch: number
}

const NOUN = /\b(scales?|tonleiter|gamme|arpeggi(?:o|os|i|ated)|arpeges?|broken (?:chord|triad)s?|dreiklang|triads?)\b/
const ACCIDENTAL = '(?:\\s*[#♯♭b](?![a-z])|[ -](?:sharp|flat)|is(?![a-z])|es(?![a-z])|s(?![a-z]))?'
const MODE_WORDS =
  '(?:harmonic |melodic |natural |harmonisch |melodisch )?(?:major|minor|dur|moll|maj(?:or)?|min(?:or)?|majeur|mineur)(?: (?:pentatonic|seventh|7th|7))?|pentatonic(?: (?:major|minor))?|dorian|phrygian|lydian|mixolydian|aeolian|ionian|locrian|chromatic|whole[ -]tone|blues|dominant (?:seventh|7th)|diminished(?: (?:seventh|7th))?|augmented|7th|seventh'
const BEFORE = new RegExp(`(?:^|[^a-z#♯♭])(?:an?\\s+)?([a-h])(${ACCIDENTAL})(\\d)?[ -]*(${MODE_WORDS})?[ -]*$`)
const AFTER = new RegExp(
  `^\\s*(?:of|in|on|from|starting (?:on|from)|von|de|en|auf)\\s+(?:the (?:key|note) of\\s+)?([a-h])(${ACCIDENTAL})(\\d)?(?![a-z])(?:[ -]+(${MODE_WORDS}))?`,
)
const ANYWHERE = new RegExp(`(?<![a-z#♯♭])([a-h])(${ACCIDENTAL})(\\d)?[ -]+(${MODE_WORDS})(?![a-z])`)
const FROM = new RegExp(
  `\\b(?:from|starting (?:on|from|at)|beginning (?:on|at)|von|ab)\\s+(?:the\\s+(?:open\\s+)?)?([a-h])(${ACCIDENTAL})(\\d)?(?![a-z])(?:\\s+(?:up |down )?(?:to|bis|until)\\s+([a-h])(${ACCIDENTAL})(\\d)?(?![a-z]))?`,
)
const OCTAVES = new RegExp(`\\b(?:(?:over|across|through|uber)\\s+)?(${NUMBER_PATTERN})[ -]+(?:octaves?|oktaven?)\\b`)
const DOWN = /\b(?:descend(?:s|ing)?|down(?:wards?)?|falling|absteigend(?:e|er)?|abwarts|descendante?)\b/
const UP = /\b(?:ascend(?:s|ing)?|up(?:wards?)?|rising|climbing|aufsteigend(?:e|er)?|aufwarts|ascendante?)\b/

const MAXIMUM_OCTAVES = 4

const readScaleName = (words: string): ScaleName => {
  const isMinor = /\bmin|moll|mineur/.test(words)
  if (/pentatonic/.test(words)) return isMinor ? 'minor pentatonic' : 'major pentatonic'
  if (/harmoni/.test(words)) return 'harmonic minor'
  if (/melodi/.test(words)) return 'melodic minor'
  if (/aeolian/.test(words) || isMinor) return 'minor'
  if (/whole[ -]tone/.test(words)) return 'whole tone'
  const named = (Object.keys(SCALE_STEPS) as ScaleName[]).find((name) => words.includes(name))
  return named ?? 'major'
}

const readChordName = (words: string): ChordName => {
  const isMinor = /\bmin|moll|mineur/.test(words)
  const isSeventh = /seventh|7/.test(words)
  if (/dimin/.test(words)) return isSeventh ? 'diminished seventh' : 'diminished'
  if (/augment/.test(words)) return 'augmented'
  if (isSeventh) return isMinor ? 'minor seventh' : /maj/.test(words) ? 'major seventh' : 'dominant seventh'
  return isMinor ? 'minor' : 'major'
}

interface Tonic {
  readonly semitone: number
  readonly octave: number | null
  readonly name: string
}

const readTonic = (letter: string, accidental: string, octave: string | undefined): Tonic | null => {
  const name = readNoteName(`${letter}${accidental.trim() === 'b' ? 'b' : accidental.trim()}`)
  if (name === null) return null
  const sign = /^(?:#|♯|sharp|is)$/.test(accidental.replace(/[\s-]/g, '')) ? '#' : accidental.trim() === '' ? '' : 'b'
  return { semitone: name.semitone, octave: octave === undefined ? null : Number(octave), name: letter.toUpperCase() + sign }
}

/** Pitches from the tonic through `octaves`, the closing tonic included. */
const climb = (tonic: number, steps: readonly number[], octaves: number): number[] => {
  const pitches: number[] = []
  for (let octave = 0; octave < octaves; octave++) for (const step of steps) pitches.push(tonic + 12 * octave + step)
  return [...pitches, tonic + 12 * octaves].filter((pitch) => pitch <= VIOLIN_HIGHEST)
}

/** The lengths that words such as "in eighth notes" state anywhere in the clause. */
const readLength = (text: string): { beats: number; spans: TextSpan[] } | null => {
  const durations = scanNoteTokens(text).tokens.filter((token) => token.kind === 'duration' && !token.isLoose)
  const first = durations[0]
  return first?.kind === 'duration' ? { beats: first.beats, spans: durations } : null
}

/** A scale or broken chord by name: "an ascending G minor arpeggio", "two-octave D major scale up and down in eighth notes". */
export const readScale = (text: string, inheritedBeats: number): ScaleReading | null => {
  const folded = foldCase(text)
  const noun = NOUN.exec(folded)
  if (noun === null) return null
  const nounEnd = noun.index + noun[0].length
  const spans: TextSpan[] = [{ start: noun.index, end: nounEnd }]
  const isArpeggio = !/^(?:scale|tonleiter|gamme)/.test(noun[0])
  const head = folded.slice(0, noun.index)
  const before = BEFORE.exec(head)
  const after = AFTER.exec(folded.slice(nounEnd))
  const from = FROM.exec(folded)
  const apart = ANYWHERE.exec(folded)
  const mention = before !== null && !(before[1] === 'a' && before[4] === undefined && before[2] === '') ? before : (after ?? apart)
  const modeBefore = new RegExp(`\\b(${MODE_WORDS})[ -]*$`).exec(head)
  const words = `${modeBefore?.[1] ?? ''} ${mention?.[4] ?? ''}`
  if (mention === null && modeBefore === null && from === null) return null
  if (before !== null && mention === before) spans.push({ start: before.index, end: noun.index })
  else if (modeBefore !== null) spans.push({ start: modeBefore.index, end: noun.index })
  if (mention !== null && mention === apart) spans.push({ start: apart.index, end: apart.index + apart[0].length })
  if (after !== null) spans.push({ start: nounEnd, end: nounEnd + after[0].length })
  const start = from === null ? null : readTonic(from[1] ?? '', from[2] ?? '', from[3])
  const tonic = (mention === null ? null : readTonic(mention[1] ?? '', mention[2] ?? '', mention[3])) ??
    start ?? { semitone: 7, octave: null, name: 'G' }
  if (from !== null) spans.push({ start: from.index, end: from.index + from[0].length })

  const count = OCTAVES.exec(folded)
  // "an octave higher" moves the melody; only "two-octave", "over two octaves" say how far it runs.
  const isMove =
    count !== null &&
    /^\s*(?:higher|lower|up|down|above|below|hoher|tiefer)\b/.test(folded.slice(count.index + count[0].length)) &&
    !/and/.test(folded.slice(count.index + count[0].length, count.index + count[0].length + 10))
  if (count !== null && !isMove) spans.push({ start: count.index, end: count.index + count[0].length })
  const steps = isArpeggio ? CHORD_STEPS[readChordName(words)] : SCALE_STEPS[readScaleName(words)]
  let lowest = 12 * ((start?.semitone === tonic.semitone ? (start.octave ?? tonic.octave) : tonic.octave) ?? 0) + 12 + tonic.semitone
  while (lowest < VIOLIN_LOWEST) lowest += 12
  let octaves = count === null || isMove ? 1 : Math.min(MAXIMUM_OCTAVES, Math.max(1, Math.round(readNumber(count[1] ?? '') ?? 1)))
  const end = from?.[4] === undefined ? null : readTonic(from[4], from[5] ?? '', from[6])
  if (end !== null && end.octave !== null)
    octaves = Math.min(MAXIMUM_OCTAVES, Math.max(1, Math.round(Math.abs(toMidi(end.semitone, end.octave) - lowest) / 12)))

  const upAt = UP.exec(folded)
  const downAt = DOWN.exec(folded)
  for (const match of [upAt, downAt]) if (match !== null) spans.push({ start: match.index, end: match.index + match[0].length })
  const rising = climb(lowest, steps, octaves)
  const fallSteps = words.includes('melodi') && !isArpeggio ? SCALE_STEPS.minor : steps
  const falling = climb(lowest, fallSteps, octaves).reverse()
  const pitches =
    downAt === null
      ? rising
      : upAt === null
        ? falling
        : upAt.index < downAt.index
          ? [...rising, ...falling.slice(1)]
          : [...falling, ...rising.slice(1)]
  const length = readLength(text)
  if (length !== null) spans.push(...length.spans)
  const beats = length?.beats ?? inheritedBeats
  const key =
    isArpeggio || /major|minor|dur|moll|maj|min/.test(words)
      ? `${tonic.name} ${/\bmin|moll|mineur/.test(words) ? 'minor' : 'major'}`
      : undefined
  return { beats: pitches.map((pitch) => ({ beats, pitch })), spans, key, defaultBeats: beats, lastPitch: pitches.at(-1) ?? lowest }
}
