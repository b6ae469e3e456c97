/** A plan's notes on the grid, and their pitches group by group, so that what returns stands before it does. */
import type { MusicalWishes } from '#contract/musical-wishes.ts'
import type { Random } from '#main/foundation/random.ts'
import { METRES, PERIOD_BARS } from '#main/networks/composer/config.ts'
import type { NotePlace } from '#main/networks/composer/encode-notes.ts'
import { MASKED } from '#main/tensor/sampling/fill-masked.ts'
import { fillPitches, type FillRequest } from './compose-fill.ts'
import type { Plan, PlannedBar } from './compose-plan.ts'
import type { Composer } from './open-composer.ts'

/** One note of the score, in sixteenths from the first bar line. */
export interface Slot {
  readonly onset: number
  readonly place: NotePlace
  /** Index of the planned bar. */
  readonly bar: number
  readonly index: number
}

/** Height of the line along the piece, semitones above the reference tonic; null leaves it to the network. */
const heightAt = (contour: MusicalWishes['contour'], along: number): number | null => {
  switch (contour) {
    case 'rising':
      return -1 + 13 * along
    case 'falling':
      return 12 - 12 * along
    case 'arch':
      return 1 + 11 * Math.sin(Math.PI * along)
    case 'valley':
      return 10 - 11 * Math.sin(Math.PI * along)
    case 'level':
      return 4
    default:
      return null
  }
}

export const laySlots = ({ setting, bars, pickup }: Plan, contour: MusicalWishes['contour']): Slot[] => {
  const barLength = METRES[setting.metre].bar
  const slots: Slot[] = []
  const total = bars.length * barLength
  const add = (position: number, duration: number, bar: number, about: { place: number; index: number; isFinal: boolean }): void => {
    const onset = bar * barLength + position
    const place: NotePlace = {
      position: (position + barLength) % barLength,
      duration,
      bar: about.place,
      isFinal: about.isFinal,
      isFirst: slots.length === 0,
      height: heightAt(contour, Math.min(1, Math.max(0, onset / total))),
    }
    slots.push({ onset, place, bar, index: about.index })
  }
  let early = -pickup.reduce((sum, x) => sum + x, 0)
  pickup.forEach((duration) => {
    add(early, duration, 0, { place: PERIOD_BARS - 1, index: -1, isFinal: false })
    early += duration
  })
  bars.forEach(({ lengths, place, from }, bar) => {
    let position = from
    lengths.forEach((duration, index) => {
      add(position, duration, bar, { place, index, isFinal: place === PERIOD_BARS - 1 && index === lengths.length - 1 })
      position += duration
    })
  })
  return slots
}

/** Bars whose pitches are composed together: at most half a period, and none that returns a bar of its own group. */
const groupBars = (bars: readonly PlannedBar[]): number[] => {
  let group = 0
  let start = 0
  return bars.map(({ period, place, copyOf }, i) => {
    const previous = bars[i - 1]
    const isNewHalf =
      previous !== undefined && (previous.period !== period || (place >= PERIOD_BARS / 2 && previous.place < PERIOD_BARS / 2))
    if (isNewHalf || (copyOf !== null && copyOf >= start)) {
      group++
      start = i
    }
    return group
  })
}

/** Second periods lie higher, as they do in tunes; nats per semitone. */
const SECOND_PERIOD_LIFT = 0.045
/** The network hears a wished height; this much more for each semitone that it lies off the middle. */
const CONTOUR_LIFT = 0.012

/** Notes that are told before those to be written. */
const CONTEXT_NOTES = 40

type Steering = Pick<FillRequest, 'conditions' | 'lowest' | 'highest'>

/** Composes all bars. `context` stands before them. @returns ids of the slots */
export const fillPlan = (
  composer: Composer,
  plan: Plan,
  slots: readonly Slot[],
  options: Steering & { random: Random; context?: { places: readonly NotePlace[]; ids: Int32Array } },
): Int32Array => {
  const { context = { places: [], ids: new Int32Array(0) }, random, ...steering } = options
  const offset = context.ids.length
  const ids = new Int32Array(offset + slots.length).fill(MASKED)
  ids.set(context.ids)
  const places = [...context.places, ...slots.map(({ place }) => place)]
  const groups = groupBars(plan.bars)
  const lift = new Float32Array(ids.length)
  slots.forEach(({ bar }, n) => {
    const isLifted = (plan.bars[bar]?.period ?? 0) % 2 === 1 && (plan.bars[bar]?.place ?? 0) < PERIOD_BARS / 2
    const { height } = slots[n].place
    lift[offset + n] = height !== null ? CONTOUR_LIFT * (height - 4) : isLifted ? SECOND_PERIOD_LIFT : 0
  })
  const firstDownbeat = slots.findIndex(({ index }) => index === 0)
  for (let group = 0; group <= (groups.at(-1) ?? 0); group++) {
    slots.forEach(({ bar, index }, n) => {
      const source = groups[bar] === group ? plan.bars[bar]?.copyOf : null
      if (source === null || source === undefined || index < 0) return
      const twin = slots.findIndex((slot) => slot.bar === source && slot.index === index)
      if (twin >= 0) ids[offset + n] = ids[offset + twin]
    })
    const end = offset + slots.findLastIndex(({ bar }) => groups[bar] === group) + 1
    const firstOpen = ids.indexOf(MASKED)
    const start = Math.max(0, Math.min(end, firstOpen) - CONTEXT_NOTES)
    const closes = end === ids.length ? end - 1 - start : null
    const filled = fillPitches(
      composer,
      {
        ...steering,
        places: places.slice(start, end),
        ids: ids.slice(start, end),
        opensAt: offset + start === 0 ? firstDownbeat : null,
        closesAt: closes,
        lift: lift.slice(start, end),
      },
      random,
    )
    ids.set(filled, start)
  }
  return ids.slice(offset)
}
