import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_LANES } from '#contract/expression.ts'
import type { VoiceCard } from '#contract/voices.ts'
import { createZipFile } from '#main/datasets/zip-file.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { TASK_HANDLERS } from '#main/jobs/handlers/task-handlers.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { writeVoiceArchive } from '#main/voices/voice-archive.ts'
import { writeVoiceFolder } from '#main/voices/voice-folder.ts'
import { createToyHandlers } from '#test/suites/toy-engine.ts'
import { createTestServices, TOY_NOTES, type TestServices } from '#test/suites/test-services.ts'
import { makeToyVoice, writeToyBase } from '#test/suites/toy-base.ts'

const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-voices-'))
const modelsDir = join(folder, 'models')
const made = new Map<string, { card: VoiceCard; files: Map<string, Uint8Array> }>()
let services: TestServices[] = []

const open = (): TestServices & { voicesDir: string } => {
  const fresh = createTestServices({
    modelsDir,
    // Sines for takes, the true handler for blends.
    runner: createInlineRunner({ ...createToyHandlers(), 'blend-voice': async () => (await TASK_HANDLERS['blend-voice']?.()) as never }),
    ears: createInlineRunner(EAR_HANDLERS),
  })
  services.push(fresh)
  return Object.assign(fresh, { voicesDir: join(fresh.dataDir, 'voices') })
}
const put = (voicesDir: string, id: string): string => {
  const voice = made.get(id)
  if (voice === undefined) throw new TypeError(id)
  return writeVoiceFolder(voicesDir, voice.card, voice.files)
}
/** Hash of the sound: two clips compared sample by sample would print for minutes where they differ. */
const play = async (voicesDir: string, voice: string, voiceStrength = 1): Promise<string> => {
  const { pcm } = await renderClip({
    notes: TOY_NOTES,
    lanes: DEFAULT_LANES,
    seed: 3,
    durationSeconds: 0.8,
    voice,
    voiceStrength,
    modelsDir,
    voicesDir,
  })
  return createHash('sha256').update(new Uint8Array(pcm.buffer)).digest('hex')
}
/** An archive as somebody with ill will writes it. */
const forge = (name: string, entries: readonly (readonly [string, Uint8Array | string])[]): string => {
  const path = join(folder, name)
  const zip = createZipFile(path)
  for (const [entry, bytes] of entries) zip.add(entry, [typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes])
  zip.finish()
  return path
}

beforeAll(async () => {
  const { baseHash } = await writeToyBase(modelsDir)
  made.set('warm-night', await makeToyVoice(baseHash, { id: 'warm-night', seed: 5 }))
  made.set('bright-day', await makeToyVoice(baseHash, { id: 'bright-day', seed: 8 }))
}, 240_000)
afterEach(async () => {
  await Promise.all(services.map((one) => one.remove()))
  services = []
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('voices', () => {
  it('go to another library as one file, sound the same there, and are taken in once', async () => {
    const here = open()
    put(here.voicesDir, 'warm-night')
    const path = join(folder, 'warm.fiddlehead-voice')
    await here.api.voices.export({ voiceId: 'warm-night', path })
    await expect(here.api.voices.export({ voiceId: 'warm-night', path })).rejects.toMatchObject({ code: 'FILE_EXISTS' })

    const there = open()
    const taken = await there.api.voices.import({ path })
    const [own] = (await here.api.voices.list({})).filter(({ isShipped }) => !isShipped)
    expect(taken).toMatchObject({ id: 'warm-night', modelHash: own?.modelHash, card: { origin: { preset: 'normal' } }, trouble: null })
    expect(await play(there.voicesDir, 'warm-night')).toEqual(await play(here.voicesDir, 'warm-night'))
    await there.api.voices.import({ fileName: 'warm.fiddlehead-voice', bytes: new Uint8Array(readFileSync(path)) })
    expect((await there.api.voices.list({})).map(({ id }) => id)).toEqual(['base', 'warm-night'])

    // Another voice of the same name stands beside it.
    const other = made.get('bright-day')
    const namesake = writeVoiceFolder(
      join(folder, 'elsewhere'),
      { ...(other as typeof other & object).card, id: 'warm-night', title: 'warm night' },
      other?.files ?? new Map(),
    )
    writeVoiceArchive(namesake, join(folder, 'namesake.fiddlehead-voice'))
    expect(await there.api.voices.import({ path: join(folder, 'namesake.fiddlehead-voice') })).toMatchObject({ id: 'warm-night-2' })
    expect(readdirSync(there.voicesDir).sort()).toEqual(['warm-night', 'warm-night-2'])
  }, 120_000)

  it('are refused when a byte, a name, a size, the version or the base is not as it must be', async () => {
    const { api, voicesDir } = open()
    const { card, files } = made.get('warm-night') ?? { card: {} as VoiceCard, files: new Map<string, Uint8Array>() }
    const entries = (change: Partial<VoiceCard> = {}, swap: Record<string, Uint8Array> = {}): [string, Uint8Array | string][] => [
      ['card.json', JSON.stringify({ ...card, ...change })],
      ...[...files].map(([name, bytes]): [string, Uint8Array] => [name, swap[name] ?? bytes]),
    ]
    const flipped = Uint8Array.from(files.get('codec.safetensors') ?? [])
    flipped[flipped.length - 3] = (flipped[flipped.length - 3] ?? 0) ^ 1
    const cases: [string, string, [string, Uint8Array | string][]][] = [
      ['a flipped bit', 'VOICE_UNREADABLE', entries({}, { 'codec.safetensors': flipped })],
      ['a way out', 'VOICE_UNREADABLE', [...entries(), ['../../evil.txt', 'x']]],
      ['an absolute path', 'VOICE_UNREADABLE', [...entries(), ['/tmp/evil.txt', 'x']]],
      ['a file nobody knows', 'VOICE_UNREADABLE', [...entries(), ['extra.bin', 'x']]],
      ['a card that points outside', 'VOICE_UNREADABLE', entries({ model: { ...card.model, file: '../codec.safetensors' } })],
      ['a card that is none', 'VOICE_UNREADABLE', [['card.json', '{"format":"other"}']]],
      ['no card', 'VOICE_UNREADABLE', [['codec.safetensors', 'x']]],
      ['a newer version', 'VOICE_NEWER', entries({ version: 2 as 1 })],
      ['another base', 'VOICE_OTHER_BASE', entries({ baseHash: 'f'.repeat(64) })],
      ['a missing file', 'VOICE_UNREADABLE', entries().slice(0, -2)],
      [
        'weights of another stage',
        'VOICE_UNREADABLE',
        entries({ model: { ...card.model, adapters: { ...card.model.adapters, fine: card.model.adapters?.semantic } as never } }),
      ],
    ]
    for (const [name, code, archive] of cases) {
      const path = forge(`${name}.zip`, archive)
      await expect(api.voices.import({ path }), name).rejects.toMatchObject({ code })
    }
    writeFileSync(join(folder, 'letter.zip'), 'this is a letter')
    await expect(api.voices.import({ path: join(folder, 'letter.zip') })).rejects.toMatchObject({ code: 'VOICE_UNREADABLE' })
    // A directory that promises more than there is.
    const bomb = readFileSync(forge('bomb.zip', entries()))
    for (let at = 0; at + 46 < bomb.length; at++) if (bomb.readUInt32LE(at) === 0x02014b50) bomb.writeUInt32LE(0xfffffff0, at + 24)
    writeFileSync(join(folder, 'bomb.zip'), bomb)
    await expect(api.voices.import({ path: join(folder, 'bomb.zip') })).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
    expect(existsSync(voicesDir) ? readdirSync(voicesDir) : []).toEqual([])
    expect(existsSync(join(folder, 'evil.txt'))).toBe(false)
  }, 120_000)

  it('blend: nothing of a voice is the base, all of it the voice, and two are mixed', async () => {
    const { api, voicesDir } = open()
    put(voicesDir, 'warm-night')
    put(voicesDir, 'bright-day')
    const [base, warm, bright] = await Promise.all(['base', 'warm-night', 'bright-day'].map((voice) => play(voicesDir, voice)))
    expect(warm).not.toEqual(base)
    expect(await play(voicesDir, 'warm-night', 0)).toEqual(base)

    const blend = async (title: string, parts: { voiceId: string; weight: number }[]): Promise<string> =>
      play(voicesDir, (await api.voices.blend({ title, parts })).id)
    expect(await blend('None', [{ voiceId: 'warm-night', weight: 0 }])).toEqual(base)
    expect(await blend('All', [{ voiceId: 'warm-night', weight: 1 }])).toEqual(warm)
    expect(await blend('Half', [{ voiceId: 'warm-night', weight: 0.5 }])).toEqual(await play(voicesDir, 'warm-night', 0.5))
    const both = await blend('Both', [
      { voiceId: 'warm-night', weight: 0.5 },
      { voiceId: 'bright-day', weight: 0.5 },
    ])
    for (const one of [base, warm, bright]) expect(both).not.toEqual(one)

    const { card } = await api.voices.get({ voiceId: 'both' })
    expect(card?.origin).toMatchObject({
      kind: 'blend',
      parts: [
        { title: 'warm night', weight: 0.5 },
        { title: 'bright day', weight: 0.5 },
      ],
    })
    await expect(
      api.voices.blend({
        title: 'Too much',
        parts: [
          { voiceId: 'half', weight: 0.7 },
          { voiceId: 'both', weight: 0.7 },
        ],
      }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(api.voices.blend({ title: 'Base', parts: [{ voiceId: 'base', weight: 1 }] })).rejects.toMatchObject({
      code: 'VOICE_NOT_BLENDABLE',
    })
    // A blend of a blend, and a name that is taken.
    expect((await api.voices.blend({ title: 'Half', parts: [{ voiceId: 'both', weight: 0.2 }] })).id).toBe('half-2')
  }, 240_000)

  it('go to the trash and come back; shipped ones and strangers are refused', async () => {
    const { api, voicesDir } = open()
    put(voicesDir, 'warm-night')
    await api.voices.rename({ voiceId: 'warm-night', title: 'Warm nights' })
    await api.voices.remove({ voiceId: 'warm-night' })
    expect((await api.voices.list({})).find(({ id }) => id === 'warm-night')).toMatchObject({ isInTrash: true, title: 'Warm nights' })
    await expect(api.voices.get({ voiceId: 'warm-night' })).rejects.toMatchObject({ code: 'VOICE_NOT_FOUND' })
    expect(await api.voices.restore({ voiceId: 'warm-night' })).toMatchObject({ isInTrash: false })
    expect(await api.voices.previews({ voiceId: 'warm-night' })).toMatchObject([{ title: 'A hum' }])
    await api.voices.remove({ voiceId: 'warm-night' })
    expect((await api.voices.emptyTrash({})).bytes).toBeGreaterThan(1000)
    expect((await api.voices.list({})).map(({ id }) => id)).toEqual(['base'])
    await expect(api.voices.remove({ voiceId: 'base' })).rejects.toMatchObject({ code: 'VOICE_SHIPPED' })
    await expect(api.voices.restore({ voiceId: 'warm-night' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(api.voices.get({ voiceId: '../../etc' })).rejects.toMatchObject({ code: 'VOICE_NOT_FOUND' })
  })

  it('say what is wrong with them and do not hide the others', async () => {
    const { api, voicesDir } = open()
    writeFileSync(join(put(voicesDir, 'warm-night'), 'card.json'), '{')
    put(voicesDir, 'bright-day')
    const own = (await api.voices.list({})).filter(({ isShipped }) => !isShipped)
    expect(own.map(({ id, trouble }) => [id, trouble === null])).toEqual([
      ['bright-day', true],
      ['warm-night', false],
    ])
    expect((await api.system.about({})).voices.map(({ name }) => name)).toContain('bright-day')
  })

  it('are compared on the newest hums, clip by clip', async () => {
    const { api, voicesDir, queue } = open()
    put(voicesDir, 'warm-night')
    await api.hums.fromText({ text: 'A4 B4 C5' })
    const { jobId } = await api.voices.compare({
      candidates: [{ voiceId: 'base' }, { voiceId: 'warm-night' }, { voiceId: 'warm-night', strength: 0.6 }],
    })
    await queue.settle()
    const comparison = await api.voices.comparison({ comparisonId: jobId })
    expect(comparison.candidates.map(({ title, strength }) => [title, strength])).toEqual([
      ['Toy base', 1],
      ['warm night', 1],
      ['warm night', 0.6],
    ])
    expect(comparison.clips.map(({ candidate, tune, percent }) => [candidate, tune, percent])).toEqual(
      [0, 1, 2].map((i) => [i, comparison.tunes[0], 97]),
    )
    // Removing a take prunes sounds that nothing holds.
    const hum = await api.hums.fromText({ text: 'A4' })
    await api.takes.render({ humId: hum.id, prompt: '', lanes: DEFAULT_LANES, count: 1 })
    await queue.settle()
    const [take] = await api.takes.list({ humId: hum.id })
    await api.takes.remove({ takeId: take?.id ?? '' })
    for (const { assetId } of comparison.clips) expect(hasSound(services[0], assetId)).toBe(true)
    await expect(api.voices.compare({ candidates: [{ voiceId: 'base', strength: 0.5 }] })).rejects.toMatchObject({
      code: 'VOICE_NOT_BLENDABLE',
    })
    await expect(api.voices.comparison({ comparisonId: 'job-none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

const hasSound = (one: TestServices | undefined, assetId: string): boolean =>
  one !== undefined && existsSync(join(one.dataDir, 'blobs', assetId.slice(0, 2), `${assetId}.wav`))
