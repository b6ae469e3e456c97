import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { RunPlan } from '#main/training/finetune/make-plan.ts'
import { readBest, readCurve } from '#main/training/finetune/read-curve.ts'
import { assembleVoice } from '#main/training/finetune/stages.ts'
import { readManifest } from '#main/voices/model-files.ts'
import { chooseVoiceId, findVoiceCard, writeVoiceFolder } from '#main/voices/voice-folder.ts'
import type { TaskContext } from '../runner/runner.ts'
import type { PreparedClips } from './finetune-clips.ts'
import { describeModel, scoreVoices, writeCandidate, type OpenedStart } from './finetune-engine.ts'
import type { ParsedFinetuneJob } from './finetune-spec.ts'
import type { FinetuneJournal } from './finetune-state.ts'

/** The end of a run: what was learned is measured on held-out recordings and becomes a voice. */

/** Where training ends on the bar of the whole run. */
export const TRAINED = 0.94

/** A run under way: its data, what it starts from, and whom it tells. */
export interface Run {
  readonly job: ParsedFinetuneJob
  readonly journal: FinetuneJournal
  readonly opened: OpenedStart
  readonly prepared: PreparedClips
  readonly context: TaskContext
}

export const settingOf = ({ rank, alpha, targets, batchSize, seed }: RunPlan) => ({ rank, alpha, targets, batchSize, seed })

/** Scores, then the folder of the new voice: nothing there is overwritten, and a second attempt finds the first one's. */
export const finishRun = async (run: Run, plan: RunPlan, verdict: string): Promise<string> => {
  const { job, journal, opened, prepared, context } = run
  const curve = readCurve(job.runDir, plan.steps)
  const best = readBest(curve)
  const known = journal.state.voiceId
  const origin = known === null ? undefined : findVoiceCard(job.voicesDir, known)?.origin
  if (known !== null && origin?.kind === 'fine-tune' && origin.runId === job.runId) return known
  if (journal.state.scores === null && job.phrases > 0) {
    const candidate = writeCandidate(job.runDir, opened, { ...settingOf(plan), name: 'final' })
    try {
      const scores = await scoreVoices(
        {
          clipsDir: prepared.clipsDir,
          phrases: job.phrases,
          seed: job.seed,
          modelsDir: job.modelsDir,
          before: { voice: job.from, voicesDir: job.voicesDir },
          after: candidate,
          hasEmbedding: opened.start.size === 'full',
        },
        {
          signal: context.signal,
          onProgress: (fraction, message) =>
            journal.progress({
              phase: 'scoring',
              stage: null,
              fraction: TRAINED + (0.99 - TRAINED) * fraction,
              secondsLeft: plan.scoringSeconds * (1 - fraction),
              message,
            }),
        },
      )
      journal.change({ scores })
    } catch (error) {
      // A voice without scores is better than a night without a voice.
      if (isCancelled(error) || !(error instanceof EngineError)) throw error
      journal.event('warning', `The scores could not be measured: ${error.message}`)
    } finally {
      candidate.remove()
    }
  }
  journal.progress({ phase: 'writing', stage: null, fraction: 0.99, secondsLeft: 1, message: 'writing the voice' })
  const assembled = assembleVoice(job.runDir, opened.start, settingOf(plan))
  const id = chooseVoiceId(
    job.voicesDir,
    job.voiceName,
    readManifest(job.modelsDir).map((model) => model.id),
  )
  journal.change({ voiceId: id, verdict })
  const last = Math.max(0, ...journal.state.previews.map(({ step }) => step))
  const previews = journal.state.previews
    .filter(({ step, assetId }) => step === last && assetId !== null)
    .map(({ step, hum, humName }) => ({
      file: `previews/${hum}.wav`,
      title: humName,
      step,
      path: join(job.runDir, 'previews', `${String(step).padStart(6, '0')}-${hum}.wav`),
    }))
  const files = new Map<string, Uint8Array>([...assembled.files, ...previews.map(({ file, path }) => [file, readFileSync(path)] as const)])
  const { rank, alpha, targets, batchSize, learningRate, decoderLearningRate, seed } = plan
  const bestPoint = best.at(0)
  writeVoiceFolder(
    job.voicesDir,
    {
      format: 'fiddlehead-voice',
      version: 1,
      id,
      title: job.voiceName,
      createdAt: journal.now().toISOString(),
      licence: job.licence,
      model: describeModel(id, assembled, opened.base),
      baseHash: opened.baseHash,
      origin: {
        kind: 'fine-tune',
        dataset: job.dataset,
        startedFrom: job.from,
        preset: job.preset,
        settings: {
          rank,
          alpha,
          targets: targets.join(),
          batchSize,
          learningRate,
          decoderLearningRate,
          seed,
          minutes: Math.round(journal.state.trainedSeconds / 6) / 10,
          ...Object.fromEntries(Object.entries(plan.steps).map(([stage, steps]) => [`${stage} steps`, steps])),
        },
        runId: job.runId,
      },
      curve: curve.map(({ step, loss, validation }) => ({ step, train: loss, validation })),
      bestStep: bestPoint?.step ?? null,
      scores: { before: journal.state.scores?.before ?? null, after: journal.state.scores?.after ?? null },
      previews: previews.map(({ file, title, step }) => ({ file, title, step })),
    },
    files,
  )
  return id
}
