import type { VoiceColumnReport } from '#contract/evaluation.ts'
import type { VoiceCard } from '#contract/voices.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { Cancelled } from '#main/foundation/cancellation.ts'
import { blendVoiceSpecSchema } from '#main/jobs/handlers/blend-voice-spec.ts'
import { ENOUGH_FILE, finetuneJobSchema } from '#main/jobs/handlers/finetune-spec.ts'
import { openJournal } from '#main/jobs/handlers/finetune-state.ts'
import type { TaskHandler } from '#main/jobs/runner/runner.ts'
import { hashBase, readManifest } from '#main/voices/model-files.ts'
import { chooseVoiceId, findVoiceCard, writeVoiceFolder } from '#main/voices/voice-folder.ts'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const STEPS = 24
const SAMPLE_RATE = 44100

const column = (name: string, change: Partial<VoiceColumnReport> = {}): VoiceColumnReport => ({
  name,
  logMelMse: 210,
  levelMatchedLogMelMse: 182,
  normalisedMse: 0.8,
  logSpectralDistanceDb: 7,
  fad: 0.91,
  melFad: 3,
  mulanCycle: 0.41,
  mulanCycleRatio: 0.8,
  rawPitchAccuracy: 0.971,
  onsetF1: 0.96,
  medianCents: 4,
  chromaCosine: 0.95,
  codebooks: [],
  ...change,
})

/** Half a second of a tone: a preview, and all there is in a toy voice's files. */
const makeTone = (hz: number): Uint8Array => {
  const pcm = Float32Array.from({ length: SAMPLE_RATE / 2 }, (_, n) => 0.4 * Math.sin((2 * Math.PI * hz * n) / SAMPLE_RATE))
  return encodeWav([pcm], { sampleRate: SAMPLE_RATE, bits: 16 })
}

const keepToyVoice = (
  voicesDir: string,
  modelsDir: string,
  card: Pick<VoiceCard, 'id' | 'title' | 'createdAt' | 'origin' | 'licence'> & Partial<VoiceCard>,
): void => {
  const base = readManifest(modelsDir).find(({ id }) => id === 'base')
  const bytes = makeTone(300 + (card.id.length % 7))
  const file = { file: 'codec.safetensors', sha256: createHash('sha256').update(bytes).digest('hex') }
  const whole: VoiceCard = {
    format: 'fiddlehead-voice',
    version: 1,
    model: { id: card.id, size: 'full', base: 'base', ...file },
    baseHash: base === undefined ? '' : hashBase(base),
    curve: [],
    bestStep: null,
    scores: { before: null, after: null },
    previews: [],
    ...card,
  }
  const previews = whole.previews.map((preview, i) => [preview.file, makeTone(500 + 50 * i)] as const)
  writeVoiceFolder(voicesDir, whole, new Map([[file.file, bytes], ...previews]))
}

/** A night in a second or two: the journal, curve, previews and voice of a true one, learned by nobody. */
export const createToyNight = (stepMs: number): TaskHandler => ({
  async run(rawJob, { signal, onProgress, onItem }) {
    const job = finetuneJobSchema.parse(rawJob)
    const journal = openJournal(job.runDir, job.now, { onProgress })
    const start = journal.state.progress?.step ?? 0
    journal.event(start === 0 ? 'started' : 'resumed', start === 0 ? 'Training began.' : `Goes on at step ${start}.`)
    const [rank, alpha] = [job.settings.rank ?? 8, job.settings.alpha ?? 16]
    journal.change({
      plan: {
        rank,
        alpha,
        targets: ['attention', 'feed-forward'],
        batchSize: 8,
        learningRate: 0.001,
        decoderLearningRate: 0.0002,
        patience: 5,
        seed: job.seed,
        steps: { decoder: STEPS },
      },
    })
    mkdirSync(join(job.runDir, 'decoder'), { recursive: true })
    for (let step = start + 1; step <= STEPS && !existsSync(join(job.runDir, ENOUGH_FILE)); step++) {
      await new Promise((resolve) => setTimeout(resolve, stepMs))
      if (signal.aborted) {
        journal.event('paused', `Kept at step ${step - 1}.`)
        throw new Cancelled()
      }
      const loss = 2 + 3 * Math.exp(-step / 8) + 0.1 * Math.sin(3 * step)
      const validation = step % 4 === 0 ? 2.2 + 2.6 * Math.exp(-step / 7) + Math.max(0, step - 16) * 0.03 : undefined
      const line = {
        step,
        loss,
        learningRate: 0.001,
        seconds: 30 * step,
        ...(validation === undefined ? {} : { validation: { loss: validation } }),
      }
      appendFileSync(join(job.runDir, 'decoder', 'log.jsonl'), `${JSON.stringify(line)}\n`)
      if (step % 8 === 0) {
        const previews = job.hums.map(({ name }, hum) => {
          const isLost = step === 16 && hum === 0
          const bytes = makeTone(400 + 40 * hum + step)
          const path = join(job.runDir, `preview-${step}-${hum}.wav`)
          writeFileSync(path, bytes)
          if (!isLost) onItem({ kind: 'preview', path })
          const assetId = isLost ? null : createHash('sha256').update(bytes).digest('hex')
          return { step, seconds: 30 * step, hum, humName: name, assetId, reason: isLost ? 'the voice could not be opened' : null }
        })
        journal.change({ previews: [...journal.state.previews, ...previews] })
      }
      journal.change({ trainedSeconds: 30 * step })
      journal.progress({
        phase: 'training',
        stage: 'decoder',
        step,
        totalSteps: STEPS,
        stageStep: step,
        stageSteps: STEPS,
        fraction: step / (STEPS + 1),
        secondsLeft: 30 * (STEPS - step),
        loss,
        validation: validation ?? journal.state.progress?.validation ?? null,
        flops: 12.4e9,
        machineFlops: 30.1e9,
        message: '',
      })
    }
    const voiceId = chooseVoiceId(job.voicesDir, job.voiceName)
    const before = column('before')
    const after = column('after', { fad: 0.55, levelMatchedLogMelMse: 121, mulanCycle: 0.415, rawPitchAccuracy: 0.968 })
    keepToyVoice(job.voicesDir, job.modelsDir, {
      id: voiceId,
      title: job.voiceName,
      createdAt: journal.now().toISOString(),
      licence: job.licence,
      origin: {
        kind: 'fine-tune',
        dataset: job.dataset,
        startedFrom: job.from,
        preset: job.preset,
        settings: { rank, alpha },
        runId: job.runId,
      },
      scores: { before, after },
      curve: [4, 8, 12, 16, 20].map((step) => ({ step, train: 4 - step / 10, validation: 3 + Math.abs(16 - step) / 10 })),
      bestStep: 16,
      previews: job.hums.map(({ name }, hum) => ({ file: `previews/${hum}.wav`, title: name, step: STEPS })),
    })
    journal.change({
      scores: { phrases: 20, seconds: 84, referenceMulanCycle: 0.5, before, after },
      voiceId,
      verdict: 'Stopped by itself: no gain for 40 minutes.',
    })
    journal.event('finished', 'The voice is ready.')
    onItem({ kind: 'voice', voiceId })
    return null
  },
})

/** Blends names instead of weights. */
export const toyBlendHandler: TaskHandler = {
  run(rawSpec) {
    const { id, title, createdAt, parts, modelsDir, voicesDir } = blendVoiceSpecSchema.parse(rawSpec)
    const origin = {
      kind: 'blend' as const,
      parts: parts.map(({ voice, title: partTitle, weight }) => ({
        title: partTitle,
        weight,
        modelHash: findVoiceCard(voicesDir, voice)?.model.sha256 ?? '',
      })),
    }
    keepToyVoice(voicesDir, modelsDir, { id, title, createdAt, licence: 'MIT', origin })
    return Promise.resolve({ id })
  },
}
