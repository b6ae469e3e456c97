import { ARTICULATIONS, type Note } from '#contract/melody.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import type { Random } from '#main/foundation/random.ts'
import type { ExpressionCurves } from '#main/performance/perform.ts'
import type { SourceNote } from '../material/source-note.ts'
import { chooseNote } from './choose-note.ts'
import { addBowNoise, addRoom, tiltBrightness } from './colour.ts'
import { alignPosition, Voice } from './voice.ts'

export const CLIP_RATE = 44100
const CHUNK = 16
const SLUR_FADE_SECONDS = 0.03
/** A slur to a note this near the recording's own pitch may bend the same recording. */
const REACH_SEMITONES = 3.6
const DAMPING_DB_PER_SECOND = 250
const PEAK = 0.9

export interface RenderStyle {
  /** Chance that a vibrato note keeps the recording's own vibrato instead of the designed one. */
  readonly ownVibratoChance: number
  readonly hissDb: number
  readonly scratchDb: number
  /** Levels go on from a recording's own start without a step. */
  readonly joinsStart?: boolean
  readonly room?: { readonly decaySeconds: number; readonly wetDb: number }
}

export interface RenderedClip {
  /** [S] at 44.1 kHz, peak at most 0.9 */
  readonly pcm: Float32Array
  /** [F] Hz that sounds, exact by construction. */
  readonly f0: Float32Array
  /** Ids of the recordings that were used. */
  readonly materialIds: readonly string[]
}

interface BowEvent {
  readonly seconds: number
  readonly isStroke: boolean
  readonly noteIndex: number
}

const gatherEvents = (notes: readonly Note[], strokes: Float32Array): BowEvent[] => {
  const events: BowEvent[] = []
  notes.forEach((note, noteIndex) => {
    const end = notes[noteIndex + 1]?.onsetSeconds ?? Infinity
    const own = [...strokes].filter((t) => t >= note.onsetSeconds - 1e-4 && t < end - 1e-4)
    if (own.length === 0 || own[0] > note.onsetSeconds + 1e-3) events.push({ seconds: note.onsetSeconds, isStroke: false, noteIndex })
    for (const seconds of own) events.push({ seconds, isStroke: true, noteIndex })
  })
  return events
}

/** Linear reading of frame values at a sample. */
const sampleAt = (values: Float32Array, frame: number): number => {
  const whole = Math.min(values.length - 1, Math.floor(frame))
  const next = Math.min(values.length - 1, whole + 1)
  return values[whole] + (values[next] - values[whole]) * Math.min(1, frame - whole)
}

/** Where to enter a recording for a new stroke. */
const chooseEntry = (note: SourceNote, isInsideTremolo: boolean, random: Random): { position: number; fadeInSamples: number } => {
  if (note.kind === 'pizzicato') return { position: note.onset, fadeInSamples: 16 }
  if (isInsideTremolo || (note.rebows.length > 0 && random.next() < 0.35)) {
    const isRebow = note.rebows.length > 0 && random.next() < 0.5
    const inside = random.between(note.sustainStart, Math.max(note.sustainStart + 1, note.sustainEnd - 6000))
    return { position: isRebow ? random.pick(note.rebows) : inside, fadeInSamples: Math.round(0.012 * CLIP_RATE) }
  }
  const lead = random.between(0.01, 0.03)
  return { position: Math.max(note.onset, note.speaks - lead * CLIP_RATE), fadeInSamples: Math.round(0.004 * CLIP_RATE) }
}

/** Level of a plucked note: its own decay is the string's, so only the strength and the damping hand are ours. */
const pluckLevels = (note: Note, curves: ExpressionCurves): Float32Array => {
  const onset = Math.round(note.onsetSeconds * curves.frameRate)
  const peak = Math.max(
    curves.loudnessDb[Math.min(curves.frames - 1, onset)],
    curves.loudnessDb[Math.min(curves.frames - 1, onset + 1)],
    -60,
  )
  const end = (note.onsetSeconds + note.durationSeconds) * curves.frameRate
  return Float32Array.from({ length: curves.frames }, (_, i) =>
    Math.max(-100, peak - Math.max(0, i - end) * (DAMPING_DB_PER_SECOND / curves.frameRate)),
  )
}

const limitPeak = (pcm: Float32Array): void => {
  let peak = 0
  for (const x of pcm) peak = Math.max(peak, Math.abs(x))
  if (peak > PEAK) for (let n = 0; n < pcm.length; n++) pcm[n] *= PEAK / peak
}

interface PlannedEvent extends BowEvent {
  readonly note: Note
  readonly isPluck: boolean
  readonly isShort: boolean
  readonly isInsideTremolo: boolean
  readonly startSample: number
}

interface Playing {
  readonly voice: Voice
  readonly isPluck: boolean
  /** Own level curve of a pluck; a bowed voice follows the clip's. */
  readonly levels: Float32Array | undefined
}

/** Peak deviation of the designed vibrato within a note, cents. */
const depthWithin = (curves: ExpressionCurves, note: Note): number => {
  const from = Math.floor(note.onsetSeconds * curves.frameRate)
  const to = Math.ceil((note.onsetSeconds + note.durationSeconds) * curves.frameRate)
  let depth = 0
  for (const cents of curves.vibratoCents.subarray(from, to)) depth = Math.max(depth, Math.abs(cents))
  return depth
}

/** The voice that takes over at an event, or the present one where a slur can be bent. */
const takeOver = (
  event: PlannedEvent,
  sample: number,
  current: Voice | undefined,
  { curves, material, style, random }: { curves: ExpressionCurves; material: readonly SourceNote[]; style: RenderStyle; random: Random },
): Voice => {
  const isBowed = current !== undefined && current.note.kind === 'arco'
  if (!event.isStroke && isBowed && Math.abs(current.note.midi - event.note.pitch) <= REACH_SEMITONES && random.next() < 0.75)
    return current
  const level = curves.loudnessDb[Math.min(curves.frames - 1, Math.round((event.seconds + 0.05) * curves.frameRate))]
  const dynamics = level > -90 ? Math.min(1, Math.max(0, (level + 38) / 25)) : 0.5
  const sustainSeconds = Math.min(0.3, event.note.durationSeconds * (event.isShort ? 0.3 : 0.8))
  const kind = event.isPluck ? 'pizzicato' : 'arco'
  const chosen =
    event.isInsideTremolo && isBowed
      ? current.note
      : chooseNote(material, { kind, midi: event.note.pitch, dynamics, sustainSeconds }, random)
  invariant(chosen !== undefined, 'a corpus clip needs material of the kind it plays')
  const depth = depthWithin(curves, event.note)
  const keepsOwn = depth >= 8 && chosen.vibratoDepthCents > 4 && random.next() < style.ownVibratoChance
  const keptVibrato = keepsOwn ? Math.min(1.6, Math.max(0.3, depth / (chosen.vibratoDepthCents * 1.5))) : undefined
  if (event.isStroke) {
    const entry = chooseEntry(chosen, event.isInsideTremolo, random)
    current?.endAt(sample, Math.round((event.isPluck ? 0.012 : 0.022) * CLIP_RATE))
    return new Voice({
      ...entry,
      note: chosen,
      start: sample,
      keptVibrato,
      keepsOwnStart: entry.position < chosen.sustainStart,
      joinsStart: style.joinsStart === true,
    })
  }
  const fadeInSamples = Math.round(SLUR_FADE_SECONDS * CLIP_RATE)
  let position = random.between(chosen.sustainStart, Math.max(chosen.sustainStart + 1, chosen.sustainEnd - 9000))
  if (current !== undefined) {
    const f0 = chosen.f0[Math.round(position / chosen.hop)]
    const reference = { pcm: current.note.pcm, position: current.position }
    position = alignPosition(chosen.pcm, position, reference, { period: CLIP_RATE / f0, stretch: f0 / current.sourceF0 })
    current.endAt(sample, fadeInSamples)
  }
  return new Voice({ note: chosen, position, start: sample, fadeInSamples, keptVibrato, keepsOwnStart: false })
}

/**
 * Plays a performance on recorded notes: the conforming sampler.
 *
 * @param notes     the notes the curves were drawn from
 * @param curves    expression curves at 100 Hz
 * @param options   material: recordings that may be used; style: own vibrato, noise, room; random: consumed in note order
 * @returns         audio of floor(frames * 441) samples and the f0 that sounds
 */
export const renderClip = (
  notes: readonly Note[],
  curves: ExpressionCurves,
  { material, style, random }: { material: readonly SourceNote[]; style: RenderStyle; random: Random },
): RenderedClip => {
  const hop = CLIP_RATE / curves.frameRate
  const pcm = new Float32Array(Math.floor(curves.frames * hop))
  const plucked = new Float32Array(pcm.length)
  const centre = Float32Array.from(curves.f0, (f, i) => Math.log2(f) - curves.vibratoCents[i] / 1200)
  const vibrato = Float32Array.from(curves.vibratoCents, (cents) => cents / 1200)
  const pitch = new Float32Array(curves.frames)
  for (let i = 0; i < curves.frames; i++) pitch[i] = centre[i] + vibrato[i]

  const plan = gatherEvents(notes, curves.strokeSeconds).map((event): PlannedEvent => {
    const note = notes[event.noteIndex]
    const frame = Math.min(curves.frames - 1, Math.ceil(note.onsetSeconds * curves.frameRate))
    const articulation = ARTICULATIONS[curves.articulation[frame]]
    const isInsideTremolo = articulation === 'tremolo' && event.seconds > note.onsetSeconds + 0.01
    return {
      ...event,
      note,
      isPluck: articulation === 'pizzicato',
      isShort: articulation === 'spiccato' || articulation === 'staccato',
      isInsideTremolo,
      startSample: Math.round(event.seconds * CLIP_RATE),
    }
  })
  const playing: Playing[] = []
  const used = new Set<string>()
  let current: Voice | undefined
  let next = 0
  for (let from = 0; from < pcm.length; from += CHUNK) {
    const to = Math.min(pcm.length, from + CHUNK)
    for (
      let event = plan[next];
      event !== undefined && from >= event.startSample - (event.isStroke ? 0.008 : SLUR_FADE_SECONDS / 2) * CLIP_RATE;
      event = plan[next]
    ) {
      const voice = takeOver(event, from, current, { curves, material, style, random })
      if (voice !== current)
        playing.push({ voice, isPluck: event.isPluck, levels: event.isPluck ? pluckLevels(event.note, curves) : undefined })
      current = voice
      used.add(voice.note.id)
      next++
    }
    const frame = from / hop
    const target = { centre: sampleAt(centre, frame), vibrato: sampleAt(vibrato, frame), levelDb: sampleAt(curves.loudnessDb, frame) }
    for (let v = playing.length - 1; v >= 0; v--) {
      const { voice, isPluck, levels } = playing[v]
      const levelDb = levels === undefined ? target.levelDb : sampleAt(levels, frame)
      if (voice.isOver(from)) playing.splice(v, 1)
      else if (levelDb > -99.5) voice.addChunk(isPluck ? plucked : pcm, from, to, { ...target, levelDb })
    }
    const nearest = Math.round(frame)
    if (current !== undefined && nearest < curves.frames && Math.abs(frame - nearest) * hop <= CHUNK / 2) {
      pitch[nearest] = current.pitchFor({ ...target, centre: centre[nearest], vibrato: vibrato[nearest] })
    }
  }
  const pizzicato = ARTICULATIONS.indexOf('pizzicato')
  const bowedDb = curves.loudnessDb.map((level, i) => (curves.articulation[i] === pizzicato ? -100 : level))
  tiltBrightness(pcm, curves.brightness, hop)
  addBowNoise(pcm, { hop, levelDb: bowedDb, strokeSeconds: curves.strokeSeconds, hissDb: style.hissDb, scratchDb: style.scratchDb }, random)
  for (let n = 0; n < pcm.length; n++) pcm[n] += plucked[n]
  if (style.room !== undefined) addRoom(pcm, style.room, random)
  limitPeak(pcm)
  return { pcm, f0: Float32Array.from(pitch, (value) => 2 ** value), materialIds: [...used].sort() }
}
