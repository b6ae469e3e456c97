import type { MatchScore } from '#contract/api.ts'

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
  retake: 'Retake',
  retakeHint: (name: string) => `Play it once more, a little differently from ${name}`,
  wav: 'WAV',
  wavHint: (name: string) => `Save ${name} as a WAV file`,
  remove: (name: string) => `Remove ${name}`,
  removeSure: 'Remove?',
  compare: 'Compare',
  compareHint: 'Change between the last two you heard, at the same place',
  cancel: 'Stop',
  progress: 'The violin is playing',
  waiting: 'Waiting',
  noPrompt: 'no words',
  keys: 'Keys 1 to 9 play, X compares, F marks a favourite.',
  onlyFavourites: 'Favourites',
  noFavourites: 'No favourites yet. Press F on a take you like.',
}
