import { encodeWav } from '#main/audio/io/wav.ts'
import { Cancelled } from '#main/foundation/cancellation.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { instrumentSpecSchema } from '#main/jobs/handlers/finetune-instrument-spec.ts'
import { finetuneItemsSchema, finetuneJobSchema, ITEMS_FILE, type ParsedFinetuneJob } from '#main/jobs/handlers/finetune-spec.ts'
import { openJournal } from '#main/jobs/handlers/finetune-state.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import type { TaskContext } from '#main/jobs/runner/runner.ts'
import { playLine } from '#test/suites/play-line.ts'
import { createTestServices, type TestServices } from '#test/suites/test-services.ts'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nextTime } from './finetune.ts'

const RATE = 44100
const recordings = mkdtempSync(join(tmpdir(), 'fiddlehead-nights-'))

/** Stands for a night: the first attempt waits to be laid aside, the next one plays a preview and makes a voice. */
const attempts: ParsedFinetuneJob[] = []
/** What the ears say that recordings sound like, and how many stretches they were given each time. */
let soundsLike: string | null = null
const heard: number[] = []
const sleeper = {
  async run(rawSpec: unknown, context: TaskContext) {
    const job = finetuneJobSchema.parse(rawSpec)
    attempts.push(job)
    const journal = openJournal(job.runDir, job.now, context)
    journal.event(attempts.length === 1 ? 'started' : 'resumed', '')
    journal.progress({
      phase: 'training',
      stage: 'decoder',
      step: attempts.length,
      totalSteps: 10,
      fraction: 0.1 * attempts.length,
      message: 'step',
    })
    if (attempts.length === 1) {
      await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()))
      throw new Cancelled()
    }
    mkdirSync(join(job.runDir, 'previews'), { recursive: true })
    const path = join(job.runDir, 'previews', '1.wav')
    writeFileSync(path, encodeWav([new Float32Array(100)], { sampleRate: RATE, bits: 16 }))
    context.onItem({ kind: 'preview', path })
    journal.change({ voiceId: 'mine', verdict: 'Every step is done.' })
    context.onItem({ kind: 'voice', voiceId: 'mine' })
    return null
  },
}

const until = async <T>(look: () => Promise<T>, isRight: (value: T) => boolean): Promise<T> => {
  for (;;) {
    const value = await look()
    if (isRight(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('nights', { timeout: 120_000 }, () => {
  let services: TestServices
  const build = async (name: string, tag: string): Promise<string> => {
    const { id } = await services.api.datasets.create({ name, query: { tags: [tag] } })
    await services.api.datasets.build({ datasetId: id })
    return id
  }
  const take = async (tag: string, files: number, notes: number): Promise<void> => {
    for (let i = 0; i < files; i++) {
      const folder = join(recordings, tag, `session-${i}`)
      mkdirSync(folder, { recursive: true })
      const pitches = Array.from({ length: notes }, (_, n) => 64 + ((5 * n + 3 * i) % 19))
      const pcm = playLine({ pitches, noteSeconds: 0.5, levelDb: -20, fullness: 0.9 })
      writeFileSync(join(folder, 'line.wav'), encodeWav([pcm], { sampleRate: RATE, bits: 16 }))
    }
    const { id } = await services.api.imports.start({ paths: [join(recordings, tag)], tags: [tag], instrument: 'violin' })
    await until(
      () => services.api.imports.get({ importId: id }),
      ({ status }) => status !== 'listing' && status !== 'running',
    )
    // Pure tones repeat themselves; whether the ears would keep them is not the question here.
    await services.api.library.edit({ unit: 'slices', selection: { query: { tags: [tag] } }, changes: { keptByHand: true } })
  }

  beforeAll(async () => {
    services = createTestServices({
      ears: createInlineRunner(EAR_HANDLERS),
      runner: createInlineRunner({
        finetune: () => Promise.resolve(sleeper),
        'name-instrument': () =>
          Promise.resolve({
            run: (rawSpec: unknown) => {
              const { stretches } = instrumentSpecSchema.parse(rawSpec)
              heard.push(stretches.length)
              return Promise.resolve({ other: stretches.some(({ path }) => path.includes('blobs')) ? soundsLike : null })
            },
          }),
      }),
    })
    await take('short', 1, 16)
    await take('long', 4, 36)
  }, 300_000)
  afterAll(async () => {
    await services.remove()
    rmSync(recordings, { recursive: true, force: true })
  })

  it('are refused with a sentence where there is too little, before anything is queued', async () => {
    const { api } = services
    const datasetId = await build('Short', 'short')
    const preflight = await api.finetunes.check({ datasetId, voiceName: 'Mine', settings: { batchSize: 32 } })
    expect(preflight).toMatchObject({ isRefused: true, data: { heldOutSeconds: 0 } })
    expect(preflight.findings[0]).toMatchObject({ code: 'too-little', isRefusal: true })
    expect(preflight.findings.map(({ code }) => code)).toContain('few-clips')
    await expect(api.finetunes.start({ datasetId, voiceName: 'Mine' })).rejects.toMatchObject({ code: 'FINETUNE_REFUSED' })
    expect(await api.finetunes.list({})).toEqual([])
    const { id } = await api.datasets.create({ name: 'Not built' })
    await expect(api.finetunes.check({ datasetId: id, voiceName: 'Mine' })).rejects.toMatchObject({ code: 'DATASET_NOT_BUILT' })
    await expect(api.finetunes.get({ runId: 'finetune-none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('are foreseen, run beside the takes, are laid aside, gone on with, and leave a voice', async () => {
    const { api } = services
    const datasetId = await build('Long', 'long')
    const preflight = await api.finetunes.check({ datasetId, voiceName: 'Mine', until: '06:30' })
    expect(preflight).toMatchObject({ isRefused: false })
    expect(new Date(preflight.endsAt).toTimeString().slice(0, 5)).toBe('06:30')
    const started = await api.finetunes.start({ datasetId, voiceName: 'Mine', preset: 'gentle', seed: 4 })
    const running = await until(
      () => api.finetunes.get({ runId: started.id }),
      ({ progress }) => progress !== null,
    )
    expect(running).toMatchObject({ state: 'running', datasetName: 'Long', progress: { step: 1, stage: 'decoder' }, voiceId: null })
    // What the run learns from is its own copy: notes and pitch of the analysis, the originals by path.
    const [first] = attempts
    expect(first).toMatchObject({ from: 'violin', preset: 'gentle', minutes: 20, seed: 4, hums: [{ name: 'Scale and a turn' }] })
    const items = finetuneItemsSchema.parse(JSON.parse(readFileSync(join(first?.runDir ?? '', ITEMS_FILE), 'utf8')))
    expect(items.every(({ notes, f0, path }) => (notes?.length ?? 0) > 1 && f0[1] > 100 && existsSync(path))).toBe(true)

    await api.jobs.pause({ jobId: started.jobId })
    await until(
      () => api.finetunes.get({ runId: started.id }),
      ({ state }) => state === 'paused',
    )
    await api.finetunes.resume({ runId: started.id })
    const done = await until(
      () => api.finetunes.get({ runId: started.id }),
      ({ state }) => state === 'succeeded',
    )
    expect(done).toMatchObject({ voiceId: 'mine', verdict: 'Every step is done.', progress: { step: 2 } })
    expect(done.events.map(({ kind }) => kind)).toEqual(['started', 'resumed'])
    const [asset, voice] = (await api.jobs.list({})).find(({ id }) => id === started.jobId)?.results ?? []
    expect(asset).toMatch(/^[0-9a-f]{64}$/)
    expect(voice).toBe('mine')
    expect(await api.finetunes.curve({ runId: started.id })).toEqual([])
    await api.finetunes.remove({ runId: started.id })
    expect(await api.finetunes.list({})).toEqual([])
    expect(existsSync(first?.runDir ?? '')).toBe(false)
  })

  it('warn where the recordings sound like another instrument, heard once for each data set', async () => {
    const { api } = services
    const before = heard.length
    soundsLike = 'flute'
    const { id } = await api.datasets.create({ name: 'Flute', query: {} })
    await api.datasets.build({ datasetId: id })
    const look = () => api.finetunes.check({ datasetId: id, voiceName: 'Mine' })
    const { findings, isRefused } = await look()
    soundsLike = null
    expect(isRefused).toBe(false)
    expect(findings.find(({ code }) => code === 'wrong-instrument')?.message).toContain('sound like a flute')
    expect((await look()).findings).toEqual(findings)
    expect(heard.length).toBeLessThanOrEqual(before + 1)
    expect(Math.max(...heard)).toBeLessThanOrEqual(24)
  })

  it('wait for their hour', async () => {
    const { api } = services
    const datasetId = await build('Later', 'long')
    const startAt = new Date(services.clock.now() + 3_600_000).toISOString()
    const run = await api.finetunes.start({ datasetId, voiceName: 'Later', startAt })
    expect((await api.finetunes.get({ runId: run.id })).state).toBe('waiting')
    await api.jobs.cancel({ jobId: run.jobId })
    expect((await api.finetunes.get({ runId: run.id })).state).toBe('stopped')
  })
})

describe('the next time that the clock shows', () => {
  it('is today where it is still to come, and tomorrow otherwise', () => {
    const evening = new Date(2026, 0, 5, 22, 15)
    expect(nextTime('23:00', evening)).toEqual(new Date(2026, 0, 5, 23, 0))
    expect(nextTime('06:30', evening)).toEqual(new Date(2026, 0, 6, 6, 30))
  })
})
