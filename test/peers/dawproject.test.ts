import { readFileSync } from 'node:fs'
import { DOMParser, type Element } from '@xmldom/xmldom'
import fc from 'fast-check'
import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import type { Clip, Project, Source } from '#contract/project.ts'
import { readWav } from '#main/audio/io/wav.ts'
import { writeDawproject } from '#main/export/dawproject/write-dawproject.ts'
import { mixProject } from '#main/export/mix/mix-project.ts'
import { readMemory } from '#main/export/mix/pcm-reader.ts'
import { makeClip, makeTrack, openSampleSource, RATE, SAMPLE_PROJECT, sampleProjects } from '#test/suites/sample-projects.ts'

const readSchema = (name: string): string => readFileSync(new URL(`../fixtures/dawproject/${name}`, import.meta.url), 'utf8')
const projectSchema = readSchema('Project.xsd')
const metadataSchema = readSchema('MetaData.xsd')

const unpack = (project: Project): Record<string, Uint8Array> =>
  unzipSync(writeDawproject(project, openSampleSource, { version: '0.1.0', comment: 'made <here>' }))
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
/** What the reference validator has to say; nothing where the file is valid. */
const validate = async (xml: string, schema: string): Promise<string[]> =>
  (await validateXML({ xml: { fileName: 'file.xml', contents: xml }, schema })).errors.map((error) => error.message)

const childrenOf = (element: Element, name: string): Element[] =>
  [...element.childNodes].filter((node): node is Element => node.nodeName === name)
const only = (element: Element, ...names: string[]): Element =>
  names.reduce((parent, name) => {
    const found = childrenOf(parent, name)
    expect(found).toHaveLength(1)
    return found[0]!
  }, element)
const numberOf = (element: Element, name: string): number => Number(element.getAttribute(name))

/** A reader of our own for what another program would read: seconds from beats, offsets from warp points, files from the archive. */
const readBack = (files: Record<string, Uint8Array>): { project: Project; sounds: Map<string, readonly Float32Array[]> } => {
  const root = new DOMParser().parseFromString(textOf(files['project.xml']), 'text/xml').documentElement!
  const arrangement = only(root, 'Arrangement')
  const points = [...arrangement.getElementsByTagName('RealPoint')].map(
    (point) => [numberOf(point, 'time'), numberOf(point, 'value')] as const,
  )
  const tempo = points.length > 0 ? points : [[0, numberOf(only(root, 'Transport', 'Tempo'), 'value')] as const]
  const secondsAt = (beats: number): number =>
    tempo.reduce((sum, [from, bpm], i) => {
      const end = Math.min(beats, tempo[i + 1]?.[0] ?? Infinity)
      return i === 0 || beats > from ? sum + (Math.max(i === 0 ? -Infinity : from, end) - from) * (60 / bpm) : sum
    }, 0)
  const sounds = new Map<string, readonly Float32Array[]>()
  const sources: Source[] = []
  const clips: Clip[] = []
  const tracks = childrenOf(only(root, 'Structure'), 'Track').filter((track) => track.getAttribute('contentType') === 'audio')
  const lanes = childrenOf(only(arrangement, 'Lanes'), 'Lanes')
  for (const track of tracks) {
    const id = track.getAttribute('id')!
    const lane = lanes.find((one) => one.getAttribute('track') === id)!
    for (const clip of childrenOf(only(lane, 'Clips'), 'Clip')) {
      const warps = only(clip, 'Clips', 'Clip', 'Warps')
      const path = only(warps, 'Audio', 'File').getAttribute('path')!
      if (!sounds.has(path)) {
        sounds.set(path, readWav(files[path]!).channels)
        sources.push({ ...SAMPLE_PROJECT.sources[0]!, id: path })
      }
      const map = childrenOf(warps, 'Warp').map((warp) => [numberOf(warp, 'time'), numberOf(warp, 'contentTime')] as const)
      const toContent = (beats: number): number => {
        const i = Math.max(
          0,
          map.findLastIndex(([time], index) => time <= beats && index < map.length - 1),
        )
        const [a, b] = [map[i]!, map[i + 1]!]
        return a[1] + ((beats - a[0]) * (b[1] - a[1])) / (b[0] - a[0])
      }
      const time = numberOf(clip, 'time')
      const end = time + numberOf(clip, 'duration')
      clips.push(
        makeClip(`back-${clips.length}`, {
          name: clip.getAttribute('name')!,
          trackId: id,
          sourceId: path,
          startSeconds: secondsAt(time),
          durationSeconds: secondsAt(end) - secondsAt(time),
          offsetSeconds: toContent(numberOf(clip, 'playStart')),
          fadeIn: { seconds: secondsAt(time + numberOf(clip, 'fadeInTime')) - secondsAt(time), curve: 'linear' },
          fadeOut: { seconds: secondsAt(end) - secondsAt(end - numberOf(clip, 'fadeOutTime')), curve: 'linear' },
          loop: clip.hasAttribute('loopEnd')
            ? { startSeconds: toContent(numberOf(clip, 'loopStart')), endSeconds: toContent(numberOf(clip, 'loopEnd')) }
            : null,
        }),
      )
    }
  }
  return {
    sounds,
    project: {
      ...SAMPLE_PROJECT,
      sources,
      clips,
      tracks: tracks.map((track) =>
        makeTrack(track.getAttribute('id')!, {
          name: track.getAttribute('name')!,
          gainDb: 20 * Math.log10(numberOf(only(track, 'Channel', 'Volume'), 'value')),
          pan: numberOf(only(track, 'Channel', 'Pan'), 'value') * 2 - 1,
          isMuted: only(track, 'Channel', 'Mute').getAttribute('value') === 'true',
        }),
      ),
    },
  }
}

const largestDifference = (a: Float32Array, b: Float32Array): number => {
  if (a.length !== b.length) return Infinity
  let most = 0
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!))
  return most
}

describe('DAWproject beside its official schema', () => {
  it('validates against Project.xsd and MetaData.xsd, with every kind of clip in it', async () => {
    const files = unpack(SAMPLE_PROJECT)
    expect(await validate(textOf(files['project.xml']), projectSchema)).toEqual([])
    expect(await validate(textOf(files['metadata.xml']), metadataSchema)).toEqual([])
    expect(Object.keys(files)).toEqual([
      'metadata.xml',
      'project.xml',
      'audio/Phrase-1-more.wav',
      'audio/Phrase-1-more-2.wav',
      'audio/backing-reversed.wav',
    ])
  })

  it('validates without clips, and with names from anywhere; the validator does find faults', async () => {
    const odd = { ...SAMPLE_PROJECT, clips: [], markers: [], title: 'a\u0000b\ud800 <&>"\'' }
    const files = unpack(odd)
    expect(await validate(textOf(files['project.xml']), projectSchema)).toEqual([])
    expect(await validate(textOf(files['metadata.xml']), metadataSchema)).toEqual([])
    expect(await validate('<Project version="1.0"><Structure/></Project>', projectSchema)).not.toEqual([])
  })
})

describe('a DAWproject read back', () => {
  it('has the same tracks, clips, places, fades and loops', () => {
    const { project } = readBack(unpack(SAMPLE_PROJECT))
    expect(project.tracks.map(({ name, isMuted }) => [name, isMuted])).toEqual([
      ['Violin', false],
      ['Band', true],
    ])
    expect(project.tracks[0]!.gainDb).toBeCloseTo(-3, 9)
    expect(project.tracks[0]!.pan).toBeCloseTo(-0.25, 9)
    for (const wanted of SAMPLE_PROJECT.clips.filter((clip) => clip.sourceId !== 'sketch')) {
      const got = project.clips.find((clip) => clip.name === wanted.name)!
      expect(got.startSeconds).toBeCloseTo(wanted.startSeconds, 9)
      expect(got.durationSeconds).toBeCloseTo(wanted.durationSeconds, 9)
      expect(got.offsetSeconds).toBeCloseTo(wanted.offsetSeconds, 9)
      expect(got.fadeIn.seconds).toBeCloseTo(wanted.fadeIn.seconds, 9)
      expect(got.fadeOut.seconds).toBeCloseTo(wanted.fadeOut.seconds, 9)
      expect(got.loop === null).toBe(wanted.loop === null)
      expect(got.loop?.startSeconds ?? 0).toBeCloseTo(wanted.loop?.startSeconds ?? 0, 9)
      expect(got.loop?.endSeconds ?? 0).toBeCloseTo(wanted.loop?.endSeconds ?? 0, 9)
    }
  })

  it('has tempo, metre, markers, and notes beside the sound and alone', () => {
    const root = new DOMParser().parseFromString(textOf(unpack(SAMPLE_PROJECT)['project.xml']), 'text/xml').documentElement!
    const read = (name: string, ...attributes: string[]): (string | null)[][] =>
      [...root.getElementsByTagName(name)].map((one) => attributes.map((attribute) => one.getAttribute(attribute)))
    expect(read('RealPoint', 'time', 'value')).toEqual([
      ['0', '92'],
      ['6', '120'],
    ])
    expect(read('TimeSignaturePoint', 'time', 'numerator', 'denominator')).toEqual([
      ['0', '3', '4'],
      ['6', '6', '8'],
    ])
    expect(read('Marker', 'name')).toEqual([['A'], ['B "loud"']])
    const lanes = [...root.getElementsByTagName('Lanes')]
    const keysOf = (track: string): string[] =>
      [...lanes.find((lane) => lane.getAttribute('track') === track)!.getElementsByTagName('Note')].map((one) => one.getAttribute('key')!)
    expect(keysOf('track-1-score').slice(0, 3)).toEqual(['69', '71', '72'])
    expect(keysOf('track-3-score')).toEqual(['69', '71', '72'])
  })

  it('sounds the same, whatever the clips and the tempo map', () => {
    fc.assert(
      fc.property(sampleProjects, (project) => {
        const back = readBack(unpack(project))
        const wanted = mixProject(project, openSampleSource)
        const got = mixProject(back.project, (source) => readMemory(back.sounds.get(source.id)!, RATE))
        expect(largestDifference(got[0], wanted[0])).toBeLessThan(1e-5)
        expect(largestDifference(got[1], wanted[1])).toBeLessThan(1e-5)
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })
})
