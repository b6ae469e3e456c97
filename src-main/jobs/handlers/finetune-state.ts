import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FinetuneEvent, FinetuneProgress } from '#contract/finetune.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import type { TaskContext } from '../runner/runner.ts'
import { finetuneStateSchema, STATE_FILE, type FinetuneStateFile } from './finetune-spec.ts'

const NOTHING: FinetuneStateFile = {
  progress: null,
  plan: null,
  trainedSeconds: 0,
  events: [],
  previews: [],
  scores: null,
  voiceId: null,
  verdict: null,
}

const LONGEST_HISTORY = 400

/** How far a run is, as its folder says; nothing at all where it has not begun. */
export const readFinetuneState = (runDir: string): FinetuneStateFile => {
  const path = join(runDir, STATE_FILE)
  if (!existsSync(path)) return NOTHING
  const read = finetuneStateSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  return read.success ? read.data : NOTHING
}

/** The one writer of a run's state: each change goes to the folder and to whoever follows the job. */
export interface FinetuneJournal {
  readonly state: FinetuneStateFile
  change(change: Partial<FinetuneStateFile>): void
  progress(change: Partial<FinetuneProgress> & Pick<FinetuneProgress, 'phase' | 'fraction' | 'message'>): void
  event(kind: FinetuneEvent['kind'], message: string, step?: number): void
  /** The present time by the starter's clock. */
  now(): Date
}

const EMPTY_PROGRESS: Omit<FinetuneProgress, 'phase' | 'fraction' | 'message'> = {
  stage: null,
  step: 0,
  totalSteps: 0,
  stageStep: 0,
  stageSteps: 0,
  secondsLeft: null,
  endsAt: null,
  loss: null,
  validation: null,
  learningRate: null,
  secondsPerStep: null,
  batchSize: null,
  flops: null,
  machineFlops: null,
}

export const openJournal = (runDir: string, startedAt: string, { onProgress }: Pick<TaskContext, 'onProgress'>): FinetuneJournal => {
  let state = readFinetuneState(runDir)
  const began = performance.now()
  const origin = Date.parse(startedAt)
  const now = (): Date => new Date(origin + performance.now() - began)
  const change = (part: Partial<FinetuneStateFile>): void => {
    state = { ...state, ...part }
    writeFileAtomicallySync(join(runDir, STATE_FILE), JSON.stringify(state))
  }
  return {
    get state() {
      return state
    },
    change,
    progress(part) {
      const progress = { ...EMPTY_PROGRESS, ...state.progress, ...part }
      const endsAt = progress.secondsLeft === null ? null : new Date(now().getTime() + 1000 * progress.secondsLeft).toISOString() // s -> ms
      change({ progress: { ...progress, endsAt } })
      onProgress(part.fraction, part.message)
    },
    event(kind, message, step = state.progress?.step ?? 0) {
      const events = [...state.events, { at: now().toISOString(), step, kind, message }]
      change({ events: events.slice(-LONGEST_HISTORY) })
    },
    now,
  }
}
