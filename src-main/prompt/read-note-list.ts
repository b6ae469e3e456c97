import { nearestOctave, toMidi } from '#music/note-names.ts'
import { unreadable, type Beat } from './beats.ts'
import { scanNoteTokens, type NoteToken } from './note-tokens.ts'
import type { TextSpan } from './quantities.ts'

type NoteOf = Extract<NoteToken, { kind: 'note' }>
type DurationOf = Extract<NoteToken, { kind: 'duration' }>

export interface NoteListReading {
  readonly beats: Beat[]
  readonly spans: TextSpan[]
  /** Length that notes without their own have from here on. */
  readonly defaultBeats: number
  readonly lastPitch: number
}

/** What may stand between two notes of one list. */
const isGlue = (between: string): boolean => /^(?:[\s,.:;|/–—→>&+()[\]-]|\b(?:and|to|then|und|et|e|dann|puis|a|an|the)\b)*$/i.test(between)

/** Splits the tokens into runs in which only separators, rests and lengths stand between the notes. */
const findRuns = (text: string, tokens: readonly NoteToken[]): NoteToken[][] => {
  const runs: NoteToken[][] = []
  let end = -1
  for (const token of tokens) {
    const run = runs.at(-1)
    const between = end < 0 ? '' : text.slice(end, token.start)
    const isJoined = run !== undefined && isGlue(between.replace(/\b(?:in|for|as|with|of|at|tempo)\b|\b\d{2,3}(?:\s*bpm)?\b|♩?\s*=/gi, ' '))
    if (isJoined) run.push(token)
    else runs.push([token])
    end = token.end
  }
  return runs
}

const isMusic = (notes: readonly NoteOf[]): boolean => {
  const withOctave = notes.filter((note) => note.octave !== null)
  const hasUpperOctave = withOctave.some((note) => !note.isLower)
  const bareUpper = notes.filter((note) => note.octave === null && !note.isLower)
  return hasUpperOctave || withOctave.length >= 2 || bareUpper.length >= 3 || (notes.length >= 4 && notes.every((note) => note.isLower))
}

/** The tokens of a run that count: bare small letters are dropped where capitals or octaves show how notes are written here. */
const dropStrays = (run: readonly NoteToken[]): NoteToken[] => {
  const notes = run.filter((token): token is NoteOf => token.kind === 'note')
  const writesCapitals = notes.some((note) => !note.isLower)
  const writesOctaves = notes.some((note) => note.octave !== null)
  return run.filter(
    (token) => token.kind !== 'note' || !token.isLower || (token.octave === null ? !writesCapitals && !writesOctaves : true),
  )
}

/** The first octave of a list that names none: the one round A4, where the violin sings. */
const firstPitch = (semitone: number): number => toMidi(semitone, semitone < 5 ? 5 : 4)

/** True where the length word at `index` belongs to the note after it. */
const isPrefix = (tokens: readonly NoteToken[], index: number, prefixStyle: boolean): boolean => {
  const token = tokens[index]
  const next = tokens[index + 1]
  if (next === undefined || next.kind === 'duration') return false
  if (!tokens.slice(0, index).some((before) => before.kind !== 'duration')) return true
  return prefixStyle || (token?.kind === 'duration' && token.hasArticle)
}

/** Gives every note and rest its length. */
const timeRun = (
  tokens: readonly NoteToken[],
  inherited: number,
): { timed: (Exclude<NoteToken, DurationOf> & { length: number })[]; defaultBeats: number } => {
  const lengths = new Map<NoteToken, number>()
  const groups: { index: number; beats: number }[] = []
  const firstSounding = tokens.findIndex((token) => token.kind !== 'duration')
  const prefixStyle = tokens.some(
    (token, i) => token.kind === 'duration' && !token.isGroup && i < firstSounding && tokens[i + 1]?.kind !== 'duration',
  )
  tokens.forEach((token, index) => {
    if (token.kind !== 'duration') return
    if (token.isGroup) {
      groups.push({ index, beats: token.beats })
      return
    }
    const owner = isPrefix(tokens, index, prefixStyle)
      ? tokens[index + 1]
      : tokens.slice(0, index).findLast((before) => before.kind !== 'duration')
    if (owner !== undefined) lengths.set(owner, token.beats)
  })
  let current = inherited
  const leading = groups.filter((group) => group.index < firstSounding).at(-1)
  if (leading !== undefined) current = leading.beats
  const timed: (Exclude<NoteToken, DurationOf> & { length: number })[] = []
  let pending: (Exclude<NoteToken, DurationOf> & { length: number })[] = []
  tokens.forEach((token, index) => {
    if (token.kind === 'duration') {
      const group = groups.find((candidate) => candidate.index === index)
      if (group === undefined || index < firstSounding) return
      // "A4 B4 in eighth notes": the words reach back to the notes since the last such words.
      const reachesBack = leading === undefined
      if (reachesBack) for (const note of pending) note.length = group.beats
      current = group.beats
      pending = []
      return
    }
    const own = token.beats ?? lengths.get(token)
    const note = { ...token, length: own ?? current }
    timed.push(note)
    if (own === undefined) pending.push(note)
  })
  return { timed, defaultBeats: current }
}

/**
 * Notes written one by one: "A4 B4 C#5 D5 in quarter notes", "Bb, long E5", "c d e f".
 * Null where the text lists none; MELODY_UNREADABLE where it plainly means to and cannot be read.
 */
export const readNoteList = (text: string, inheritedBeats: number, previousPitch: number | null): NoteListReading | null => {
  const { tokens, broken } = scanNoteTokens(text)
  const beats: Beat[] = []
  const spans: TextSpan[] = []
  let defaultBeats = inheritedBeats
  let pitch = previousPitch
  for (const found of findRuns(text, tokens)) {
    const run = dropStrays(found).filter((token, i, all) => !(token.kind === 'duration' && token.isLoose) || isBesideNote(text, all, i))
    if (!isMusic(run.filter((token): token is NoteOf => token.kind === 'note'))) continue
    const { timed, defaultBeats: next } = timeRun(run, defaultBeats)
    defaultBeats = next
    for (const note of timed) {
      if (note.kind === 'rest') beats.push({ beats: note.length, pitch: null })
      else {
        pitch =
          note.octave !== null
            ? toMidi(note.semitone, note.octave)
            : pitch === null
              ? firstPitch(note.semitone)
              : nearestOctave(note.semitone, pitch)
        beats.push({ beats: note.length, pitch })
      }
    }
    spans.push(...run)
  }
  const octaves = tokens.filter((token) => token.kind === 'note' && token.octave !== null && !token.isLower).length
  const culprit = broken[0]
  if (culprit !== undefined && (beats.length > 0 || octaves + broken.length >= 2 || /[#♯b♭]{3}/.test(culprit.text))) {
    throw unreadable(`"${culprit.text}" is no note that Fiddlehead knows`)
  }
  return pitch === null || beats.length === 0 ? null : { beats, spans, defaultBeats, lastPitch: pitch }
}

/** "long" and "short" are lengths only right beside a note; elsewhere they are words of expression. */
const isBesideNote = (text: string, run: readonly NoteToken[], index: number): boolean => {
  const token = run[index]
  const next = run[index + 1]
  const previous = run[index - 1]
  if (token === undefined) return false
  if (next?.kind === 'note' && text.slice(token.end, next.start).trim() === '') return true
  return (
    previous?.kind === 'note' &&
    text.slice(previous.end, token.start).trim() === '' &&
    !/^\s*(?:notes|tones|bows|strokes|noten|tone)/i.test(text.slice(token.end))
  )
}
