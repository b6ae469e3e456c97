/** How much of the singer is kept in what the violin plays: each share 1 as sung, 0 not at all. */
export interface OwnShares {
  readonly timing: number
  readonly dynamics: number
  readonly scoops: number
  /** Quarter notes a minute of the hum; without it the timing stays as it was sung. */
  readonly bpm?: number | undefined
}

interface SungNote {
  readonly onsetSeconds: number
  readonly durationSeconds: number
  readonly velocity: number
  readonly scoopCents?: number | undefined
}

/** Sixteenths: what lies between them is the singer's own timing. */
const STEPS_IN_BEAT = 4
const SHORTEST_SECONDS = 0.04

/** Where the grid lies that the onsets agree on best: their circular mean. */
const findPhase = (notes: readonly SungNote[], stepSeconds: number): number => {
  let [x, y] = [0, 0]
  for (const { onsetSeconds } of notes) {
    const angle = (2 * Math.PI * onsetSeconds) / stepSeconds
    x += Math.cos(angle)
    y += Math.sin(angle)
  }
  return (Math.atan2(y, x) / (2 * Math.PI)) * stepSeconds
}

/** Onsets moved towards the grid; notes keep their order, and one that was joined to the next stays so. */
const easeTiming = <N extends SungNote>(notes: readonly N[], share: number, bpm: number): N[] => {
  const stepSeconds = 60 / bpm / STEPS_IN_BEAT
  const phase = findPhase(notes, stepSeconds)
  const onsets: number[] = []
  notes.forEach(({ onsetSeconds }, i) => {
    const line = phase + Math.round((onsetSeconds - phase) / stepSeconds) * stepSeconds
    const earliest = i === 0 ? 0 : (onsets[i - 1] ?? 0) + SHORTEST_SECONDS
    onsets.push(Math.max(earliest, onsetSeconds + (1 - share) * (line - onsetSeconds)))
  })
  return notes.map((note, i) => {
    const onsetSeconds = onsets[i] ?? note.onsetSeconds
    const next = notes[i + 1]
    const nextOnset = onsets[i + 1] ?? Infinity
    const end = note.onsetSeconds + note.durationSeconds
    const isJoined = next !== undefined && next.onsetSeconds - end < SHORTEST_SECONDS
    const durationSeconds = isJoined ? nextOnset - onsetSeconds : Math.max(SHORTEST_SECONDS, Math.min(end, nextOnset) - onsetSeconds)
    return { ...note, onsetSeconds, durationSeconds }
  })
}

/**
 * The notes as they are to be played: the singer's timing, loudness and scoops into the notes, as much of them as is asked for.
 * At timing 0 onsets lie on sixteenths, at dynamics 0 all notes are equally loud, at scoops 0 the violin begins notes in its own way.
 */
export const easeOwnPlaying = <N extends SungNote>(notes: readonly N[], { timing, dynamics, scoops, bpm }: OwnShares): N[] => {
  const placed = timing < 1 && bpm !== undefined ? easeTiming(notes, timing, bpm) : notes
  const mean = notes.reduce((sum, { velocity }) => sum + velocity, 0) / Math.max(1, notes.length)
  return placed.map((note) => {
    const { scoopCents, ...rest } = note
    const velocity = dynamics === 1 ? note.velocity : mean + dynamics * (note.velocity - mean)
    return { ...rest, velocity, ...(scoopCents === undefined || scoops === 0 ? {} : { scoopCents: scoops * scoopCents }) } as N
  })
}
