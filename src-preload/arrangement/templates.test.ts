import { describe, expect, it } from 'vitest'
import { projectSchema } from '#contract/project.ts'
import { PROJECT_TEMPLATES } from '#contract/project-methods.ts'
import { describePosition } from './grid.ts'
import { copyShape, startFromTemplate } from './templates.ts'
import { removeTimeChange, setTempo } from './time-edits.ts'

const createIds = (): (() => string) => {
  let count = 0
  return () => `made-${count++}`
}

describe('templates', () => {
  it.each(PROJECT_TEMPLATES)('%s is an arrangement with tracks and its markers on bar lines', (template) => {
    const project = startFromTemplate(template, { title: 'New', createId: createIds() })
    expect(projectSchema.parse(project)).toEqual(project)
    expect(project.tracks.length).toBeGreaterThan(0)
    for (const { atSeconds } of project.markers) expect(describePosition(project, atSeconds)).toMatchObject({ beat: 1 })
  })
  it('keep a tempo that was asked for, and put the second part of a waltz at bar 17', () => {
    expect(startFromTemplate('duet', { title: 'x', bpm: 61, createId: createIds() }).tempo).toEqual([{ atTicks: 0, bpm: 61 }])
    const waltz = startFromTemplate('waltz', { title: 'x', createId: createIds() })
    expect(describePosition(waltz, waltz.markers[1]?.atSeconds ?? 0).bar).toBe(17)
  })
  it('of one’s own hold everything but what is played', () => {
    const song = startFromTemplate('song', { title: 'Song', createId: createIds() })
    const looped = { ...song, loopRange: { startSeconds: 1, endSeconds: 2, isOn: true } }
    expect(copyShape(looped, 'Next')).toEqual({ ...song, title: 'Next' })
  })
})

it('keeps markers in their bars when a tempo change is taken out', () => {
  const song = setTempo(startFromTemplate('song', { title: 'x', createId: createIds() }), { atTicks: 1920, bpm: 50 })
  const bars = song.markers.map(({ atSeconds }) => describePosition(song, atSeconds).bar)
  const plain = removeTimeChange(song, 1920)
  expect(plain.tempo).toHaveLength(1)
  expect(plain.markers.map(({ atSeconds }) => describePosition(plain, atSeconds).bar)).toEqual(bars)
})
