import type { FinetuneFinding, FinetunePreflight } from '#contract/finetune.ts'
import { VIOLIN_HIGHEST, VIOLIN_LOWEST } from '#contract/melody.ts'
import { noteName } from '#music/pitch.ts'
import { secondsOf, type DatasetItem, type SplitName } from './item.ts'

/** A data set's slice with the pitches of its notes, as training sees it. */
export interface TrainingSlice {
  readonly item: DatasetItem
  readonly split: SplitName
  /** Mean level of its notes, dBFS; null where none sounds. */
  readonly loudnessDb: number | null
  /** MIDI numbers and seconds; empty where only the range is known. */
  readonly notes: readonly { readonly pitch: number; readonly durationSeconds: number }[]
}

const LEAST_SECONDS = 60
const ENOUGH_SECONDS = 600
const LEAST_NOTES = 2
const FEW_NOTES = 8
/** Where one note has so much of all that sounds, the others are slips of the bow or of the ear. */
const ONE_NOTE_SHARE = 0.97
const SILENT_DB = -60
/** Held-out sound below this says little about what was learned. */
const LEAST_HELD_OUT_SECONDS = 8
/** More than this share of the seconds outside its range, and it is another instrument. */
const STRANGE_SHARE = 0.1

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const present = (value: number | null): value is number => value !== null

const findPitches = (slices: readonly TrainingSlice[]): Map<number, number> => {
  const found = new Map<number, number>()
  for (const { item, notes } of slices) {
    for (const { pitch, durationSeconds } of notes) found.set(Math.round(pitch), (found.get(Math.round(pitch)) ?? 0) + durationSeconds)
    if (notes.length > 0 || item.pitchLow === null || item.pitchHigh === null) continue
    for (const pitch of new Set([Math.round(item.pitchLow), Math.round(item.pitchHigh)]))
      found.set(pitch, (found.get(pitch) ?? 0) + secondsOf(item) / 2)
  }
  return found
}

const inWords = (seconds: number): string => (seconds < 90 ? `${Math.round(seconds)} seconds` : `${(seconds / 60).toFixed(1)} minutes`)

/**
 * What a data set is worth as training material.
 *
 * @param options `soundsLike`: another instrument's name, where the ears hear one
 * @returns its figures, and what is wrong with it: refusals first
 */
export const judgeTraining = (
  slices: readonly TrainingSlice[],
  { batchSize, contentHash, soundsLike = null }: { batchSize: number | undefined; contentHash: string; soundsLike?: string | null },
): { data: FinetunePreflight['data']; findings: FinetuneFinding[] } => {
  const sounding = slices.filter(({ loudnessDb }) => loudnessDb !== null && loudnessDb > SILENT_DB)
  const pitched = slices.filter(({ item, notes }) => notes.length > 0 || item.pitchLow !== null)
  const training = slices.filter(({ split }) => split === 'train')
  const heldOut = slices.filter(({ split }) => split !== 'train')
  const seconds = (list: readonly TrainingSlice[]): number => sum(list.map(({ item }) => secondsOf(item)))
  const sessionsOf = (list: readonly TrainingSlice[]): number => new Set(list.map(({ item }) => item.sessionId ?? item.recordingId)).size
  const pitches = findPitches(pitched)
  const lows = slices.map(({ item }) => item.pitchLow).filter(present)
  const highs = slices.map(({ item }) => item.pitchHigh).filter(present)
  const data = {
    contentHash,
    clips: slices.length,
    trainSeconds: seconds(training),
    heldOutSeconds: seconds(heldOut),
    sessions: sessionsOf(slices),
    heldOutSessions: sessionsOf(heldOut),
    pitchLow: lows.length === 0 ? null : Math.min(...lows),
    pitchHigh: highs.length === 0 ? null : Math.max(...highs),
    distinctNotes: pitches.size,
  }
  const findings: FinetuneFinding[] = []
  const add = (code: FinetuneFinding['code'], isRefusal: boolean, message: string, remedy: string): void => {
    findings.push({ code, isRefusal, message, remedy })
  }
  const total = seconds(slices)
  if (slices.length > 0 && sounding.length === 0)
    add('silence', true, 'Nothing can be heard in these recordings.', 'Check the recordings, and that the right microphone was used.')
  else if (slices.length > 0 && pitched.length === 0)
    add('no-pitch', true, 'Nothing in these recordings has a steady pitch.', 'Choose recordings of single notes and melodies.')
  else if (seconds(pitched) < 0.5 * total)
    add(
      'silence',
      false,
      `In ${inWords(total - seconds(pitched))} of ${inWords(total)} no note is heard.`,
      'Leave these slices out of the data set.',
    )
  if (total < LEAST_SECONDS)
    add(
      'too-little',
      true,
      `There are ${inWords(total)} of recordings; below ${inWords(LEAST_SECONDS)} a voice only learns them by heart.`,
      'Record more: ten minutes are a good beginning, of different music.',
    )
  else if (total < ENOUGH_SECONDS)
    add(
      'little',
      false,
      `There are only ${inWords(total)} of recordings.`,
      'Ten to twenty minutes of different music make a voice that can be used everywhere.',
    )
  const [mostHeard] = [...pitches].sort(([, a], [, b]) => b - a)
  const isOneNote = mostHeard !== undefined && mostHeard[1] >= ONE_NOTE_SHARE * sum([...pitches.values()])
  if (isOneNote) {
    const [pitch] = mostHeard
    add('one-note', true, `There is one note only, ${noteName(pitch)}.`, 'Record melodies or scales over the range that you want to play.')
  } else if (pitches.size >= LEAST_NOTES && pitches.size < FEW_NOTES)
    add(
      'narrow-range',
      false,
      `There are only ${pitches.size} different notes.`,
      'Other notes will sound as the base plays them; record more of the range.',
    )
  const strange = sum([...pitches].filter(([pitch]) => pitch < VIOLIN_LOWEST - 1 || pitch > VIOLIN_HIGHEST + 1).map(([, length]) => length))
  const allPitched = sum([...pitches.values()])
  const instruments = [...new Set(slices.map(({ item }) => item.instrument).filter((name) => name !== ''))]
  const others = instruments.filter((name) => !/violin|fiddle|geige|violine/i.test(name))
  if (allPitched > 0 && strange > STRANGE_SHARE * allPitched)
    add(
      'wrong-instrument',
      false,
      `${Math.round((100 * strange) / allPitched)} % of what is played lies outside the violin's range, ${noteName(VIOLIN_LOWEST)} to ${noteName(VIOLIN_HIGHEST)}.`,
      'If this is not a violin, the voice will play its melodies in a mixture of both tones.',
    )
  else if (soundsLike !== null)
    add(
      'wrong-instrument',
      false,
      `These recordings sound like a ${soundsLike}, not like a violin.`,
      'If this is not a violin, the voice will play its melodies in a mixture of both tones.',
    )
  else if (others.length > 0)
    add(
      'wrong-instrument',
      false,
      `The library says that this is ${others.join(', ')}, not a violin.`,
      'Go on if you want a violin that leans towards it.',
    )
  if (instruments.length > 1)
    add(
      'several-instruments',
      false,
      `Several instruments are in it: ${instruments.join(', ')}.`,
      'One data set for each gives clearer voices.',
    )
  if (heldOut.length === 0 || seconds(heldOut) < LEAST_HELD_OUT_SECONDS)
    add(
      'no-held-out',
      false,
      'No recording session is held out, so the last tenth of the slices is used to see what was learned.',
      'Record on two days at least, or name the sessions in the library.',
    )
  if (batchSize !== undefined && slices.length < batchSize)
    add(
      'few-clips',
      false,
      `There are ${slices.length} clips for a batch of ${batchSize}.`,
      `The batch is made ${Math.max(1, slices.length)} clips large.`,
    )
  const unshareable = slices.filter(({ item }) => !item.isShareable && item.licence !== 'own')
  if (unshareable.length > 0)
    add(
      'not-shareable',
      false,
      `The licence of ${unshareable.length} slices does not allow the voice to be passed on.`,
      'Keep the voice to yourself, or leave them out.',
    )
  return { data, findings: findings.sort((a, b) => Number(b.isRefusal) - Number(a.isRefusal)) }
}
