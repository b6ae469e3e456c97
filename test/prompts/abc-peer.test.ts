import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAbcBeats } from '#main/prompt/read-abc.ts'

interface PeerNote {
  readonly pitch: number
  readonly start: number
  readonly duration: number
}
const { peer, recorded } = JSON.parse(readFileSync(new URL('./abc-peer.json', import.meta.url), 'utf8')) as {
  peer: string
  recorded: { abc: string; notes: PeerNote[] }[]
}

/** The top note of every chord: what a single violin plays. */
const topNotes = (notes: readonly PeerNote[]): PeerNote[] =>
  notes.filter((note) => !notes.some((other) => other !== note && Math.abs(other.start - note.start) < 1e-4 && other.pitch > note.pitch))

describe(`ABC read as by ${peer}`, () => {
  it.each(recorded)('$abc', ({ abc, notes }) => {
    let start = 0
    const ours: PeerNote[] = []
    for (const beat of readAbcBeats(abc).beats) {
      if (beat.pitch !== null) ours.push({ pitch: beat.pitch, start, duration: beat.beats / 4 })
      start += beat.beats / 4
    }
    const theirs = topNotes(notes)
    expect(ours.map((note) => note.pitch)).toEqual(theirs.map((note) => note.pitch))
    ours.forEach((note, i) => {
      expect(note.start).toBeCloseTo(theirs[i]?.start ?? NaN, 3)
      expect(note.duration).toBeCloseTo(theirs[i]?.duration ?? NaN, 3)
    })
  })
})
