/** Pitches for a planned score: the composer's network, held to what a player would call right. */
import type { Random } from '#main/foundation/random.ts'
import { MODE_STEPS, STEP_COUNT, type Mode } from '#main/networks/composer/config.ts'
import { encodeNotes, idToStep, NOTE_WIDTH, type ComposerConditions, type NotePlace } from '#main/networks/composer/encode-notes.ts'
import { readTensor } from '#main/tensor/backend/read-tensors.ts'
import { tf } from '#main/tensor/backend/tf.ts'
import { createTransformerTables, disposeTransformerTables } from '#main/tensor/layers/transformer.ts'
import { fillMasked, MASKED } from '#main/tensor/sampling/fill-masked.ts'
import type { Composer } from './open-composer.ts'

export interface FillRequest {
  readonly conditions: ComposerConditions & { readonly mode: Mode }
  readonly places: readonly NotePlace[]
  /** [N] ids, MASKED where open; not changed */
  readonly ids: Int32Array
  /** Ids that the instrument reaches. */
  readonly lowest: number
  readonly highest: number
  /** Whether the first note opens the piece and the last closes it: then they stand on the chord and on the tonic. */
  readonly opensAt: number | null
  readonly closesAt: number | null
  /** Moves the line up (or down) per semitone, in nats; 0 leaves it. [N] */
  readonly lift?: Float32Array
}

const NEVER = -1e9
const STRANGER = -3
const RAISED_IN_MINOR = -0.8
const UNSTABLE_START = -2
const REPEATED = -0.6
/** Draws from the network hold more broken chords than tunes do. */
const THIRD = -0.2
const REPEATED_AGAIN = -1.5
const WAVERING = -1.5
/** There and back again, which training's tunes do less often than draws from the network. */
const RETURNING = -0.35
const WIDE_LEAP = 9
const WIDEST_LEAP = 12
/** About two and a half notes are settled at once. */
const PASSES_PER_NOTE = 0.4
const TEMPERATURE = 1
const ORDER_NOISE = 0.7
/** Draws are from the likeliest ids that hold so much of the probability. */
const NUCLEUS = 0.95

const stepClass = (id: number): number => ((idToStep(id) % 12) + 12) % 12

/** What no note may or should be, whatever stands around it. [STEP_COUNT] */
const weighSteps = ({ conditions, lowest, highest }: FillRequest): Float32Array =>
  Float32Array.from({ length: STEP_COUNT }, (_, id) => {
    // Worse than any wide leap that comes on top elsewhere: a violin does not have the note.
    if (id < lowest || id > highest) return 10 * NEVER
    const step = stepClass(id)
    if (MODE_STEPS[conditions.mode].includes(step)) return 0
    const isRaised = (conditions.mode === 'minor' && (step === 11 || step === 9)) || (conditions.mode === 'dorian' && step === 11)
    return isRaised ? RAISED_IN_MINOR : STRANGER
  })

/** Leaps from the neighbours that stand already. */
const weighLeap = (distance: number, apart: number): number => {
  const size = Math.abs(distance)
  if (apart === 1) {
    if (size === 0) return REPEATED
    if (size > WIDEST_LEAP) return NEVER
    if (size === 3 || size === 4) return THIRD
    // A tritone or a seventh is hard to hear as a step of a tune.
    return size > WIDE_LEAP ? (size === WIDEST_LEAP ? -1 : -2.5) : size === 6 ? -1 : 0
  }
  return size === 0 ? RETURNING : size > WIDEST_LEAP + 2 ? -3 : 0
}

/** Keeps the likeliest ids of one row, however unlikely they are; the rest are out of the question. */
const keepNucleus = (logits: Float32Array, row: number): void => {
  const at = row * STEP_COUNT
  let highest = -Infinity
  for (let i = 0; i < STEP_COUNT; i++) highest = Math.max(highest, logits[at + i])
  const ranked = Array.from({ length: STEP_COUNT }, (_, i) => ({ i, weight: Math.exp(logits[at + i] - highest) })).sort(
    (a, b) => b.weight - a.weight,
  )
  const total = ranked.reduce((sum, { weight }) => sum + weight, 0)
  let held = 0
  for (const { i, weight } of ranked) {
    if (held > NUCLEUS * total) logits[at + i] = 20 * NEVER
    held += weight
  }
}

const CHORD = (mode: Mode): readonly number[] => [0, MODE_STEPS[mode][2], 7]

/** Whether the id would stand three times in a row. */
const isThird = (ids: Int32Array, n: number, id: number): boolean =>
  (ids[n - 1] === id && (ids[n - 2] === id || ids[n + 1] === id)) || (ids[n + 1] === id && ids[n + 2] === id)

/** Whether the id would make the line waver: the same two notes over and over. */
const isWavering = (ids: Int32Array, n: number, id: number): boolean => {
  const known = (at: number): boolean => ids[at] !== undefined && ids[at] !== MASKED
  const isBack = id === ids[n - 2] && known(n - 1) && ids[n - 1] === ids[n - 3]
  const isOn = id === ids[n + 2] && known(n + 1) && ids[n + 1] === ids[n + 3]
  return isBack || isOn || (id === ids[n - 2] && id === ids[n + 2] && known(n - 1) && ids[n - 1] === ids[n + 1])
}

/** Adds to the network's logits, in place, what is known of melodies on a violin. */
const steer = (logits: Float32Array, ids: Int32Array, request: FillRequest, general: Float32Array): void => {
  const { conditions, opensAt, closesAt, lift } = request
  const chord = CHORD(conditions.mode)
  for (let n = 0; n < ids.length; n++) {
    if (ids[n] !== MASKED) continue
    const tilt = lift?.[n] ?? 0
    for (let id = 0; id < STEP_COUNT; id++) {
      let weight = general[id] + tilt * idToStep(id)
      for (const apart of [1, 2]) {
        for (const other of [ids[n - apart], ids[n + apart]])
          if (other !== undefined && other !== MASKED) weight += weighLeap(id - other, apart)
      }
      if (isThird(ids, n, id)) weight += REPEATED_AGAIN
      if (isWavering(ids, n, id)) weight += WAVERING
      if (n === opensAt && !chord.includes(stepClass(id))) weight += UNSTABLE_START
      if (n === closesAt && stepClass(id) !== 0) weight += NEVER / 2
      logits[n * STEP_COUNT + id] += weight
    }
    keepNucleus(logits, n)
  }
}

/**
 * Fills the open notes, a few at every pass.
 *
 * @returns [N] ids
 */
export const fillPitches = (composer: Composer, request: FillRequest, random: Random): Int32Array => {
  const { ids, places, conditions } = request
  const notes = ids.length
  const open = ids.reduce((count, id) => count + (id === MASKED ? 1 : 0), 0)
  if (open === 0) return ids.slice()
  const rows = new Float32Array(notes * NOTE_WIDTH)
  encodeNotes(places, conditions, rows)
  const general = weighSteps(request)
  const tables = createTransformerTables(composer.network.config.transformer, notes)
  const features = tf.tensor3d(rows, [1, notes, NOTE_WIDTH])
  const predict = (now: Int32Array): Float32Array => {
    const told = now.map((id) => (id === MASKED ? STEP_COUNT : id))
    const logits = readTensor(() => composer.network.logits(features, tf.tensor1d(told, 'int32'), tables))
    steer(logits, now, request, general)
    return logits
  }
  try {
    return fillMasked(ids, predict, {
      passes: Math.ceil(PASSES_PER_NOTE * open),
      temperature: TEMPERATURE,
      orderNoise: ORDER_NOISE,
      vocabularySize: STEP_COUNT,
      random,
    })
  } finally {
    features.dispose()
    disposeTransformerTables(tables)
  }
}
