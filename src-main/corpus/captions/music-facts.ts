import { laneAt } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import type { ClipMeta } from '../shards/format.ts'

/** Everything that a caption may say of a clip, fact by fact; a fact that is not clear is left out. */
export type MusicFacts = Partial<Record<MusicFact, string>>

export const MUSIC_FACTS = [
  'instrument',
  'articulation',
  'dynamics',
  'change',
  'pace',
  'register',
  'key',
  'mode',
  'contour',
  'mood',
  'genre',
  'vibrato',
  'attack',
  'tone',
  'room',
] as const
export type MusicFact = (typeof MUSIC_FACTS)[number]

const TONICS = ['C', 'C sharp', 'D', 'E flat', 'E', 'F', 'F sharp', 'G', 'A flat', 'A', 'B flat', 'B'] as const

/** How well each step of a scale fits a key, from probe tones. @source Krumhansl and Kessler 1982 */
const PROFILES = {
  major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
} as const
type Mode = keyof typeof PROFILES

const correlate = (a: readonly number[], b: readonly number[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
  const [ma, mb] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  a.forEach((x, i) => {
    ab += (x - ma) * (b[i] - mb)
    aa += (x - ma) ** 2
    bb += (b[i] - mb) ** 2
  })
  return aa * bb === 0 ? 0 : ab / Math.sqrt(aa * bb)
}

/** Correlation that the best key must reach, and its lead over the best key of the other mode for the mode to be said. */
const CLEAR_KEY = 0.72
const CLEAR_LEAD = 0.06

/** Key and mode that the notes' pitch classes, weighted by their lengths, fit best; what is in doubt is left out. */
export const findKey = (notes: readonly Note[]): { key?: string; mode?: Mode } => {
  const weights = Array.from({ length: 12 }, () => 0)
  for (const note of notes) weights[((Math.round(note.pitch) % 12) + 12) % 12] += note.durationSeconds
  if (weights.filter((weight) => weight > 0).length < 4) return {}
  const ranked = (Object.keys(PROFILES) as Mode[])
    .flatMap((mode) =>
      TONICS.map((tonic, step) => ({
        tonic,
        mode,
        fit: correlate(
          weights,
          PROFILES[mode].map((_, i) => PROFILES[mode][(i - step + 12) % 12]),
        ),
      })),
    )
    .sort((a, b) => b.fit - a.fit)
  const best = ranked[0]
  const rival = ranked.find(({ mode }) => mode !== best.mode)
  if (best.fit < CLEAR_KEY) return {}
  const isModeClear = best.fit - (rival?.fit ?? 0) > CLEAR_LEAD
  const isKeyClear = best.fit - ranked[1].fit > CLEAR_LEAD
  return { ...(isKeyClear ? { key: `${best.tonic} ${best.mode}` } : {}), ...(isModeClear ? { mode: best.mode } : {}) }
}

/** The line's broad shape; undefined where it has none. */
export const findContour = (notes: readonly Note[]): string | undefined => {
  if (notes.length < 4) return undefined
  const pitches = notes.map((note) => note.pitch)
  const span = Math.max(...pitches) - Math.min(...pitches)
  if (span <= 2) return 'level'
  const third = Math.max(1, Math.floor(notes.length / 3))
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length)
  const [start, middle, end] = [mean(pitches.slice(0, third)), mean(pitches.slice(third, -third)), mean(pitches.slice(-third))]
  if (end - start > Math.max(4, 0.4 * span)) return 'rising'
  if (start - end > Math.max(4, 0.4 * span)) return 'falling'
  if (Math.abs(end - start) > 0.3 * span) return undefined
  if (middle - (start + end) / 2 > Math.max(3, 0.3 * span)) return 'arch'
  if ((start + end) / 2 - middle > Math.max(3, 0.3 * span)) return 'valley'
  return undefined
}

/** What people hear in mode, speed and loudness together. */
const findMood = (mode: string | undefined, pace: string, dynamics: number): string | undefined => {
  if (mode === undefined) return undefined
  const isSlow = pace === 'slow' || pace === 'very slow'
  const isFast = pace === 'fast' || pace === 'very fast'
  if (mode === 'minor') {
    if (isSlow) return dynamics < 0.55 ? 'sad' : 'solemn'
    return isFast && dynamics > 0.45 ? 'agitated' : undefined
  }
  if (isSlow) return dynamics < 0.55 ? 'peaceful' : 'noble'
  return isFast ? (dynamics > 0.45 ? 'joyful' : 'playful') : undefined
}

const TUNE_KINDS = ['reel', 'jig', 'hornpipe', 'strathspey', 'clog'] as const

const findGenre = (meta: Pick<ClipMeta, 'tuneId' | 'facts'>): string | undefined => {
  const title = typeof meta.facts['title'] === 'string' ? meta.facts['title'].toLowerCase() : ''
  const phrase = ['scale', 'arpeggio', 'étude', 'long notes', 'repeated notes'].find((kind) => title.includes(kind))
  return phrase ?? TUNE_KINDS.filter((kind) => meta.tuneId.toLowerCase().includes(kind)).at(-1)
}

/** What the clip's description says and what its notes say. */
export const gatherMusicFacts = (
  meta: Pick<ClipMeta, 'facts' | 'notes' | 'lanes' | 'tuneId'> & { readonly instrument?: string },
): MusicFacts => {
  const stored = (fact: string): string | undefined => {
    const value = meta.facts[fact]
    return typeof value === 'string' && value !== 'plain' ? value : undefined
  }
  const dynamics = [0.1, 0.3, 0.5, 0.7, 0.9].reduce((sum, at) => sum + laneAt(meta.lanes.dynamics, at) / 5, 0)
  const { key, mode } = findKey(meta.notes)
  const facts: Record<MusicFact, string | undefined> = {
    instrument: meta.instrument ?? stored('instrument') ?? 'violin',
    articulation: stored('articulation'),
    dynamics: stored('dynamics'),
    change: stored('change') === 'none' ? undefined : stored('change'),
    pace: stored('pace'),
    register: stored('register'),
    key,
    mode,
    contour: findContour(meta.notes),
    mood: findMood(mode, stored('pace') ?? '', dynamics),
    genre: findGenre(meta),
    vibrato: stored('vibrato'),
    attack: stored('attack'),
    tone: stored('tone'),
    room: stored('room'),
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as MusicFacts
}
