import { DEFAULT_LANES } from '#contract/expression.ts'
import type { StoredProject } from '#contract/project-methods.ts'
import { addClip, crossFade, moveClips, splitClips, trimStart, trimEnd } from '#arrangement/clip-edits.ts'
import { addTrack, changeTrack } from '#arrangement/track-edits.ts'
import { encodeWav, readWav } from '#main/audio/io/wav.ts'
import { readSoundFacts } from '#main/export/wav/sound-facts.ts'
import { mixProject } from '#main/export/mix/mix-project.ts'
import { openLibrary } from '#main/library/open-library.ts'
import { openSampleSource, sampleProjects, SAMPLE_PROJECT } from '#test/suites/sample-projects.ts'
import { runCli } from '#test/suites/run-cli.ts'
import { createTestServices, type TestServices } from '#test/suites/test-services.ts'
import fc from 'fast-check'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

const RATE = 48000
const makeTone = (): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: RATE }, (_, i) => 0.4 * Math.sin((2 * Math.PI * 440 * i) / RATE))
const backing = (): Uint8Array<ArrayBuffer> => Uint8Array.from(encodeWav([makeTone(), makeTone()], { sampleRate: RATE, bits: 16 }))

let services: TestServices | undefined
afterEach(async () => {
  await services?.remove()
  services = undefined
})

/** A take and a backing track on two tracks, saved. */
const makeSong = async ({ api, queue }: TestServices): Promise<StoredProject> => {
  const hum = await api.hums.fromText({ text: 'A4 B4' })
  await api.takes.render({ humId: hum.id, prompt: 'warm', lanes: DEFAULT_LANES, count: 1, seed: 5 })
  await queue.settle()
  const [take] = await api.takes.list({})
  const stored = await api.projects.create({ title: 'Song', bpm: 100 })
  const source = await api.projects.sourceOfTake({ takeId: take?.id ?? '' })
  const sound = await api.projects.importSound({ projectId: stored.id, fileName: 'Band.wav', bytes: backing() })
  let project = addTrack(stored.project, { id: 'track-band', name: 'Band' })
  project = addClip(project, { id: 'clip-violin', trackId: project.tracks[0]?.id ?? '', source, startSeconds: 0.5 })
  project = addClip(project, { id: 'clip-band', trackId: 'track-band', source: sound, startSeconds: 0 })
  project = changeTrack(project, 'track-band', { pan: 0.3, gainDb: -4 })
  const summary = await api.projects.save({ projectId: stored.id, project })
  expect(summary).toMatchObject({ title: 'Song', trackCount: 2, clipCount: 2 })
  return api.projects.get({ projectId: stored.id })
}
const readExport = (dataDir: string, assetId: string, extension: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(join(dataDir, 'blobs', assetId.slice(0, 2), `${assetId}.${extension}`)))

describe('arrangements', () => {
  it('are kept, and an exported bundle opens elsewhere as the same project with the same sound', async () => {
    services = createTestServices()
    const { api, dataDir } = services
    const song = await makeSong(services)
    expect((await api.projects.list({})).map(({ title }) => title)).toEqual(['Song'])
    const saved = await api.exports.project({ projectId: song.id, format: 'bundle' })
    expect(saved).toMatchObject({ fileName: 'Song.fiddlehead', isArchive: false })
    const bundle = readExport(dataDir, saved.assetId, 'fiddlehead')
    const other = createTestServices()
    try {
      const opened = await other.api.projects.importBundle({ fileName: saved.fileName, bytes: bundle })
      expect(opened.project).toEqual(song.project)
      const [here, there] = await Promise.all([
        api.exports.project({ projectId: song.id, format: 'wav' }),
        other.api.exports.project({ projectId: opened.id, format: 'wav' }),
      ])
      const { channels } = readWav(readExport(dataDir, here.assetId, 'wav'))
      expect(Math.max(...(channels[0] ?? []))).toBeGreaterThan(0.1)
      expect(readWav(readExport(other.dataDir, there.assetId, 'wav')).channels).toEqual(channels)
    } finally {
      await other.remove()
    }
  })

  it('begin with a template or like another arrangement, and take hums in as material', async () => {
    services = createTestServices()
    const { api } = services
    const song = await makeSong(services)
    const duet = await api.projects.create({ template: 'duet' })
    expect(duet.project.tracks.map(({ name }) => name)).toEqual(['Violin I', 'Violin II'])
    const like = await api.projects.create({ likeProjectId: song.id, title: 'Like it' })
    expect(like.project).toEqual({ ...song.project, title: 'Like it', sources: [], clips: [] })
    const hum = await api.hums.fromRecording({ pcm: makeTone(), sampleRate: RATE })
    const sung = await api.projects.sourceOfHum({ humId: hum.id })
    expect(sung).toMatchObject({ id: hum.id, assetId: hum.assetId, takeId: null, notes: hum.melody.notes })
    expect(sung.durationSeconds).toBeCloseTo(1, 2)
    const written = await api.hums.fromText({ text: 'A4 B4' })
    expect(await api.projects.sourceOfHum({ humId: written.id })).toMatchObject({ assetId: null, durationSeconds: written.melody.durationSeconds }) // prettier-ignore
  })

  it('give single clips out as sound with the recipe inside, and a file that is brought back brings its take back', async () => {
    services = createTestServices()
    const { api, dataDir } = services
    const song = await makeSong(services)
    const [take] = await api.takes.list({})
    const clip = song.project.clips.find(({ id }) => id === 'clip-violin')
    const range = { startSeconds: 0.5, endSeconds: 0.5 + (clip?.durationSeconds ?? 0) }
    const saved = await api.exports.project({ projectId: song.id, format: 'wav', clipIds: ['clip-violin'], range })
    const facts = readSoundFacts(readExport(dataDir, saved.assetId, 'wav'), saved.fileName)
    expect(facts).toMatchObject({ startSeconds: 0.5, recipe: { seed: take?.seed, prompt: 'warm' } })
    const both = await api.exports.project({ projectId: song.id, format: 'wav', clipIds: song.project.clips.map(({ id }) => id) })
    expect(readSoundFacts(readExport(dataDir, both.assetId, 'wav'), 'x').recipe).toBeNull()

    const file = await api.exports.take({ takeId: take?.id ?? '', format: 'wav' })
    const bytes = readExport(dataDir, file.assetId, 'wav')
    // The take is still here: nothing is made twice.
    expect((await api.hums.fromFile({ fileName: 'x.wav', bytes })).id).toBe(take?.humId)
    const other = createTestServices()
    try {
      const hum = await other.api.hums.fromFile({ fileName: file.fileName, bytes })
      expect(hum.melody.notes).toEqual(take?.recipe?.notes)
      expect(await other.api.hums.getDraft({ humId: hum.id })).toMatchObject({ prompt: 'warm', lanes: take?.lanes })
      await other.queue.settle()
      const [again] = await other.api.takes.list({ humId: hum.id })
      expect(again).toMatchObject({ seed: take?.seed, notes: take?.notes, recipe: take?.recipe })
    } finally {
      await other.remove()
    }
  })

  it('keep their sounds when the take is removed, and let go of them with the project', async () => {
    services = createTestServices()
    const { api } = services
    const song = await makeSong(services)
    const [take] = await api.takes.list({})
    await api.takes.remove({ takeId: take?.id ?? '' })
    const saved = await api.exports.project({ projectId: song.id, format: 'stems' })
    expect(saved).toMatchObject({ fileName: 'song-stems.zip', isArchive: true })
    await api.projects.remove({ projectId: song.id })
    await expect(api.projects.get({ projectId: song.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(api.projects.save({ projectId: song.id, project: song.project })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(readdirSync(join(services.dataDir, 'blobs'), { recursive: true }).filter((name) => String(name).endsWith('.wav'))).toEqual([])
  })

  it('name a sound that is lost, and refuse what is no sound and no bundle', async () => {
    services = createTestServices()
    const { api } = services
    const { id: projectId } = await api.projects.create({})
    const bytes = new TextEncoder().encode('neither sound nor project')
    await expect(api.projects.importSound({ projectId, fileName: 'x.wav', bytes })).rejects.toMatchObject({ code: 'AUDIO_UNKNOWN_FORMAT' })
    await expect(api.projects.importBundle({ fileName: 'x.fiddlehead', bytes })).rejects.toMatchObject({ code: 'PROJECT_UNREADABLE' })
    await expect(api.exports.project({ projectId, format: 'wav' })).rejects.toMatchObject({ code: 'PROJECT_EMPTY' })
    await api.projects.save({ projectId, project: SAMPLE_PROJECT })
    await expect(api.exports.project({ projectId, format: 'wav' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('are whole after a kill in the middle of saving', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'fiddlehead-projects-'))
    const open = (): ReturnType<typeof openLibrary> => openLibrary(join(dataDir, 'library.sqlite'), dataDir)
    const first = open()
    first.projects.insert('project-1', SAMPLE_PROJECT, 't')
    first.close()
    for (const saves of [1, 6]) {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../suites/project-writer-child.ts'), dataDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        text += String(chunk)
        if (text.split('\n').length > saves) child.kill('SIGKILL')
      })
      await once(child, 'close')
      const last = Number(text.split('\n').at(-2))
      const library = open()
      const stored = library.projects.find('project-1')
      library.close()
      expect(Number(stored?.project.title)).toBeGreaterThanOrEqual(last)
      expect(stored?.project.clips).toHaveLength(400)
      expect(new Set(stored?.project.clips.map(({ name }) => name))).toEqual(new Set([stored?.title]))
    }
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('sound the same when clips are cut anywhere and put together again', () => {
    fc.assert(
      fc.property(sampleProjects, fc.double({ min: 0, max: 4, noNaN: true }), (project, at) => {
        const plain = { ...project, clips: project.clips.map((clip) => ({ ...clip, fadeIn: { ...clip.fadeIn, seconds: 0 }, fadeOut: { ...clip.fadeOut, seconds: 0 } })) } // prettier-ignore
        const ids = plain.clips.map(({ id }) => id)
        let count = 0
        const cut = splitClips(plain, ids, at, () => `new-${count++}`)
        expect(mixProject(cut, openSampleSource)).toEqual(mixProject(plain, openSampleSource))
      }),
      { numRuns: 8 },
    )
  })

  it('keep what sounds in place when a clip is trimmed, and fade equal halves into one', () => {
    const clip = SAMPLE_PROJECT.clips.filter(({ id }) => id === 'slipped')
    const one = { ...SAMPLE_PROJECT, clips: clip }
    const there = trimStart(one, 'slipped', 2.25)
    const back = trimStart(there, 'slipped', 1.75)
    expect(back).toEqual(one)
    expect(trimEnd(trimEnd(one, 'slipped', 2), 'slipped', 2.95)).toEqual(one)
    const halves = splitClips(moveClips(one, ['slipped'], { seconds: 1, tracks: 0 }), ['slipped'], 3.3, () => 'right-half')
    expect(crossFade(halves, ['slipped', 'right-half'], 0.1).clips.map(({ fadeIn, fadeOut }) => [fadeIn.seconds, fadeOut.seconds])).toEqual(
      [
        [0, 0.1],
        [0.1, 0],
      ],
    )
  })
})

describe('the command line', () => {
  it('opens a bundle, lists it, and writes every format', async () => {
    services = createTestServices()
    const song = await makeSong(services)
    const saved = await services.api.exports.project({ projectId: song.id, format: 'bundle' })
    const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-export-'))
    const bundle = join(folder, 'song.fiddlehead')
    writeFileSync(bundle, readExport(services.dataDir, saved.assetId, 'fiddlehead'))
    const own = ['--data-dir', join(folder, 'data'), '--json']
    const imported = await runCli('project', 'import', bundle, ...own)
    expect(imported.err).toBe('')
    expect((JSON.parse(imported.out) as StoredProject).project).toEqual(song.project)
    expect((JSON.parse((await runCli('project', 'list', ...own)).out) as unknown[]).length).toBe(1)
    const write = async (format: string, out: string): Promise<string[]> => {
      const { out: text, err } = await runCli('export', '--project', 'Song', '--format', format, '--out', join(folder, out), ...own)
      expect(err).toBe('')
      return (JSON.parse(text) as { paths: string[] }).paths.map((path) => path.slice(folder.length + 1))
    }
    expect(await write('wav', 'mix.wav')).toEqual(['mix.wav'])
    expect(readWav(readFileSync(join(folder, 'mix.wav'))).channels).toHaveLength(2)
    expect(await write('stems', 'stems')).toEqual([
      'stems/01_Violin_100bpm.wav',
      'stems/02_Band_100bpm.wav',
      'stems/tempo.mid',
      'stems/README.txt',
    ])
    expect(await write('rpp', 'reaper')).toContain('reaper/Song.rpp')
    expect(await write('midi', 'song.mid')).toEqual(['song.mid'])
    expect(await write('dawproject', '.')).toEqual(['Song.dawproject'])
    expect(await write('bundle', 'again.fiddlehead')).toEqual(['again.fiddlehead'])
    expect(readFileSync(join(folder, 'again.fiddlehead')).equals(readFileSync(bundle))).toBe(true)
    const none = await runCli('export', '--project', 'Nothing', '--format', 'wav', '--out', join(folder, 'x.wav'), ...own)
    expect(none.code).toBe(1)
    expect(none.err).toContain('There is no arrangement with the id "Nothing"')
    expect((await runCli('export', '--format', 'wav', '--out', 'x.wav')).code).toBe(2)
    rmSync(folder, { recursive: true, force: true })
  })
})
