import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clip, Project, Source } from '#contract/project.ts'
import { readWav } from '#main/audio/io/wav.ts'
import { mixProject } from '#main/export/mix/mix-project.ts'
import { readMemory } from '#main/export/mix/pcm-reader.ts'
import { writeRpp } from '#main/export/reaper/write-rpp.ts'
import { makeClip, makeTrack, openSampleSource, RATE, SAMPLE_PROJECT, sampleProjects } from '#test/suites/sample-projects.ts'

interface Node {
  readonly head: string[]
  readonly values: Map<string, string[][]>
  readonly nodes: Node[]
}

/** Words of a line: plain, or quoted with one of Reaper's three signs. */
const splitWords = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|`([^`]*)`|(\S+)/g)].map((found) => found.slice(1).find((word) => word !== undefined) ?? '')

/** Reaper's text as a tree: `<NAME …` opens, `>` closes, other lines are a key and its values. */
const parseRpp = (text: string): Node => {
  const root: Node = { head: [], values: new Map(), nodes: [] }
  const open = [root]
  for (const line of text.split('\n').map((one) => one.trim())) {
    const top = open.at(-1)!
    if (line === '') continue
    if (line === '>') open.pop()
    else if (line.startsWith('<')) {
      const node: Node = { head: splitWords(line.slice(1)), values: new Map(), nodes: [] }
      top.nodes.push(node)
      open.push(node)
    } else {
      const [key = '', ...values] = splitWords(line)
      top.values.set(key, [...(top.values.get(key) ?? []), values])
    }
  }
  expect(open).toEqual([root])
  expect(root.nodes).toHaveLength(1)
  return root.nodes[0]!
}

const nodesOf = (node: Node, name: string): Node[] => node.nodes.filter(({ head }) => head[0] === name)
const valueOf = (node: Node, key: string, index = 0): string => node.values.get(key)?.[0]?.[index] ?? ''
const numberOf = (node: Node, key: string, index = 0): number => Number(valueOf(node, key, index))
const toDb = (gain: number): number => 20 * Math.log10(gain)

const readBack = (project: Project): { project: Project; sounds: Map<string, readonly Float32Array[]> } => {
  const { rpp, files } = writeRpp(project, openSampleSource)
  const sounds = new Map(files.map(({ path, bytes }) => [path, readWav(bytes).channels]))
  const sources = files.map(({ path }): Source => ({ ...SAMPLE_PROJECT.sources[0]!, id: path }))
  const clips: Clip[] = []
  const tracks = nodesOf(parseRpp(rpp), 'TRACK').map((track, i) => {
    for (const item of nodesOf(track, 'ITEM')) {
      const sound = item.nodes[0]!
      if (sound.head[1] !== 'WAVE') continue
      clips.push(
        makeClip(`back-${clips.length}`, {
          trackId: `track-${i}`,
          name: valueOf(item, 'NAME'),
          sourceId: valueOf(sound, 'FILE'),
          startSeconds: numberOf(item, 'POSITION'),
          durationSeconds: numberOf(item, 'LENGTH'),
          offsetSeconds: numberOf(item, 'SOFFS'),
          gainDb: toDb(numberOf(item, 'VOLPAN')),
          fadeIn: { seconds: numberOf(item, 'FADEIN', 1), curve: 'linear' },
          fadeOut: { seconds: numberOf(item, 'FADEOUT', 1), curve: 'linear' },
        }),
      )
    }
    return makeTrack(`track-${i}`, {
      name: valueOf(track, 'NAME'),
      gainDb: toDb(numberOf(track, 'VOLPAN')),
      pan: numberOf(track, 'VOLPAN', 1),
      isMuted: valueOf(track, 'MUTESOLO') === '1',
    })
  })
  return { sounds, project: { ...project, sources, clips, tracks } }
}

const largestDifference = (a: Float32Array, b: Float32Array): number => {
  if (a.length !== b.length) return Infinity
  let most = 0
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!))
  return most
}

describe('a Reaper project read back', () => {
  it('has tempo, metre, markers, tracks, and notes to the tick', () => {
    const root = parseRpp(writeRpp(SAMPLE_PROJECT, openSampleSource).rpp)
    expect(root.head).toEqual(['REAPER_PROJECT', '0.1', '7.0', '0'])
    expect(root.values.get('TEMPO')).toEqual([['92', '3', '4']])
    const change = String(((6 * 60) / 92).toFixed(12)).replace(/0+$/, '')
    expect(nodesOf(root, 'TEMPOENVEX')[0]?.values.get('PT')).toEqual([
      ['0', '92', '1', String(4 * 65536 + 3)],
      [change, '120', '1', String(8 * 65536 + 6)],
    ])
    expect(root.values.get('MARKER')).toEqual([
      ['1', '0', 'A', '0'],
      ['2', '4.5', 'B "loud"', '0'],
    ])
    const tracks = nodesOf(root, 'TRACK')
    expect(tracks.map((track) => valueOf(track, 'NAME'))).toEqual(['Violin', 'Violin (notes)', 'Band', 'Ideas'])
    const [plain] = nodesOf(tracks[1]!, 'ITEM')
    expect(plain!.nodes[0]!.values.get('E')).toEqual([
      ['0', '90', '45', '59'],
      ['368', '80', '45', '00'],
      ['0', '90', '47', '59'],
      ['368', '80', '47', '00'],
      ['0', '90', '48', '59'],
      ['736', '80', '48', '00'],
      ['0', 'b0', '7b', '00'],
    ])
  })

  it('says each fade curve with a shape of its own', () => {
    const shapeOf = (curve: 'linear' | 'equalPower' | 'smooth'): string => {
      const clips = [makeClip('one', { fadeIn: { seconds: 0.1, curve } })]
      const [track] = nodesOf(parseRpp(writeRpp({ ...SAMPLE_PROJECT, clips }, openSampleSource).rpp), 'TRACK')
      return valueOf(nodesOf(track!, 'ITEM')[0]!, 'FADEIN')
    }
    expect([shapeOf('linear'), shapeOf('equalPower'), shapeOf('smooth')]).toEqual(['0', '1', '5'])
  })

  it('sounds the same, whatever the clips', () => {
    fc.assert(
      fc.property(sampleProjects, (project) => {
        const back = readBack(project)
        const wanted = mixProject(project, openSampleSource)
        const got = mixProject(back.project, (source) => readMemory(back.sounds.get(source.id)!, RATE))
        expect(largestDifference(got[0], wanted[0])).toBeLessThan(1e-5)
        expect(largestDifference(got[1], wanted[1])).toBeLessThan(1e-5)
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })
})
