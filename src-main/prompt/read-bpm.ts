import type { TextSpan } from './quantities.ts'

export interface BpmMention extends TextSpan {
  readonly bpm: number
  readonly word: string
}

const PATTERNS = [
  /(?:at|tempo|um)?\s*(?:=\s*)?(\d{1,4}(?:\.\d+)?)\s*(?:bpm|b\.p\.m\.?|beats?\s+(?:per|a|the)\s+min(?:ute)?|schlage\s+(?:pro|die)\s+minute)/,
  /(?:♩|\b(?:quarter(?:\s+notes?)?|crotchet|viertel|q|m\.?m\.?|bpm|tempo(?:\s+(?:of|is|at))?|metronome(?:\s+(?:at|mark))?))\s*[=:]?\s*(\d{2,3})(?![\d%.]*\s*(?:%|percent|hz|db|cents?|seconds?|s\b))/,
  /\bat\s+(?:about\s+|around\s+|a\s+tempo\s+of\s+)?(\d{2,3})\b(?!\s*(?:%|percent|hz|db|cents?|seconds?|hertz|kilohertz|khz|ms|times|octaves?|strings?|p\.?m\.?|a\.?m\.?))/,
]

/** The first tempo in beats a minute that the text states: "at 96", "♩ = 72", "120 bpm". Text must be case-folded. */
export const findBpm = (folded: string): BpmMention | null => {
  for (const pattern of PATTERNS) {
    const match = pattern.exec(folded)
    if (match === null) continue
    return { bpm: Number(match[1]), start: match.index, end: match.index + match[0].length, word: match[0].trim() }
  }
  return null
}
