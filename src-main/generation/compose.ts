/**
 * Melodies where nobody named any, or where some of their notes are left open: the note-level half of the semantic stage.
 * Rhythm and form are planned first, pitches filled in by the composer's network, earlier bars before those that repeat them.
 */
import { VIOLIN_HIGHEST, VIOLIN_LOWEST, type Melody, type Note } from '#contract/melody.ts'
import { MELODY_METRES, type MusicalWishes } from '#contract/musical-wishes.ts'
import { estimateBpm } from '#main/audio/pitch/snap.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { METRES, PERIOD_BARS, type Metre, type Mode } from '#main/networks/composer/config.ts'
import { idToStep, referenceTonic, stepToId, type NotePlace } from '#main/networks/composer/encode-notes.ts'
import { findTonality } from '#main/networks/composer/find-tonality.ts'
import { MASKED } from '#main/tensor/sampling/fill-masked.ts'
import { fillPitches } from './compose-fill.ts'
import { chooseSetting, fitBars, planBars, planMelody, type Plan, type Setting } from './compose-plan.ts'
import { fillPlan, laySlots } from './compose-slots.ts'
import type { Composer } from './open-composer.ts'

/** A place in time whose pitch is to be composed. */
export type OpenNote = Pick<Note, 'onsetSeconds' | 'durationSeconds'>

export interface ComposeRequest {
  readonly wishes: MusicalWishes
  /** Length of what is written; `wishes.seconds` goes before it. */
  readonly seconds: number
  /** 0 .. 2^32 - 1 */
  readonly seed: number
  /** Goes on after these notes, in their key and at their tempo unless `wishes` says them. */
  readonly before?: readonly Note[]
  /** Rewrites what is not a note: an open place keeps its time, a null shares the time between its neighbours. */
  readonly keep?: readonly (Note | OpenNote | null)[]
}

export interface ComposedMelody {
  /** After `before`, only what is new; with `keep`, all notes. */
  readonly notes: Note[]
  readonly bpm: number
  /** "D minor" */
  readonly key: string
}

/** Notes of context that are told besides the new ones. */
const CONTEXT_NOTES = 48

const REGISTERS = { low: 63, middle: 71, high: 81 } as const
const SHARP_TONICS = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'G#', 'A', 'Bb', 'B'] as const
const FLAT_TONICS = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] as const
const nameKey = ({ tonic, mode }: Setting): string => `${(mode === 'major' ? FLAT_TONICS : SHARP_TONICS)[tonic]} ${mode}`

const isNote = (item: Note | OpenNote | null): item is Note => item !== null && 'pitch' in item

/** Share of a phrase's last note that sounds: a breath before the next. */
const BREATH = 0.9

const soundNote = (pitch: number, times: OpenNote, { place, loudness }: { place: NotePlace; loudness: number }): Note => ({
  onsetSeconds: times.onsetSeconds,
  durationSeconds: times.durationSeconds,
  pitch,
  velocity: Math.min(0.9, Math.max(0.5, 0.66 + loudness + (place.position === 0 ? 0.07 : 0))),
  confidence: 1,
})

/** A line swells a little to the middle of each four bars. */
const phraseLoudness = (place: NotePlace): number => 0.05 * Math.sin((Math.PI * ((place.bar % 4) + 0.5)) / 4) - (place.isFinal ? 0.05 : 0)

const reach = (reference: number): { lowest: number; highest: number } => ({
  lowest: stepToId(Math.max(VIOLIN_LOWEST - reference, -16)) ?? 0,
  highest: stepToId(Math.min(VIOLIN_HIGHEST - reference, 27)) ?? 0,
})

const composeAnew = (composer: Composer, { wishes, seconds, seed }: ComposeRequest): ComposedMelody => {
  const random = createRandom(seed)
  random.next()
  const plan = planMelody(composer, wishes, seconds, random)
  const { setting } = plan
  const reference = referenceTonic(setting.tonic, REGISTERS[wishes.register ?? 'middle'])
  const slots = laySlots(plan, wishes.contour)
  const { metre, genre, mode } = setting
  const ids = fillPlan(composer, plan, slots, { conditions: { metre, genre, mode }, ...reach(reference), random })
  const sixteenth = 15 / setting.bpm // s
  const start = slots[0]?.onset ?? 0
  const notes = slots.map(({ onset, place }, i) => {
    const length = place.duration * sixteenth * (place.isFinal && i < slots.length - 1 ? BREATH : 1)
    const times = { onsetSeconds: (onset - start) * sixteenth, durationSeconds: length }
    return soundNote(reference + idToStep(ids[i]), times, { place, loudness: phraseLoudness(place) })
  })
  return { notes, bpm: setting.bpm, key: nameKey(setting) }
}

const meanPitch = (notes: readonly Note[]): number => notes.reduce((sum, { pitch }) => sum + pitch, 0) / Math.max(1, notes.length)

/** Share of notes that sound across a bar line. */
const crossing = (notes: readonly OpenNote[], bpm: number, metre: Metre): number => {
  const { bar } = METRES[metre]
  const start = notes[0]?.onsetSeconds ?? 0
  const crossed = notes.filter(({ onsetSeconds, durationSeconds }) => {
    const onset = Math.round(((onsetSeconds - start) * bpm) / 15) // s -> sixteenths
    return (onset % bar) + Math.max(1, Math.round((durationSeconds * bpm) / 15)) > bar
  })
  return crossed.length / Math.max(1, notes.length)
}

/** The metre whose bar lines the fewest notes sound across; common time where none is better. */
const hearMetre = (notes: readonly OpenNote[], bpm: number): Metre =>
  MELODY_METRES.reduce((best, metre) => (crossing(notes, bpm, metre) < crossing(notes, bpm, best) ? metre : best))

/** Key, tempo and metre that notes are in, where the wishes do not say them. */
const settingOf = (notes: readonly Note[], wishes: MusicalWishes, random: Random): Setting => {
  const weighed = notes.map(({ pitch, durationSeconds }) => ({ pitch, weight: durationSeconds }))
  const heard = notes.length < 3 ? null : findTonality(weighed)
  const mode: Mode | undefined = wishes.mode ?? heard?.mode
  const tonic = wishes.tonic ?? heard?.tonic
  const bpm = wishes.bpm ?? (notes.length < 3 ? undefined : estimateBpm(notes))
  const metre = wishes.metre ?? (bpm === undefined || wishes.genre !== undefined ? undefined : hearMetre(notes, bpm))
  const told = {
    ...wishes,
    ...(mode === undefined ? {} : { mode }),
    ...(tonic === undefined ? {} : { tonic }),
    ...(bpm === undefined ? {} : { bpm }),
    ...(metre === undefined ? {} : { metre }),
  }
  return chooseSetting(told, random)
}

/** Places of given notes on the grid of sixteenths that begins with the first of them. */
const placeGiven = (
  notes: readonly OpenNote[],
  setting: Setting,
  lastPlace: (bar: number) => number,
): { onset: number; place: NotePlace }[] => {
  const sixteenth = 15 / setting.bpm
  const start = notes[0]?.onsetSeconds ?? 0
  const { bar } = METRES[setting.metre]
  return notes.map((note, i) => {
    const onset = Math.round((note.onsetSeconds - start) / sixteenth)
    const duration = Math.max(1, Math.round(note.durationSeconds / sixteenth))
    const index = Math.floor(onset / bar)
    return {
      onset,
      place: { position: onset - index * bar, duration, bar: lastPlace(index), isFinal: false, isFirst: i === 0, height: null },
    }
  })
}

const modulo = (value: number, size: number): number => ((value % size) + size) % size

const idsOf = (notes: readonly Note[], reference: number): Int32Array =>
  Int32Array.from(notes, ({ pitch }) => {
    let step = Math.round(pitch) - reference
    while (stepToId(step) === undefined) step += step < 0 ? 12 : -12
    return stepToId(step) ?? 0
  })

const composeAfter = (composer: Composer, request: ComposeRequest, before: readonly Note[]): ComposedMelody => {
  const { wishes, seconds, seed } = request
  const random = createRandom(seed)
  random.next()
  const given = before.slice(-CONTEXT_NOTES)
  const setting = settingOf(given, wishes, random)
  const sixteenth = 15 / setting.bpm
  const barLength = METRES[setting.metre].bar
  const last = given[given.length - 1]
  const start = given[0].onsetSeconds
  const endSeconds = last.onsetSeconds + last.durationSeconds
  const end = Math.max(1, Math.round((endSeconds - start) / sixteenth))
  const firstBar = Math.floor(end / barLength)
  const from = end - firstBar * barLength
  const { count } = fitBars(setting, seconds + from * sixteenth, { ...wishes, bpm: setting.bpm })
  const context = placeGiven(given, setting, (bar) => modulo(bar - firstBar, PERIOD_BARS))
  const rhythms = Array.from({ length: firstBar }, (_, bar) =>
    context.filter(({ onset }) => Math.floor(onset / barLength) === bar).map(({ onset }) => onset - bar * barLength),
  ).flatMap((onsets) => (onsets[0] === 0 ? [onsets.map((onset, i) => (onsets[i + 1] ?? barLength) - onset)] : []))
  const bars = planBars(composer, { setting, count, from, before: rhythms }, random)
  const plan: Plan = { setting, bars, pickup: [] }
  const slots = laySlots(plan, wishes.contour)
  const reference = referenceTonic(setting.tonic, meanPitch(given))
  const { metre, genre, mode } = setting
  const ids = fillPlan(composer, plan, slots, {
    conditions: { metre, genre, mode },
    ...reach(reference),
    random,
    context: { places: context.map(({ place }) => place), ids: idsOf(given, reference) },
  })
  const loudness = given.reduce((sum, { velocity }) => sum + velocity, 0) / given.length - 0.7
  const notes = slots.map(({ onset, place }, i) => {
    // The given notes' own end is where the new ones begin, wherever the grid has it.
    const times = { onsetSeconds: endSeconds + (onset - from) * sixteenth, durationSeconds: place.duration * sixteenth }
    return soundNote(reference + idToStep(ids[i]), times, { place, loudness: loudness + phraseLoudness(place) })
  })
  return { notes, bpm: setting.bpm, key: nameKey(setting) }
}

const SHORTEST_OPEN_SECONDS = 0.05

/** Times for nulls: what lies between their neighbours, shared; after the last note, its own length each. */
const layNulls = (items: readonly (Note | OpenNote | null)[]): OpenNote[] => {
  const known = items.filter((item) => item !== null)
  const lengths = known.map(({ durationSeconds }) => durationSeconds).sort((a, b) => a - b)
  const usual = lengths[Math.floor(lengths.length / 2)] ?? 0.4
  const result: OpenNote[] = []
  for (let i = 0; i < items.length;) {
    const item = items[i]
    if (item !== null) {
      result.push({ onsetSeconds: item.onsetSeconds, durationSeconds: item.durationSeconds })
      i++
      continue
    }
    let stop = i
    while (stop < items.length && items[stop] === null) stop++
    const count = stop - i
    const previous = result.at(-1)
    const from = previous === undefined ? 0 : previous.onsetSeconds + previous.durationSeconds
    const to = items[stop]?.onsetSeconds ?? from + count * usual
    const each = (to - from) / count
    if (each < SHORTEST_OPEN_SECONDS)
      throw new EngineError('INVALID_ARGUMENT', {
        what: `There is no time for ${count} new notes before the note at ${to.toFixed(2)} seconds; give the places of notes that are to change with their times.`,
      })
    for (let n = 0; n < count; n++) result.push({ onsetSeconds: from + n * each, durationSeconds: each })
    i = stop
  }
  return result
}

const composeBetween = (composer: Composer, request: ComposeRequest, items: readonly (Note | OpenNote | null)[]): ComposedMelody => {
  const { wishes, seed } = request
  const random = createRandom(seed)
  random.next()
  const kept = items.filter(isNote)
  const times = layNulls(items)
  const setting = settingOf(kept, wishes, random)
  const barLength = METRES[setting.metre].bar
  const sixteenth = 15 / setting.bpm
  const start = times[0]?.onsetSeconds ?? 0
  const finish = times.at(-1)
  const total = finish === undefined ? 0 : Math.round((finish.onsetSeconds + finish.durationSeconds - start) / sixteenth)
  const bars = Math.max(1, Math.ceil(total / barLength))
  const given = placeGiven(times, setting, (bar) => modulo(bar - bars, PERIOD_BARS))
  const places = given.map(({ place }, i): NotePlace =>
    i === given.length - 1 ? { ...place, isFinal: place.bar === PERIOD_BARS - 1 } : place,
  )
  const centre = kept.length > 0 ? meanPitch(kept) : REGISTERS[wishes.register ?? 'middle']
  const reference = referenceTonic(setting.tonic, centre)
  const ids = new Int32Array(items.length).fill(MASKED)
  items.forEach((item, i) => {
    if (isNote(item)) ids.set(idsOf([item], reference), i)
  })
  const { metre, genre, mode } = setting
  const pieces = Array.from({ length: Math.ceil(items.length / CONTEXT_NOTES) }, (_, i) => i * CONTEXT_NOTES)
  for (const from of pieces) {
    const first = Math.max(0, from - CONTEXT_NOTES / 2)
    const to = Math.min(items.length, from + CONTEXT_NOTES)
    const closes = to === items.length ? to - 1 - first : null
    const steering = { conditions: { metre, genre, mode }, ...reach(reference), opensAt: null, closesAt: closes }
    ids.set(fillPitches(composer, { ...steering, places: places.slice(first, to), ids: ids.slice(first, to) }, random), first)
  }
  const velocity = kept.length === 0 ? 0.7 : kept.reduce((sum, note) => sum + note.velocity, 0) / kept.length
  const notes = items.map((item, i) =>
    isNote(item) ? item : soundNote(reference + idToStep(ids[i]), times[i], { place: places[i], loudness: velocity - 0.7 }),
  )
  return { notes, bpm: setting.bpm, key: nameKey(setting) }
}

const SHORTEST_SECONDS = 1
const LONGEST_SECONDS = 300

/**
 * Composes a melody, what follows one, or what is left open in one. The same request and seed give the same notes.
 *
 * @returns notes in seconds, within the violin's range; a melody of its own ends on its tonic
 * @throws  EngineError INVALID_ARGUMENT for a length out of range, or notes that leave no time for new ones
 */
export const composeMelody = (composer: Composer, request: ComposeRequest): ComposedMelody => {
  const { before, keep } = request
  const seconds = request.wishes.seconds ?? request.seconds
  if (!(seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS))
    throw new EngineError('INVALID_ARGUMENT', {
      what: `A composed melody lasts ${SHORTEST_SECONDS} to ${LONGEST_SECONDS} seconds, not ${seconds}.`,
    })
  if (keep !== undefined && keep.length > 0) return composeBetween(composer, request, keep)
  if (before !== undefined && before.length > 0) return composeAfter(composer, { ...request, seconds }, before)
  return composeAnew(composer, { ...request, seconds })
}

/** A composed melody as the rest of the engine knows melodies. */
export const toMelody = ({ notes, bpm, key }: ComposedMelody): Melody => {
  const last = notes.at(-1)
  return { notes, bpm, key, durationSeconds: last === undefined ? 0 : last.onsetSeconds + last.durationSeconds }
}
