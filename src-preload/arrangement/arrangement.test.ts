import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createProject, type Project, projectSchema, type Source } from '#contract/project.ts'
import * as clips from './clip-edits.ts'
import { describePosition, GRIDS, listBeats, snapSeconds, stepSeconds } from './grid.ts'
import { commit, endGesture, redo, startHistory, undo } from './history.ts'
import * as times from './time-edits.ts'
import * as tracks from './track-edits.ts'

const source = (id: string, durationSeconds: number): Source => ({
  id,
  name: id,
  assetId: null,
  takeId: null,
  durationSeconds,
  sampleRate: 44100,
  channelCount: 1,
  notes: [],
  recipe: null,
})
const createIds = (): (() => string) => {
  let count = 0
  return () => `made-${count++}`
}
const START: Project = (() => {
  let project = tracks.addTrack(createProject('Start', 92), { id: 'track-a', name: 'A' })
  project = tracks.addTrack(project, { id: 'track-b', name: 'B' })
  project = clips.addClip(project, { id: 'clip-a', trackId: 'track-a', source: source('tune', 3.7), startSeconds: 1 })
  return clips.addClip(project, { id: 'clip-b', trackId: 'track-b', source: source('bass', 9.1), startSeconds: 0 })
})()

type Edit = (project: Project, createId: () => string) => Project
const pick = (project: Project, n: number): string[] => project.clips.flatMap(({ id }, i) => (i % 3 === n % 3 ? [id] : []))
const one = (things: readonly { id: string }[], n: number): string => things[n % Math.max(1, things.length)]?.id ?? 'none'

/** Every edit there is, with places and amounts drawn at random. */
const edits: fc.Arbitrary<Edit> = fc
  .record({ n: fc.nat(1000), s: fc.double({ min: 0, max: 20, noNaN: true }), d: fc.double({ min: -6, max: 6, noNaN: true }) })
  .chain(({ n, s, d }) =>
    fc.constantFrom<Edit[]>(
      (p) => clips.moveClips(p, pick(p, n), { seconds: d, tracks: Math.round(d) }),
      (p) => clips.trimStart(p, one(p.clips, n), s),
      (p) => clips.trimEnd(p, one(p.clips, n), s),
      (p, id) => clips.splitClips(p, pick(p, n), s, id),
      (p, id) => (p.clips.length > 60 ? p : clips.duplicateClips(p, pick(p, n), id).project),
      (p) => clips.loopClip(p, one(p.clips, n), 1 + (n % 4)),
      (p) => clips.slipClip(p, one(p.clips, n), d),
      (p) => clips.setFade(p, pick(p, n), n % 2 ? 'fadeIn' : 'fadeOut', { seconds: s, curve: 'smooth' }),
      (p) => clips.crossFade(p, pick(p, n), Math.abs(d) / 10),
      (p) => clips.setClipGain(p, pick(p, n), d * 30),
      (p) => clips.reverseClips(p, pick(p, n)),
      (p) => clips.setClipColour(p, pick(p, n), n % 2 ? null : '#123456'),
      (p) => clips.renameClip(p, one(p.clips, n), `Clip ${n}`),
      (p) => (p.clips.length > 20 ? clips.removeClips(p, pick(p, n)) : p),
      (p, id) => (p.tracks.length > 6 ? p : tracks.addTrack(p, { id: id(), name: 'New' }, n % (p.tracks.length + 1))),
      (p) => (p.tracks.length > 3 ? tracks.removeTrack(p, one(p.tracks, n)) : p),
      (p) => tracks.moveTrack(p, one(p.tracks, n), Math.round(d)),
      (p) => tracks.changeTrack(p, one(p.tracks, n), { gainDb: d * 30, pan: d, isMuted: n % 2 === 0, reverbSend: d }),
      (p) => tracks.changeMaster(p, { gainDb: d, reverbSeconds: s }),
      (p, id) => times.addMarker(p, { id: id(), atSeconds: s, name: 'M' }),
      (p) => times.changeMarker(p, one(p.markers, n), { atSeconds: s }),
      (p) => times.removeMarker(p, one(p.markers, n)),
      (p) => times.setLoopRange(p, s, s + d),
      (p) => times.toggleLoop(p),
      (p) => times.followTempo(times.setTempo(p, { atTicks: 480 * (n % 9), bpm: 40 + 10 * s }), p.tempo),
      (p) => times.setMetre(p, { atTicks: 480 * (n % 9), beats: 1 + (n % 7), unit: 4 }),
      (p) => times.removeTimeChange(p, 480 * (n % 9)),
    ),
  )

describe('editing an arrangement', () => {
  it('undoes any 200 edits to the first state and redoes them to the last, each state a whole project', () => {
    fc.assert(
      fc.property(fc.array(edits, { minLength: 200, maxLength: 200 }), (sequence) => {
        const createId = createIds()
        const first = JSON.stringify(START)
        let history = startHistory(START)
        for (const [i, edit] of sequence.entries()) {
          history = commit(history, edit(history.present, createId), i % 5 === 0 ? 'drag' : '')
        }
        const last = JSON.stringify(history.present)
        expect(projectSchema.safeParse(history.present).error).toBeUndefined()
        const steps = history.past.length
        for (let i = 0; i < steps; i++) history = undo(history)
        expect(history.present).toBe(START)
        expect(JSON.stringify(history.present)).toBe(first)
        expect(undo(history)).toBe(history)
        for (let i = 0; i < steps; i++) history = redo(history)
        expect(JSON.stringify(history.present)).toBe(last)
        expect(redo(history)).toBe(history)
      }),
      { numRuns: 25 },
    )
  })

  it('makes every state a project that the schema takes', () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 30 }), (sequence) => {
        const createId = createIds()
        let project = START
        for (const edit of sequence) {
          project = edit(project, createId)
          expect(projectSchema.safeParse(project).error).toBeUndefined()
        }
      }),
      { numRuns: 30 },
    )
  })

  it('joins the edits of a gesture to one step', () => {
    let history = startHistory(START)
    for (let i = 1; i <= 5; i++) history = commit(history, clips.moveClips(START, ['clip-a'], { seconds: i, tracks: 0 }), 'drag')
    history = commit(endGesture(history), clips.moveClips(history.present, ['clip-a'], { seconds: 1, tracks: 0 }), 'drag')
    expect(history.past).toHaveLength(2)
    expect(undo(undo(history)).present).toBe(START)
  })

  it('stops a group at the edges as a whole', () => {
    const moved = clips.moveClips(START, ['clip-a', 'clip-b'], { seconds: -5, tracks: -5 })
    expect(moved).toBe(START)
    const right = clips.moveClips(START, ['clip-a'], { seconds: -5, tracks: 5 })
    expect(right.clips[0]).toMatchObject({ startSeconds: 0, trackId: 'track-b' })
  })

  it('draws touching clips out for a cross-fade of equal power', () => {
    const halves = clips.splitClips(START, ['clip-a'], 2.5, () => 'right')
    const faded = clips.crossFade(halves, ['clip-a', 'right'], 0.2)
    const [left, right] = ['clip-a', 'right'].map((id) => faded.clips.find((clip) => clip.id === id))
    expect(left?.fadeOut).toEqual({ seconds: 0.2, curve: 'equalPower' })
    expect(right?.fadeIn).toEqual({ seconds: 0.2, curve: 'equalPower' })
    expect(right?.startSeconds).toBeCloseTo(2.4, 9)
    expect((left?.startSeconds ?? 0) + (left?.durationSeconds ?? 0)).toBeCloseTo(2.6, 9)
  })

  it('gives a clip back that was reversed or slipped twice', () => {
    const slipped = clips.slipClip(clips.trimEnd(START, 'clip-a', 2), 'clip-a', 0.5)
    expect(slipped.clips[0]?.offsetSeconds).toBeCloseTo(0.5, 4)
    expect(clips.slipClip(slipped, 'clip-a', -0.5).clips[0]?.offsetSeconds).toBe(0)
    expect(clips.reverseClips(clips.reverseClips(slipped, ['clip-a']), ['clip-a'])).toEqual(slipped)
  })
})

describe('the grid', () => {
  const song = { tempo: [{ atTicks: 0, bpm: 60 }, { atTicks: 480 * 6, bpm: 120 }], metre: [{ atTicks: 0, beats: 3 as const, unit: 4 as const }, { atTicks: 480 * 6, beats: 6 as const, unit: 8 as const }] } // prettier-ignore

  it('numbers bars and beats through changes of metre and tempo', () => {
    expect(listBeats(song, 0, 7.1).map(({ seconds, bar, beat }) => `${bar}.${beat}@${seconds}`)).toEqual([
      ...['1.1@0', '1.2@1', '1.3@2', '2.1@3', '2.2@4', '2.3@5', '3.1@6', '3.2@6.25', '3.3@6.5', '3.4@6.75', '3.5@7'],
    ])
    expect(describePosition(song, 6.375)).toMatchObject({ bar: 3, beat: 2, share: expect.closeTo(0.5, 4) as number })
  })

  it('snaps to lines that stay where they are when snapped again, and steps from line to line', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 60, noNaN: true }), fc.constantFrom(...GRIDS), (seconds, grid) => {
        const snapped = snapSeconds(song, seconds, grid)
        expect(snapSeconds(song, snapped, grid)).toBeCloseTo(snapped, 9)
        const next = stepSeconds(song, snapped, grid, 1)
        expect(next).toBeGreaterThan(snapped)
        expect(stepSeconds(song, next, grid, -1)).toBeCloseTo(snapped, 6)
      }),
    )
    expect(snapSeconds(song, 2.6, 'bar')).toBe(3)
    expect(snapSeconds(song, 6.3, 'beat')).toBe(6.25)
    expect(stepSeconds(song, 0, 'bar', -1)).toBe(0)
  })
})
