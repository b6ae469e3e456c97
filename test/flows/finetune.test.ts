/** Fine-tuning in small, whole: recordings to clips to tokens to stages to a voice that plays; stopped, killed, asked to end. */
import { DEFAULT_LANES } from '#contract/expression.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import { openStart } from '#main/jobs/handlers/finetune-engine.ts'
import { ENOUGH_FILE } from '#main/jobs/handlers/finetune-spec.ts'
import { readFinetuneState } from '#main/jobs/handlers/finetune-state.ts'
import { readCurve } from '#main/training/finetune/read-curve.ts'
import { readVoiceCard } from '#main/voices/voice-folder.ts'
import { compareKilled } from '#test/suites/kill-finetune.ts'
import { hashRun, runToy, toyFinetuneOn, writeToyRun, type ToyRun } from '#test/suites/toy-finetune.ts'
import { writeToyVoice } from '#test/suites/toy-voice.ts'
import { tf } from '#main/tensor/backend/tf.ts'
import { readSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { syncBuiltinESMExports } from 'node:module'
import fs, { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-finetune-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let whole: ToyRun
let items: unknown[]

describe('a night of training', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    whole = await writeToyRun(folder)
    ;({ items } = await runToy(whole.job))
  }, 180_000)

  it('makes a voice with its card, and it plays otherwise than the one before', async () => {
    const state = readFinetuneState(whole.job.runDir)
    expect(state).toMatchObject({ voiceId: 'mine-run', progress: { fraction: 1, step: 42, totalSteps: 42 } })
    expect(items.at(-1)).toEqual({ kind: 'voice', voiceId: 'mine-run' })
    expect(state.scores?.after.logMelMse).toBeGreaterThan(0)
    expect(state.progress?.flops).toBeGreaterThan(0)
    const card = readVoiceCard(join(whole.job.voicesDir, 'mine-run'))
    expect(card).toMatchObject({
      title: 'Mine run',
      origin: { kind: 'fine-tune', dataset: { contentHash: 'lines' }, startedFrom: 'base', runId: 'finetune-run' },
      previews: [{ file: 'previews/0.wav', title: 'A line', step: 42 }],
    })
    expect(card.curve.length).toBeGreaterThan(7)
    const { modelsDir, voicesDir } = whole.job
    const play = (voice: string) =>
      renderClip({ notes: whole.job.hums[0]?.notes ?? [], lanes: DEFAULT_LANES, seed: 1, voice, modelsDir, voicesDir })
    const [before, after] = [await play('base'), await play('mine-run')]
    expect(after.pcm.length).toBe(before.pcm.length)
    expect(after.pcm).not.toEqual(before.pcm)
    expect(after.modelHash).not.toBe(before.modelHash)
  })

  it('lets every loss fall, keeps its best, and shows the same hum again and again', () => {
    const curve = readCurve(whole.job.runDir, { decoder: 12, semantic: 10, coarse: 10, fine: 10 })
    for (const stage of ['decoder', 'semantic', 'coarse', 'fine']) {
      const looks = curve.flatMap(({ stage: of, validation }) => (of === stage && validation !== null ? [validation] : []))
      expect(Math.min(...looks), stage).toBeLessThan(looks[0] ?? 0)
    }
    expect(curve.map(({ step }) => step)).toEqual([...curve.map(({ step }) => step)].sort((a, b) => a - b))
    const { previews } = readFinetuneState(whole.job.runDir)
    expect(previews.map(({ step, humName, reason }) => [step, humName, reason])).toEqual(
      [12, 22, 32, 42].map((step) => [step, 'A line', null]),
    )
  })

  it('is laid aside on a signal and goes on to the same weights', async () => {
    const { job } = await writeToyRun(folder, 'paused')
    const first = await runToy(job, (message) => message.startsWith('phrasing: step 12'))
    expect(first.isCancelled).toBe(true)
    expect(readFinetuneState(job.runDir).events.map(({ kind }) => kind)).toEqual(['started', 'paused'])
    expect((await runToy(job)).isCancelled).toBe(false)
    expect(readFinetuneState(job.runDir).events.map(({ kind }) => kind)).toEqual(['started', 'paused', 'resumed', 'finished'])
    expect(hashRun(job.runDir)).toBe(hashRun(whole.job.runDir))
  })

  it('ends with what it has when that is enough, and a preview that fails stops nothing', async () => {
    const { job } = await writeToyRun(folder, 'enough', { hums: [{ name: 'Too low', notes: [] as never }], phrases: 0 })
    await expect(runToy(job)).rejects.toThrow() // a hum without notes is refused at the door
    const broken = {
      ...job,
      hums: [{ name: 'Endless', notes: [{ onsetSeconds: 0, durationSeconds: 4000, pitch: 70, velocity: 1, confidence: 1 }] }],
    }
    await runToy(broken, (message) => {
      if (message.startsWith('tone and room: step 12')) writeFileSync(join(job.runDir, ENOUGH_FILE), '')
      return false
    })
    const state = readFinetuneState(job.runDir)
    expect(state.verdict).toBe('Ended on request.')
    expect(state.previews).toMatchObject([{ step: 12, assetId: null }])
    expect(state.events.map(({ kind }) => kind)).toContain('preview-failed')
    expect(existsSync(join(job.voicesDir, 'mine-enough', 'card.json'))).toBe(true)
  })

  it('is laid aside by a disk that gets full, with a checkpoint of the very step, and goes on to the same weights', async () => {
    const { job } = await writeToyRun(folder, 'narrow')
    let freeBytes = 1e9
    const context = {
      signal: new AbortController().signal,
      onProgress: (_fraction: number, message: string) => {
        if (message.startsWith('phrasing: step 12')) freeBytes = 1e6
      },
      onItem: () => undefined,
    }
    const narrow = toyFinetuneOn(() => freeBytes)
    await expect(narrow.run(job, context)).rejects.toMatchObject({ code: 'TRAINING_DISK_FULL' })
    expect(readFinetuneState(job.runDir).events.map(({ kind }) => kind)).toEqual(['started', 'disk-full'])
    const { metadata } = readSafetensors(join(job.runDir, 'semantic', 'checkpoint.safetensors'))
    expect(metadata['step']).toBe('1')
    freeBytes = 1e9
    await narrow.run(job, context)
    expect(hashRun(job.runDir)).toBe(hashRun(whole.job.runDir))
  })

  it('is laid aside where a checkpoint cannot be written, and goes on to the same weights', async () => {
    const { job } = await writeToyRun(folder, 'refused', { phrases: 0 })
    const { openSync } = fs
    let isFull = false
    fs.openSync = ((path: string, ...rest: [string]) => {
      if (isFull && path.includes('checkpoint.safetensors'))
        throw Object.assign(new TypeError('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      return openSync(path, ...rest)
    }) as typeof openSync
    syncBuiltinESMExports()
    try {
      await expect(runToy(job, (message) => message.startsWith('phrasing: step 12') && (isFull = true) && false)).rejects.toMatchObject({
        code: 'TRAINING_DISK_FULL',
      })
    } finally {
      fs.openSync = openSync
      syncBuiltinESMExports()
    }
    expect((await runToy(job)).isCancelled).toBe(false)
    expect(hashRun(job.runDir)).toBe(hashRun(whole.job.runDir))
    expect(readFinetuneState(job.runDir).events.at(-1)?.kind).toBe('finished')
  })

  it('begun on one backend it goes on on another, to the same total', async () => {
    const { job } = await writeToyRun(folder, 'moved', {
      // The decoder would take minutes without native kernels.
      settings: { rank: 2, alpha: 4, batchSize: 2, learningRate: 0.004, shares: { semantic: 0.5, coarse: 0.5 } },
      fixedSteps: { semantic: 6, coarse: 6 },
      hums: [],
      phrases: 0,
    })
    const stay = { ...job, runDir: join(folder, 'stayed'), runId: 'finetune-stayed', voiceName: 'Stayed' }
    cpSync(job.runDir, stay.runDir, { recursive: true })
    await runToy(stay)
    expect((await runToy(job, (message) => message.startsWith('phrasing: step 6'))).isCancelled).toBe(true)
    const native = tf.getBackend()
    await tf.setBackend('cpu')
    try {
      expect((await runToy(job)).isCancelled).toBe(false)
    } finally {
      await tf.setBackend(native)
    }
    for (const stage of ['semantic', 'coarse']) {
      const [moved, stayed] = [job, stay].map(({ runDir }) => readSafetensors(join(runDir, stage, 'checkpoint.safetensors')))
      // Nothing that a checkpoint says of itself names the machine that wrote it.
      expect(moved?.metadata['step']).toBe('6')
      expect(moved?.metadata['fingerprint']).toBe(stayed?.metadata['fingerprint'])
      expect(JSON.stringify({ ...moved?.metadata, seconds: '' })).not.toMatch(/tensorflow|cuda|gpu|cpu|wasm/i)
      for (const [name, { data }] of moved?.tensors ?? [])
        data.forEach((value, i) => expect(Math.abs(value - (stayed?.tensors.get(name)?.data[i] ?? Infinity)), name).toBeLessThan(5e-3))
    }
    expect(readFinetuneState(job.runDir)).toMatchObject({ progress: { step: 12, totalSteps: 12 }, verdict: 'Every step is done.' })
  })

  it('begins from no voice that has no stages', async () => {
    const modelsDir = join(folder, 'plain')
    const { id } = await writeToyVoice(modelsDir)
    expect(() => openStart(id, modelsDir, folder)).toThrow(expect.objectContaining({ code: 'VOICE_NOT_TRAINABLE' }))
  })

  it('killed twice at random moments it ends with the weights of an undisturbed run', { timeout: 600_000 }, async () => {
    const { undisturbed, killed, killsOfEach } = await compareKilled(2, 7)
    expect(killsOfEach.reduce((sum, count) => sum + count, 0)).toBe(2)
    expect(new Set(killed)).toEqual(new Set([undisturbed]))
  })
})
