import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { readMidiMelody } from '#main/export/midi/read-midi.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import type { ImportedFile, ImportFileSpec } from '#main/jobs/handlers/import-spec.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { openLibrary, type Library } from '#main/library/open-library.ts'
import { createTestServices, type TestServices } from '#test/suites/test-services.ts'
import { makeImportFolder } from '#test/suites/make-import-folder.ts'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createRunnerPool } from './import-reading.ts'
import { runImport } from './import-run.ts'
import { createImportsService } from './imports.ts'
import { createSoundIndex } from './sound-index.ts'
import { createFakeClock } from '#main/foundation/clock.ts'
import { silentLogger } from '#main/foundation/logger.ts'
import type { EngineEnv } from './env.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fiddlehead-imports-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const finish = async ({ api }: TestServices, importId: string): Promise<void> => {
  for (;;) {
    const { status } = await api.imports.get({ importId })
    if (status !== 'listing' && status !== 'running') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('an import with its real ears', () => {
  let services: TestServices
  let source: string
  let importId: string
  beforeAll(async () => {
    source = join(folder, 'source')
    makeImportFolder(source, { files: 13, damaged: 4, seed: 3, useEncoders: false, longestSeconds: 4 })
    // The same bytes under another name, and the same sound at another level and depth.
    const original = join(source, 'session 0', 'wav-0000.wav')
    mkdirSync(join(source, 'zz later'))
    writeFileSync(join(source, 'zz later', 'again.wav'), readFileSync(original))
    writeFileSync(join(source, 'notes.txt'), 'not a recording')
    services = createTestServices({ ears: createInlineRunner(EAR_HANDLERS) })
    importId = (await services.api.imports.start({ paths: [source], tags: ['home'] })).id
    await finish(services, importId)
  }, 120_000)
  afterAll(() => services.remove())

  it('reads every format, counts copies and damage, and goes on', async () => {
    const report = await services.api.imports.get({ importId })
    expect(report).toMatchObject({ status: 'succeeded', fileCount: 14, doneCount: 14, failedCount: 4, duplicateCount: 1, addedCount: 9 })
    expect(report.audioSeconds).toBeGreaterThan(5)
    const failed = await services.api.imports.files({ importId, status: 'failed' })
    for (const { reason, remedy } of failed) {
      expect(reason).toMatch(/\w/)
      expect(remedy).toMatch(/\w/)
    }
    expect(failed.map(({ path }) => path).every((path) => path.includes('damaged-'))).toBe(true)
    const page = await services.api.library.search({ unit: 'recordings', query: {} })
    expect(new Set(page.rows.map((row) => ('format' in row ? row.format : '')))).toEqual(new Set(['wav', 'aiff', 'mid', 'abc', 'musicxml']))
  })

  it('keeps originals as they came, with where they came from', async () => {
    const [row] = (await services.api.library.search({ unit: 'recordings', query: { words: 'wav-0000' } })).rows
    const recording = await services.api.library.recording({ recordingId: row?.id ?? '' })
    const stored = readFileSync(join(services.dataDir, 'blobs', recording.assetId.slice(0, 2), `${recording.assetId}.wav`))
    expect(stored.equals(readFileSync(join(source, 'session 0', 'wav-0000.wav')))).toBe(true)
    expect(recording.provenance.map(({ path }) => path)).toEqual([
      join(source, 'session 0', 'wav-0000.wav'),
      join(source, 'zz later', 'again.wav'),
    ])
    expect(recording).toMatchObject({ sessionName: 'source/session 0', tags: ['home'], kind: 'audio' })
    expect(recording.slices.length).toBeGreaterThan(0)
    for (const slice of recording.slices) expect(slice.caption).toMatch(/^solo violin|^no notes/)
  })

  it('draws rows for a list and a recording before and after its cleaning', async () => {
    const { rows } = await services.api.library.search({ unit: 'recordings', query: { kind: 'audio' } })
    const melody = (await services.api.library.search({ unit: 'recordings', query: { kind: 'melody' } })).rows[0]
    const [first] = rows
    const recordingId = first?.id ?? ''
    const seqs = [first?.seq ?? 0, melody?.seq ?? 0]
    const { peaks } = await services.api.library.outlines({ unit: 'recordings', seqs, count: 40 })
    expect([Math.max(...peaks.subarray(0, 40)) > 20, Math.max(...peaks.subarray(40))]).toEqual([true, 0])
    const chain = { steps: [{ kind: 'loudness' as const, isOn: true, targetLufs: -14, truePeakDb: -1 }] }
    const before = await services.api.library.picture({ recordingId, columns: 60, bands: 32 })
    const after = await services.api.library.picture({ recordingId, columns: 60, bands: 32, cleaning: { chain } })
    expect(before.levels).toHaveLength(60 * 32)
    expect(Math.max(...after.peaks)).toBeGreaterThan(Math.max(...before.peaks))
    expect([before.report, after.report.map(({ kind, isApplied }) => [kind, isApplied])]).toEqual([[], [['loudness', true]]])
    await expect(services.api.library.picture({ recordingId: melody?.id ?? '' })).rejects.toMatchObject({ code: 'RECORDING_IS_MELODY' })
  })

  it('imports what a page hands over, under the names of its folders, and throws the copies away', async () => {
    const bytes = new Uint8Array(readFileSync(join(source, 'session 0', 'wav-0000.wav')))
    const { folder: handed } = await services.api.imports.receive({ path: 'Dropped/Monday/mine.wav', bytes })
    const { id } = await services.api.imports.start({ paths: [handed] })
    await finish(services, id)
    expect(await services.api.imports.get({ importId: id })).toMatchObject({ status: 'succeeded', duplicateCount: 1 })
    await vi.waitFor(() => expect(existsSync(handed)).toBe(false))
  })

  it('finds the same sound in another file, and leaves it out of data sets', async () => {
    const { rows } = await services.api.library.search({
      unit: 'recordings',
      query: { kind: 'audio' },
      sort: { by: 'duration', isDescending: true },
    })
    const longest = rows[0]
    const { assetId } = await services.api.library.sound({ recordingId: longest?.id ?? '' })
    const copy = join(folder, 'quieter.wav')
    const bytes = readFileSync(join(services.dataDir, 'blobs', assetId.slice(0, 2), `${assetId}.wav`))
    const { readWav } = await import('#main/audio/io/wav.ts')
    const pcm = readWav(bytes).channels[0]?.map((sample) => 0.5 * sample) ?? new Float32Array()
    writeFileSync(copy, encodeWav([pcm], { sampleRate: 44100, bits: 16 }))
    const { id } = await services.api.imports.start({ paths: [copy] })
    await finish(services, id)
    expect(await services.api.imports.get({ importId: id })).toMatchObject({ addedCount: 1, soundsLikeCount: 1 })
    const twin = (await services.api.library.search({ unit: 'recordings', query: { isDuplicate: true } })).rows[0]
    expect(twin).toMatchObject({ duplicateOf: longest?.id, isKept: false })
    await services.api.library.remove({ recordingIds: [twin?.id ?? ''] })
  })

  it('draws, measures and plays spans', async () => {
    const [row] = (await services.api.library.search({ unit: 'recordings', query: { kind: 'audio' } })).rows
    const recordingId = row?.id ?? ''
    const { minima, maxima } = await services.api.library.waveform({ recordingId, count: 50 })
    expect(Math.max(...maxima)).toBeGreaterThan(0.05)
    expect(minima.every((low, i) => low <= (maxima[i] ?? 0))).toBe(true)
    const { f0, loudnessDb, frameRate } = await services.api.library.curves({ recordingId })
    expect(f0.length).toBe(loudnessDb.length)
    expect(f0.length / frameRate).toBeCloseTo(row?.durationSeconds ?? 0, 1)
    expect((await services.api.library.sound({ recordingId, startSeconds: 0.5, endSeconds: 1.25 })).durationSeconds).toBeCloseTo(0.75, 3)
  })

  it('changes many at once, and takes it back', async () => {
    const { api } = services
    const before = (await api.library.search({ query: {} })).rows
    const edit = await api.library.edit({
      selection: { query: {} },
      changes: { appendToCaption: ', lovely', addTags: ['Lovely'], keptByHand: true },
    })
    expect(edit).toMatchObject({ count: before.length, isUndone: false })
    const after = await api.library.search({ query: { words: 'lovel', tags: ['lovely'], isKept: true } })
    expect(after.total).toBe(before.length)
    expect(after.rows.every((row) => row.caption.endsWith(', lovely') && 'isCaptionEdited' in row && row.isCaptionEdited)).toBe(true)
    expect(await api.library.undo({})).toMatchObject({ isUndone: true })
    expect((await api.library.search({ query: {} })).rows).toEqual(before)
    expect((await api.library.search({ query: { words: 'lovel' } })).total).toBe(0)
    await api.library.redo({})
    expect((await api.library.search({ query: { words: 'lovel' } })).total).toBe(before.length)
    await api.library.undo({})
    expect(await api.library.edit({ selection: { seqs: [] }, changes: { caption: 'x' } })).toBeNull()
  })

  it('builds a data set whose sessions do not leak, and which another library opens as it is', async () => {
    const { api } = services
    await api.library.edit({ selection: { query: {} }, changes: { keptByHand: true } })
    const { id: datasetId } = await api.datasets.create({ name: 'All', query: {}, split: { validation: 0.2, test: 0.2, seed: 4 } })
    const built = await api.datasets.build({ datasetId })
    const items = await api.datasets.items({ datasetId })
    const splitsOf = new Map<string | null, Set<string>>()
    for (const { row, split } of items) {
      const own = splitsOf.get(row?.sessionId ?? null) ?? new Set()
      splitsOf.set(row?.sessionId ?? null, own.add(split))
    }
    for (const splits of splitsOf.values()) expect(splits.size).toBe(1)
    expect(new Set(items.map(({ split }) => split)).size).toBe(3)
    expect((await api.datasets.build({ datasetId })).build?.contentHash).toBe(built.build?.contentHash)

    const zip = join(folder, 'all.zip')
    await api.datasets.export({ datasetId, path: zip, format: 'zip' })
    const other = createTestServices({ ears: createInlineRunner(EAR_HANDLERS) })
    const opened = await other.api.datasets.open({ path: zip })
    expect(opened.build?.contentHash).toBe(built.build?.contentHash)
    const withoutRow = (rows: object[]): object[] => rows.map((row) => ({ ...row, seq: 0 }))
    expect(withoutRow((await other.api.library.search({ query: {} })).rows)).toEqual(
      withoutRow((await api.library.search({ query: {} })).rows),
    )
    const [{ recordingId = '' } = {}] = (await api.library.search({ query: {} })).rows as { recordingId: string }[]
    expect(await other.api.library.waveform({ recordingId })).toEqual(await api.library.waveform({ recordingId }))
    expect((await other.api.datasets.build({ datasetId: opened.id })).build?.contentHash).toBe(built.build?.contentHash)
    await other.remove()

    const out = join(folder, 'audiocraft')
    await api.datasets.export({ datasetId, path: out, format: 'audiocraft' })
    const lines = readFileSync(join(out, 'egs/train/data.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toHaveLength(items.filter(({ split }) => split === 'train').length)
    const first = String(lines[0]?.['path'])
    expect(lines[0]).toMatchObject({ sample_rate: 44100, weight: null, info_path: null })
    expect(JSON.parse(readFileSync(join(out, first.replace(/wav$/, 'json')), 'utf8'))).toMatchObject({ instrument: 'violin' })
    const written = readMidiMelody(readFileSync(join(out, first.replace(/wav$/, 'mid'))))
    expect(written.notes.length).toBeGreaterThan(0)
    expect(written.durationSeconds).toBeLessThan(Number(lines[0]?.['duration']) + 0.1)
    const labels = readdirSync(join(out, 'labels'))
    expect(readFileSync(join(out, 'labels', labels[0] ?? ''), 'utf8')).toMatch(/^\d+\.\d{6}\t\d+\.\d{6}\t.+\n/)

    await api.library.edit({ selection: { query: {} }, changes: { appendToCaption: '!' } })
    expect((await api.datasets.get({ datasetId })).build?.isOutdated).toBe(true)
  }, 30_000)
})

describe('an import that cannot go on', () => {
  const nothing: ImportedFile = {
    kind: 'audio',
    format: 'wav',
    durationSeconds: 1,
    sampleRate: 44100,
    channelCount: 1,
    caption: '',
    key: null,
    bpm: null,
    pitchLow: null,
    pitchHigh: null,
    register: null,
    articulation: null,
    dynamics: null,
    loudnessDb: null,
    quality: 1,
    marks: [],
    details: {},
    melody: null,
    fingerprint: null,
    signals: null,
    slices: [],
  }

  const makeSource = (name: string, count: number): string => {
    const path = join(folder, name)
    mkdirSync(path)
    const random = createRandom(5)
    for (let i = 0; i < count; i++) {
      const pcm = Float32Array.from({ length: 100 }, () => random.between(-0.5, 0.5))
      writeFileSync(join(path, `${i}.wav`), encodeWav([pcm], { sampleRate: 44100, bits: 16 }))
    }
    return path
  }

  const createEnv = (dataDir: string, read: (spec: ImportFileSpec, signal: AbortSignal) => Promise<ImportedFile>): EngineEnv => {
    const openReader = (): ReturnType<typeof createInlineRunner> =>
      createInlineRunner({ 'import-file': async () => ({ run: (spec, { signal }) => read(spec as ImportFileSpec, signal) }) })
    const ears = openReader()
    return {
      dataDir,
      databasePath: ':memory:',
      runner: ears,
      ears,
      // One that is held must not keep the others from going on.
      openImporters: () => [openReader(), openReader(), openReader()],
      logger: silentLogger,
      clock: createFakeClock(),
      random: createRandom(1),
      version: '',
    }
  }

  const withImports = async (
    name: string,
    read: (spec: ImportFileSpec, signal: AbortSignal) => Promise<ImportedFile>,
    step: (service: ReturnType<typeof createImportsService>, library: Library) => Promise<void>,
    spoil: (library: Library) => Library = (library) => library,
  ): Promise<void> => {
    const dataDir = join(folder, `data-${name}`)
    const library = openLibrary(':memory:', dataDir)
    const service = createImportsService({
      env: createEnv(dataDir, read),
      library: spoil(library),
      pushes: { emit: () => undefined, subscribe: () => () => undefined },
    })
    try {
      await step(service, library)
    } finally {
      await service.close()
      library.close()
    }
  }

  it.each(['DISK_FULL', 'LIBRARY_READ_ONLY'] as const)('%s: keeps what it has, says so, and goes on when asked', async (code) => {
    const source = makeSource(code, 8)
    let refusals = 0
    const spoil = (library: Library): Library => ({
      ...library,
      blobs: {
        ...library.blobs,
        putFile: (path, extension) => {
          if (path.endsWith('5.wav') && refusals++ === 0) return Promise.reject(new EngineError(code, { path: 'blobs' }))
          return library.blobs.putFile(path, extension)
        },
      },
    })
    await withImports(
      code,
      async () => nothing,
      async (service, library) => {
        const { id } = await service.start({ paths: [source], tags: [], instrument: 'violin' })
        await service.settle()
        const stopped = await service.api.get({ importId: id })
        expect(stopped).toMatchObject({ status: 'paused', addedCount: 5, failedCount: 0, error: { code } })
        expect(library.search.count('recordings', {})).toBe(5)
        await service.api.resume({ importId: id })
        await service.settle()
        expect(await service.api.get({ importId: id })).toMatchObject({ status: 'succeeded', addedCount: 8, error: null })
      },
      spoil,
    )
  })

  it('stops at once when it is cancelled, and resumes where it was', async () => {
    const source = makeSource('cancel', 6)
    let isHeld = true
    const read = (spec: ImportFileSpec, signal: AbortSignal): Promise<ImportedFile> =>
      spec.fileName.endsWith('2.wav') && isHeld
        ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('stop', 'AbortError'))))
        : Promise.resolve(nothing)
    await withImports('cancel', read, async (service) => {
      const { id } = await service.start({ paths: [source], tags: [], instrument: 'violin' })
      while ((await service.api.get({ importId: id })).addedCount < 2) await new Promise((resolve) => setTimeout(resolve, 5))
      expect(await service.api.cancel({ importId: id })).toMatchObject({ status: 'cancelled', addedCount: 2 })
      isHeld = false
      await service.api.resume({ importId: id })
      await service.settle()
      expect(await service.api.get({ importId: id })).toMatchObject({ status: 'succeeded', addedCount: 6 })
    })
  })

  it('gives a file one more chance when its reader dies, then lists it and goes on', async () => {
    const source = makeSource('dying', 3)
    let deaths = 0
    const read = async (spec: ImportFileSpec): Promise<ImportedFile> => {
      if (spec.fileName.endsWith('1.wav')) {
        deaths++
        throw new EngineError('JOB_INTERRUPTED')
      }
      return nothing
    }
    await withImports('dying', read, async (service, library) => {
      const { id } = await service.start({ paths: [source], tags: [], instrument: 'violin' })
      await service.settle()
      expect(deaths).toBe(2)
      expect(await service.api.get({ importId: id })).toMatchObject({ status: 'succeeded', addedCount: 2, failedCount: 1 })
      expect(library.search.count('recordings', {})).toBe(2)
    })
  })

  it('refuses what holds nothing to read, and paths that are not there', async () => {
    mkdirSync(join(folder, 'empty'))
    await withImports(
      'refusal',
      async () => nothing,
      async (service) => {
        const start = (path: string): Promise<unknown> => service.start({ paths: [path], tags: [], instrument: 'violin' })
        await expect(start(join(folder, 'empty'))).rejects.toMatchObject({ code: 'IMPORT_NOTHING_FOUND' })
        await expect(start(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
      },
    )
  })

  it('keeps files in the order of the list, whichever is read first', async () => {
    const source = makeSource('order', 7)
    const dataDir = join(folder, 'data-order')
    const library = openLibrary(':memory:', dataDir)
    const random = createRandom(9)
    const env = createEnv(dataDir, async () => nothing)
    const slow = (): ReturnType<typeof createInlineRunner> =>
      createInlineRunner({
        'import-file': async () => ({
          run: async () => {
            await new Promise((resolve) => setTimeout(resolve, random.between(0, 15)))
            return nothing
          },
        }),
      })
    const row = {
      id: 'import-1',
      createdAt: 't',
      options: { paths: [source], tags: [], instrument: '' },
      status: 'listing' as const,
      workSeconds: 0,
      error: null,
    }
    library.imports.insert(row)
    const pool = createRunnerPool([slow(), slow(), slow()])
    const end = await runImport({
      context: { env, library },
      row,
      pool,
      sounds: createSoundIndex(),
      signal: new AbortController().signal,
      onFile: () => undefined,
    })
    expect(end).toEqual({ status: 'succeeded' })
    const order = [...library.search.order('recordings', {}, { by: 'added', isDescending: false })]
    expect(library.recordings.recordings(order).map(({ fileName }) => fileName)).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `${i}.wav`))
    library.close()
  })
})
