import { METHODS, type Hum, type Job, type MethodName, type Take } from '#contract/api.ts'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { readWav } from '#main/audio/io/wav.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { createMemoryPorts } from '#rpc/memory-port.ts'
import { connect, type Connection } from '#rpc/connect.ts'
import { serve } from '#rpc/serve.ts'
import { createTestServices, TOY_NOTES, type TestServices } from '#test/suites/test-services.ts'
import { createToyHandlers } from '#test/suites/toy-engine.ts'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

let services: TestServices
let connection: Connection

/** A client whose every answer is parsed with the contract's schema. */
const start = (options: Parameters<typeof createTestServices>[0] = {}): Connection['api'] => {
  services = createTestServices(options)
  const [here, there] = createMemoryPorts()
  serve(there, services.api, { pushes: services.pushes })
  connection = connect(here)
  const checked: Record<string, Record<string, (input: unknown) => Promise<unknown>>> = {}
  for (const method of Object.keys(METHODS) as MethodName[]) {
    const [namespace, name] = method.split('.') as [string, string]
    const call = (connection.api as unknown as typeof checked)[namespace]?.[name]
    ;(checked[namespace] ??= {})[name] = async (input) => METHODS[method].output.parse(await call?.(input))
  }
  return checked as unknown as Connection['api']
}
afterEach(() => services.remove())

const renderTakes = async (api: Connection['api'], hum: Hum, count: number, seed: number): Promise<{ job: Job; takes: Take[] }> => {
  const { jobId } = await api.takes.render({ humId: hum.id, prompt: 'tender', lanes: DEFAULT_LANES, count, seed })
  await services.queue.settle()
  const job = (await api.jobs.list({})).find(({ id }) => id === jobId)
  if (job === undefined) throw new TypeError('the job is listed')
  return { job, takes: await api.takes.list({ humId: hum.id }) }
}

describe('hums', () => {
  it('keep a recording as a whole WAV that can be listened to', async () => {
    const api = start({ ears: createInlineRunner(EAR_HANDLERS) })
    const pcm = Float32Array.from({ length: 48000 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * n) / 48000))
    const hum = await api.hums.fromRecording({ pcm, sampleRate: 48000 })
    expect(hum).toMatchObject({ name: 'Hum 1', source: 'microphone' })
    expect(hum.melody.notes.map(({ pitch }) => pitch)).toEqual([69])
    const id = hum.assetId ?? ''
    const { channels, sampleRate } = readWav(readFileSync(join(services.dataDir, 'blobs', id.slice(0, 2), `${id}.wav`)))
    expect(sampleRate).toBe(44100)
    expect(channels[0]?.length).toBe(44100)
    expect(channels[0]?.[11025]).toBeCloseTo(0.5 * Math.sin((2 * Math.PI * 440 * 11025) / 44100), 2)
  })

  it('come from files, MIDI and words, and say what was wrong', async () => {
    const api = start()
    const file = await api.hums.fromFile({ fileName: 'C:\\tunes\\my tune.wav', bytes: new Uint8Array([1, 2, 3]) })
    expect(file).toMatchObject({ name: 'my tune', source: 'file', warnings: ['It was quiet.'] })
    const midi = await api.hums.fromFile({ fileName: 'x.mid', bytes: new Uint8Array([0x4d, 0x54, 0x68, 0x64, 0]) })
    expect(midi).toMatchObject({ name: 'x', source: 'midi', assetId: null })
    expect(await api.hums.fromText({ text: 'A4 B4 C#5' })).toMatchObject({ name: 'A4 B4 C#5', source: 'text' })
    await expect(api.hums.fromFile({ fileName: 'empty.wav', bytes: new Uint8Array(0) })).rejects.toMatchObject({ code: 'AUDIO_EMPTY' })
    await expect(api.hums.fromText({ text: ' ' })).rejects.toMatchObject({ code: 'PROMPT_EMPTY' })
    await expect(api.hums.fromText({ text: 'hello there' })).rejects.toMatchObject({ code: 'MELODY_UNREADABLE' })
    expect((await api.hums.list({})).map(({ source }) => source)).toEqual(['text', 'midi', 'file'])
  })

  it('make the demo once', async () => {
    const api = start()
    const first = await api.hums.demo({})
    expect(first.source).toBe('demo')
    expect((await api.hums.demo({})).id).toBe(first.id)
    expect(await api.hums.list({})).toHaveLength(1)
  })

  it('are edited, renamed, drafted and removed with their takes and sounds', async () => {
    const api = start()
    const hum = await api.hums.fromRecording({ pcm: new Float32Array(44100).fill(0.1), sampleRate: 44100 })
    const long = TOY_NOTES.map((note) => ({ ...note, durationSeconds: 0.9 })).reverse()
    const edited = await api.hums.setNotes({ humId: hum.id, notes: long })
    expect(edited.melody.notes.map(({ onsetSeconds, durationSeconds }) => [onsetSeconds, durationSeconds])).toEqual([
      [0, 0.5],
      [0.5, 0.5],
      [1, 0.9],
    ])
    expect(edited.melody.durationSeconds).toBeCloseTo(1.9)
    expect((await api.hums.rename({ humId: hum.id, name: 'Air' })).name).toBe('Air')
    expect(await api.hums.getDraft({ humId: hum.id })).toBeNull()
    const draft = { prompt: 'soft', lanes: DEFAULT_LANES, drawnLanes: ['dynamics'], freedom: 0.75 }
    await api.hums.setDraft({ humId: hum.id, draft })
    expect(await api.hums.getDraft({ humId: hum.id })).toEqual(draft)
    await renderTakes(api, hum, 2, 1)
    await api.hums.remove({ humId: hum.id })
    expect(await api.takes.list({})).toEqual([])
    const files = readdirSync(join(services.dataDir, 'blobs'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files).toEqual([])
    await expect(api.hums.get({ humId: hum.id })).rejects.toMatchObject({ code: 'NOT_FOUND', details: { kind: 'hum', id: hum.id } })
  })
})

describe('takes', () => {
  it('are rendered with following seeds, scored, stored and announced as they come', async () => {
    const api = start()
    const hum = await api.hums.fromText({ text: 'A4 B4 C#5' })
    const jobs: Job[] = []
    const kinds: string[] = []
    connection.on('jobs.changed', (job) => jobs.push(job))
    connection.on('library.changed', (change) => kinds.push(...change.kinds))
    const { job, takes } = await renderTakes(api, hum, 3, 4294967294)
    expect(job).toMatchObject({ status: 'succeeded', progress: 1, error: null })
    expect(takes.map(({ seed }) => seed).reverse()).toEqual([4294967294, 4294967295, 0])
    expect([...job.results].reverse()).toEqual(takes.map(({ id }) => id))
    for (const take of takes) {
      expect(take).toMatchObject({ humId: hum.id, prompt: 'tender', voice: 'violin', modelHash: 'toy', isFavourite: false })
      expect(take.peaks).toHaveLength(400)
      expect(Math.max(...take.peaks)).toBeGreaterThan(0.4)
      expect(take.truePeakDb).toBeLessThan(0)
    }
    expect(jobs.map(({ status }) => status)).toEqual(expect.arrayContaining(['queued', 'running', 'succeeded']))
    expect(kinds.filter((kind) => kind === 'takes')).toHaveLength(3)
  })

  it('are favoured, removed, tracked and exported in any rate and depth', async () => {
    const api = start()
    const hum = await api.hums.rename({ humId: (await api.hums.fromText({ text: 'A4' })).id, name: 'Käthes "Lied" / 2' })
    const { takes } = await renderTakes(api, hum, 2, 5)
    const [take, other] = takes as [Take, Take]
    await api.takes.setFavourite({ takeId: take.id, isFavourite: true })
    expect((await api.takes.list({})).filter(({ isFavourite }) => isFavourite).map(({ id }) => id)).toEqual([take.id])
    expect(await api.takes.pitchTrack({ takeId: take.id })).toEqual({ hopSeconds: 0.01, f0: [440], voicing: [1] })
    for (const sampleRate of [44100, 48000] as const) {
      for (const bits of [16, 24, 32] as const) {
        const { assetId, fileName } = await api.exports.wav({ takeId: take.id, sampleRate, bits })
        expect(fileName).toBe('käthes-lied-2-6.wav')
        const wav = readWav(readFileSync(join(services.dataDir, 'blobs', assetId.slice(0, 2), `${assetId}.wav`)))
        expect(wav.sampleRate).toBe(sampleRate)
        expect((wav.channels[0]?.length ?? 0) / sampleRate).toBeCloseTo(take.durationSeconds, 3)
      }
    }
    expect((await api.exports.midi({ humId: hum.id })).fileName).toBe('käthes-lied-2.mid')
    await api.takes.remove({ takeId: other.id })
    await expect(api.takes.setFavourite({ takeId: other.id, isFavourite: true })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(existsSync(join(services.dataDir, 'blobs', take.assetId.slice(0, 2), `${take.assetId}.wav`))).toBe(true)
  })

  it('that are cancelled keep what was finished', async () => {
    const api = start({ handlers: createToyHandlers(5) })
    const hum = await api.hums.fromText({ text: 'A4' })
    const { jobId } = await api.takes.render({ humId: hum.id, prompt: '', lanes: DEFAULT_LANES, count: 20 })
    await new Promise<void>((resolve) => connection.on('library.changed', () => resolve()))
    await api.jobs.cancel({ jobId })
    await services.queue.settle()
    const job = (await api.jobs.list({}))[0]
    expect(job).toMatchObject({ status: 'cancelled', error: null })
    expect(job?.results.length).toBeGreaterThan(0)
    expect((await api.takes.list({})).map(({ id }) => id).reverse()).toEqual(job?.results)
  })

  it('are played by the voice that was asked for', async () => {
    const api = start()
    const hum = await api.hums.fromText({ text: 'A4' })
    await api.takes.render({ humId: hum.id, prompt: '', lanes: DEFAULT_LANES, count: 1, voice: 'viola' })
    await services.queue.settle()
    expect((await api.takes.list({}))[0]?.voice).toBe('viola')
  })

  it('of a hum without notes are refused, and those of a removed hum fail in words', async () => {
    const api = start({ handlers: createToyHandlers(5) })
    const hum = await api.hums.fromText({ text: 'A4' })
    await api.hums.setNotes({ humId: hum.id, notes: [] })
    await expect(api.takes.render({ humId: hum.id, prompt: '', lanes: DEFAULT_LANES, count: 1 })).rejects.toMatchObject({
      code: 'HUM_NO_MELODY',
    })
    await api.hums.setNotes({ humId: hum.id, notes: TOY_NOTES })
    await api.takes.render({ humId: hum.id, prompt: '', lanes: DEFAULT_LANES, count: 1 })
    await api.hums.remove({ humId: hum.id })
    await services.queue.settle()
    expect((await api.jobs.list({}))[0]).toMatchObject({ status: 'failed', error: { code: 'NOT_FOUND' } })
  })
})

describe('settings and system', () => {
  it('remember settings one by one', async () => {
    const api = start()
    expect(await api.settings.get({})).toMatchObject({ takesPerRender: 3, theme: 'system' })
    await api.settings.set({ theme: 'dark' })
    await api.settings.set({ bpm: 120 })
    expect(await api.settings.get({})).toMatchObject({ theme: 'dark', bpm: 120, takesPerRender: 3 })
    await expect(api.settings.set({ bpm: 7 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  it('tell about the backend, and say so when it does not answer', async () => {
    const api = start()
    expect(await api.system.about({})).toMatchObject({ version: '0.0.0-test', backend: 'toy', voices: [{ name: 'violin' }] })
    await services.remove()
    const silent = start({ handlers: {} })
    expect(await silent.system.about({})).toMatchObject({ backend: 'none', voices: [] })
  })
})

describe('a restart', () => {
  it('finds everything again and finishes the render that was under way', async () => {
    const api = start({ databaseName: 'library.sqlite', handlers: createToyHandlers(5) })
    const hum = await api.hums.fromText({ text: 'A4 B4' })
    await api.settings.set({ hasSeenWelcome: true })
    await api.takes.render({ humId: hum.id, prompt: 'x', lanes: DEFAULT_LANES, count: 4, seed: 10 })
    await new Promise<void>((resolve) => connection.on('library.changed', () => resolve()))
    const { dataDir } = services
    await services.close()

    const again = start({ databaseName: 'library.sqlite', dataDir })
    await services.queue.settle()
    expect((await again.hums.list({})).map(({ id }) => id)).toEqual([hum.id])
    expect((await again.settings.get({})).hasSeenWelcome).toBe(true)
    expect((await again.jobs.list({}))[0]).toMatchObject({ status: 'succeeded' })
    expect((await again.takes.list({})).map(({ seed }) => seed).reverse()).toEqual([10, 11, 12, 13])
  })
})
