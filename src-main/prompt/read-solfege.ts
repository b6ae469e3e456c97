import { nearestOctave, toMidi } from '#music/note-names.ts'
import type { Beat } from './beats.ts'
import { scanNoteTokens } from './note-tokens.ts'
import { foldCase, type TextSpan } from './quantities.ts'

const SYLLABLES: Readonly<Record<string, number>> = { do: 0, ut: 0, re: 2, mi: 4, fa: 5, sol: 7, so: 7, la: 9, ti: 11, si: 11 }
const SYLLABLE = `(?:${Object.keys(SYLLABLES).join('|')})`
const RUN = new RegExp(`\\b${SYLLABLE}\\b(?:[\\s,.;|-]+(?:and\\s+)?${SYLLABLE}\\b){2,}`)

/** Three or more solfège syllables in a row, fixed do: "do re mi fa sol". */
export const readSolfege = (
  text: string,
  inheritedBeats: number,
  previousPitch: number | null,
): { beats: Beat[]; spans: TextSpan[]; lastPitch: number } | null => {
  const folded = foldCase(text)
  const run = RUN.exec(folded)
  if (run === null) return null
  const span = { start: run.index, end: run.index + run[0].length }
  const around = scanNoteTokens(`${text.slice(0, span.start)}${' '.repeat(run[0].length)}${text.slice(span.end)}`)
  const length = around.tokens.find((token) => token.kind === 'duration' && !token.isLoose)
  const each = length?.kind === 'duration' ? length.beats : inheritedBeats
  let pitch = previousPitch
  const beats = (run[0].match(new RegExp(`\\b${SYLLABLE}\\b`, 'g')) ?? []).map((syllable): Beat => {
    const semitone = SYLLABLES[syllable] ?? 0
    pitch = pitch === null ? toMidi(semitone, semitone < 5 ? 5 : 4) : nearestOctave(semitone, pitch)
    return { beats: each, pitch }
  })
  return { beats, spans: length === undefined ? [span] : [span, length], lastPitch: pitch ?? 0 }
}
