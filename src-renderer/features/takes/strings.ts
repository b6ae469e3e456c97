import type { MatchScore } from '#contract/api.ts'
import type { TakeEdit } from '#contract/take-edit.ts'

const seconds = (value: number): string => value.toFixed(1)
const span = (from: number, to: number): string => `${seconds(from)} to ${seconds(to)} s`
/** How much of a take a variation writes anew, in the order of VARY_STRENGTHS. */
const VARY_WORDS = ['a little', 'somewhat', 'a lot']

export const takesWords = {
  title: 'Takes',
  empty: 'No takes yet',
  emptyHint: 'Say how it should sound, then let the violin play. The takes appear here, each measured against your melody.',
  play: (name: string) => `Play ${name}`,
  stop: (name: string) => `Stop ${name}`,
  take: (number: number) => `Take ${number}`,
  seek: (name: string) => `Play ${name} from here`,
  match: (percent: number) => `${Math.round(percent)} %`,
  matchLabel: (percent: number) => `Match with your melody: ${Math.round(percent)} percent`,
  details: (score: MatchScore) =>
    `${score.medianCents.toFixed(score.medianCents < 10 ? 1 : 0)} cents · ${Math.round(score.medianOnsetMs)} ms`,
  detailsHint: (score: MatchScore) =>
    `Half of the sound lies within ${score.medianCents.toFixed(1)} cents of your notes, half of the notes begin within ${Math.round(score.medianOnsetMs)} ms. ${Math.round(score.rawPitchAccuracy * 100)} % of the sound is in tune.`,
  notes: ({ missedNotes, addedNotes }: MatchScore) => {
    if (missedNotes === 0 && addedNotes === 0) return 'every note'
    return [missedNotes > 0 ? `${missedNotes} missed` : '', addedNotes > 0 ? `${addedNotes} added` : ''].filter(Boolean).join(', ')
  },
  favourite: (name: string) => `Favourite: ${name}`,
  moreHint: (name: string) => `Play it once more from the start, with the words and curves of ${name}`,
  change: 'Change',
  changeHint: (name: string) => `Play a bit of ${name} again, vary it, see its recipe`,
  benchOf: (name: string) => `Change ${name}`,
  strip: (name: string) => `A bit of ${name}`,
  stripFrom: 'Beginning of the bit',
  stripTo: 'End of the bit',
  stripHint: 'Drag over the notes to choose a bit',
  end: (at: number, note: string | undefined) => (note === undefined ? `${seconds(at)} s` : `${seconds(at)} s, ${note}`),
  nothingChosen: 'Drag over the notes to choose a bit',
  chosen: (inside: readonly number[], from: number, to: number) => {
    const [first, last] = [(inside[0] ?? 0) + 1, (inside.at(-1) ?? 0) + 1]
    const which = inside.length === 0 ? 'A rest' : inside.length === 1 ? `Note ${first}` : `Notes ${first} to ${last}`
    return `${which} · ${span(from, to)}`
  },
  listenFrom: 'Listen from here',
  playAgain: 'Play this bit again',
  playAgainHint: 'A new take: the same notes played anew here, everything else as it was',
  vary: (count: number) => (count === 1 ? 'Vary' : `Vary ${count} times`),
  varyHint: 'New takes of the same notes, played a little otherwise throughout',
  varyStrength: 'How much to vary',
  varyStrengths: VARY_WORDS,
  goOn: 'Continue',
  goOnHint: 'A new take that goes on after the end, with notes composed to follow yours',
  goOnLength: 'How long to continue',
  goOnSeconds: (length: number) => `for ${length} s`,
  rerun: 'Run the recipe again',
  rerunHint: 'The same recipe once more: the same violin plays the same take',
  recipe: 'Recipe',
  recipeHint: 'Everything this take was made from',
  noRecipe: 'This take was made before recipes were kept, so it cannot be changed in part. Play the melody once more; the new take can.',
  recipeOf: (name: string) => `Recipe of ${name}`,
  recipeIntro: 'Everything this take was made from. The same recipe on the same violin gives the same sound.',
  close: 'Close',
  facts: {
    voice: 'Violin · model',
    seed: 'Seed',
    prompt: 'Words',
    freedom: 'Freedom',
    notes: 'Melody',
    noteCount: (count: number) => (count === 1 ? '1 note' : `${count} notes`),
  },
  editsTitle: 'Changes, in their order',
  edit: (edit: TakeEdit) => {
    if (edit.kind === 'retake') return `${span(edit.fromSeconds, edit.toSeconds)} played again`
    if (edit.kind === 'vary') return `varied by ${Math.round(edit.strength * 100)} %`
    return `continued from ${seconds(edit.fromSeconds)} s`
  },
  seedOf: (seed: number) => `seed ${seed}`,
  asJson: 'As JSON',
  copyJson: 'Copy as JSON',
  copied: 'Copied',
  copyFailed: 'The recipe could not be copied.',
  copyFailedHint: 'Open “As JSON” below it, choose the text and copy it from there.',
  onVoice: 'Violin for the next run',
  sameVoice: 'The same violin',
  /** What a take came from: `parent` is null where it was removed. */
  lineage: (edit: TakeEdit | null, parent: number | null) => {
    const from = parent === null ? 'a take that was removed' : `Take ${parent}`
    if (edit === null) return `The recipe of ${from} once more`
    if (edit.kind === 'retake') return `${from}, ${span(edit.fromSeconds, edit.toSeconds)} played again`
    if (edit.kind === 'vary') return `${from}, varied by ${Math.round(edit.strength * 100)} %`
    return `${from}, continued from ${seconds(edit.fromSeconds)} s`
  },
  letter: (letter: string) => `Compared as ${letter}`,
  wav: 'WAV',
  wavHint: (name: string) => `Save ${name} as a WAV file`,
  remove: (name: string) => `Remove ${name}`,
  removeSure: 'Remove?',
  compare: 'Compare',
  compareHint: 'Change between the last two you heard, A and B, at the same place and equally loud',
  cancel: 'Stop',
  progress: 'The violin is playing',
  waiting: 'Waiting',
  noPrompt: 'no words',
  keys: 'Keys 1 to 9 play, X compares, F marks a favourite, E changes the one heard.',
  onlyFavourites: 'Favourites',
  noFavourites: 'No favourites yet. Press F on a take you like.',
}
