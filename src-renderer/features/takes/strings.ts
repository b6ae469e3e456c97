import type { MatchScore } from '#contract/api.ts'
import type { TakeEdit } from '#contract/take-edit.ts'
import { formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

const seconds = (value: number): string => formatNumber(value, 1)
const span = (from: number, to: number): string => m['takes.span']({ from: seconds(from), to: seconds(to) })

export const takesWords = wordsOf('takes', {
  play: (name: string) => m['takes.play']({ name }),
  stop: (name: string) => m['takes.stop']({ name }),
  take: (number: number) => m['takes.take']({ number }),
  moment: (at: number) => m['takes.moment']({ seconds: seconds(at) }),
  seek: (name: string) => m['takes.seek']({ name }),
  match: (percent: number) => `${Math.round(percent)} %`,
  matchLabel: (percent: number) => m['takes.matchLabel']({ percent: Math.round(percent) }),
  details: (score: MatchScore) =>
    m['takes.details']({
      cents: formatNumber(score.medianCents, score.medianCents < 10 ? 1 : 0),
      milliseconds: Math.round(score.medianOnsetMs),
    }),
  detailsHint: (score: MatchScore) =>
    m['takes.detailsHint']({
      cents: formatNumber(score.medianCents, 1),
      milliseconds: Math.round(score.medianOnsetMs),
      percent: Math.round(score.rawPitchAccuracy * 100),
    }),
  notes: ({ missedNotes, addedNotes }: MatchScore) => {
    if (missedNotes === 0 && addedNotes === 0) return m['takes.everyNote']()
    const missed = missedNotes > 0 ? m['takes.missed']({ count: missedNotes }) : ''
    const added = addedNotes > 0 ? m['takes.added']({ count: addedNotes }) : ''
    return [missed, added].filter(Boolean).join(', ')
  },
  noteOf: (name: string) => m['takes.noteOf']({ name }),
  noteHint: (name: string) => m['takes.noteHint']({ name }),
  favourite: (name: string) => m['takes.favourite']({ name }),
  moreHint: (name: string) => m['takes.moreHint']({ name }),
  changeHint: (name: string) => m['takes.changeHint']({ name }),
  benchOf: (name: string) => m['takes.benchOf']({ name }),
  strip: (name: string) => m['takes.strip']({ name }),
  end: (at: number, note: string | undefined) =>
    note === undefined ? m['takes.endAt']({ at: seconds(at) }) : m['takes.endAtNote']({ at: seconds(at), note }),
  chosen: (inside: readonly number[], from: number, to: number) => {
    const [first, last] = [(inside[0] ?? 0) + 1, (inside.at(-1) ?? 0) + 1]
    const many = inside.length === 1 ? m['takes.chosenNote']({ first }) : m['takes.chosenNotes']({ first, last })
    return `${inside.length === 0 ? m['takes.chosenRest']() : many} · ${span(from, to)}`
  },
  vary: (count: number) => m['takes.vary']({ count }),
  /** How much of a take a variation writes anew, in the order of VARY_STRENGTHS. */
  get varyStrengths() {
    return [m['takes.varyStrengths.little'](), m['takes.varyStrengths.some'](), m['takes.varyStrengths.much']()]
  },
  goOnSeconds: (length: number) => m['takes.goOnSeconds']({ length }),
  recipeOf: (name: string) => m['takes.recipeOf']({ name }),
  facts: wordsOf('takes.facts', { noteCount: (count: number) => m['takes.facts.noteCount']({ count }) }),
  edit: (edit: TakeEdit) => {
    if (edit.kind === 'retake') return m['takes.edit.retake']({ span: span(edit.fromSeconds, edit.toSeconds) })
    if (edit.kind === 'vary') return m['takes.edit.vary']({ percent: Math.round(edit.strength * 100) })
    return m['takes.edit.continue']({ at: seconds(edit.fromSeconds) })
  },
  seedOf: (seed: number) => m['takes.seedOf']({ seed }),
  /** What a take came from: `parent` is null where it was removed. */
  lineage: (edit: TakeEdit | null, parent: number | null) => {
    const from = parent === null ? m['takes.lineage.gone']() : m['takes.take']({ number: parent })
    return edit === null ? m['takes.lineage.rerun']({ from }) : m['takes.lineage.edited']({ from, edit: takesWords.edit(edit) })
  },
  letter: (letter: string) => m['takes.letter']({ letter }),
  wavHint: (name: string) => m['takes.wavHint']({ name }),
  dragHint: (name: string) => m['takes.dragHint']({ name }),
  remove: (name: string) => m['takes.remove']({ name }),
})
