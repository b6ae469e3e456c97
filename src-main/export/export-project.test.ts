import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { createProject } from '#contract/project.ts'
import { readWav } from '#main/audio/io/wav.ts'
import { openSampleSource, RATE, SAMPLE_PROJECT } from '#test/suites/sample-projects.ts'
import { readBundle } from './bundle/project-bundle.ts'
import { EXPORT_FORMATS, exportProject, type ExportOptions } from './export-project.ts'
import { exportTake, type TakeSound } from './export-take.ts'
import { readMidiMelody } from './midi/read-midi.ts'
import { mixProject } from './mix/mix-project.ts'
import { readSoundFacts } from './wav/sound-facts.ts'

const asset = { extension: 'wav', bytes: Uint8Array.of(1, 2) }
const options: ExportOptions = { openSource: openSampleSource, readAsset: (assetId) => ({ ...asset, assetId }), version: '0.1.0' }
const code = (expected: string): unknown => expect.objectContaining({ code: expected })

describe('exportProject', () => {
  it('writes the mix as a WAV file, its sound and its markers, at any rate', () => {
    const dry = { ...SAMPLE_PROJECT.tracks[0]!, reverbSend: 0 }
    const short = { ...SAMPLE_PROJECT, tracks: [dry], clips: SAMPLE_PROJECT.clips.slice(0, 1) }
    const [file] = exportProject(short, 'wav', { ...options, bits: 32 })
    expect(file?.path).toBe('Sketch-more.wav')
    const wanted = mixProject(short, openSampleSource)
    const worst = readWav(file!.bytes).channels.map((pcm, side) =>
      pcm.reduce((most, x, i) => Math.max(most, Math.abs(x - wanted[side]![i]!)), 0),
    )
    expect(worst).toEqual([0, 0])
    expect(readWav(file!.bytes).channels[0]?.length).toBe(wanted[0].length)
    expect(readSoundFacts(file!.bytes, 'x').markers.map(({ name }) => name)).toEqual(['A'])
    const range = { startSeconds: 1, endSeconds: 1.5 }
    const [part] = exportProject(short, 'wav', { ...options, sampleRate: 44100, bits: 16, range })
    expect(readWav(part!.bytes)).toMatchObject({ sampleRate: 44100, isTruncated: false })
    expect(readWav(part!.bytes).channels[1]?.length).toBe(0.5 * 44100)
    expect(readSoundFacts(part!.bytes, 'x').startSeconds).toBe(1)
  })

  it('writes stems of equal length with a tempo map and a note beside them', () => {
    const tracks = SAMPLE_PROJECT.tracks.map((track) => ({ ...track, isMuted: false }))
    const files = exportProject({ ...SAMPLE_PROJECT, tracks }, 'stems', options)
    expect(files.map(({ path }) => path)).toEqual(['01_Violin_92bpm.wav', '02_Band_92bpm.wav', 'tempo.mid', 'README.txt'])
    const [one, two] = files.map(({ path, bytes }) => (path.endsWith('.wav') ? readWav(bytes).channels[0]!.length : 0))
    expect(one).toBe(two)
    expect(one).toBeGreaterThan(9 * RATE)
  })

  it('writes one archive, or a project file with its sounds beside it', () => {
    expect(exportProject(SAMPLE_PROJECT, 'dawproject', options).map(({ path }) => path)).toEqual(['Sketch-more.dawproject'])
    expect(exportProject(SAMPLE_PROJECT, 'rpp', options)[0]?.path).toBe('Sketch-more.rpp')
    const [bundle] = exportProject(SAMPLE_PROJECT, 'bundle', options)
    expect(readBundle(bundle!.bytes, bundle!.path).project).toEqual(SAMPLE_PROJECT)
    expect(() => exportProject(SAMPLE_PROJECT, 'bundle', { ...options, readAsset: () => null })).toThrow(code('NOT_FOUND'))
  })

  it.each(['wav', 'stems', 'midi'] as const)('refuses %s of an empty project', (format) => {
    expect(() => exportProject(createProject('Sketch', 92), format, options)).toThrow(code('PROJECT_EMPTY'))
  })
})

describe('exportTake', () => {
  const [source] = SAMPLE_PROJECT.sources
  const take: TakeSound = {
    takeId: 'take-phrase',
    recipe: source!.recipe!,
    createdAt: '2026-11-22T10:11:12.000Z',
    channels: [new Float32Array(RATE).fill(0.25)],
    sampleRate: RATE,
    asset: { ...asset, assetId: 'asset-phrase' },
  }
  const format = { version: '0.1.0', sampleRate: 88200, bits: 24 as const }

  it('puts the recipe into the WAV file', () => {
    const [file] = exportTake(take, 'wav', format)
    expect(file?.path).toBe('Phrase-1-7.wav')
    expect(readSoundFacts(file!.bytes, 'x')).toMatchObject({ recipe: take.recipe, bpm: 92, rootKey: 69, startSeconds: 0 })
    expect(readWav(file!.bytes).channels[0]?.length).toBe(88200)
  })

  it('writes its notes as MIDI, and everything else as an arrangement of one clip', () => {
    expect(readMidiMelody(exportTake(take, 'midi', format)[0]!.bytes).notes.map(({ pitch }) => Math.round(pitch * 100) / 100)).toEqual([
      69, 71.25, 72,
    ])
    for (const one of EXPORT_FORMATS) expect(exportTake(take, one, format).length).toBeGreaterThan(0)
    expect(Object.keys(unzipSync(exportTake(take, 'dawproject', format)[0]!.bytes))).toContain('audio/Phrase-1.wav')
    expect(readBundle(exportTake(take, 'bundle', format)[0]!.bytes, 'x').project.clips).toHaveLength(1)
  })
})
