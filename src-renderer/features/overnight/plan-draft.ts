import type { FinetunePreset, FinetuneSettings } from '#contract/finetune.ts'
import type { NightPlan } from '#renderer/state/overnight.svelte.ts'

/** What the form holds; texts as they are typed. */
export interface PlanDraft {
  datasetId: string
  voiceName: string
  preset: FinetunePreset
  from: string
  when: 'now' | 'at'
  startTime: string
  isUntil: boolean
  untilTime: string
  minutes: string
  rank: string
  alpha: string
  targets: 'both' | 'attention' | 'feed-forward'
  learningRate: string
  decoderLearningRate: string
  batchSize: string
  patience: string
  seed: string
}

export const EMPTY_DRAFT: PlanDraft = {
  datasetId: '',
  voiceName: '',
  preset: 'normal',
  from: '',
  when: 'now',
  startTime: '23:00',
  isUntil: false,
  untilTime: '06:30',
  minutes: '',
  rank: '',
  alpha: '',
  targets: 'both',
  learningRate: '',
  decoderLearningRate: '',
  batchSize: '',
  patience: '',
  seed: '',
}

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/

/** The next moment at which the local clock shows this time. */
export const nextMoment = (time: string, now: Date): string | undefined => {
  const found = CLOCK.exec(time)
  if (found === null) return undefined
  const moment = new Date(now)
  moment.setHours(Number(found[1]), Number(found[2]), 0, 0)
  if (moment <= now) moment.setDate(moment.getDate() + 1)
  return moment.toISOString()
}

const readNumber = (text: string): number | undefined => {
  const value = Number(text.trim().replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? undefined : value
}
const readWhole = (text: string): number | undefined => {
  const value = readNumber(text)
  return value === undefined ? undefined : Math.round(value)
}

const without = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T

/** The plan that a draft asks for; null while something is missing. */
export const readPlan = (draft: PlanDraft, now: Date): NightPlan | null => {
  const voiceName = draft.voiceName.trim()
  const startAt = draft.when === 'at' ? nextMoment(draft.startTime, now) : undefined
  if (draft.datasetId === '' || voiceName === '' || (draft.when === 'at' && startAt === undefined)) return null
  if (draft.isUntil && !CLOCK.test(draft.untilTime)) return null
  const settings = without<{ [K in keyof FinetuneSettings]: FinetuneSettings[K] | undefined }>({
    rank: readWhole(draft.rank),
    alpha: readNumber(draft.alpha),
    targets: draft.targets === 'both' ? undefined : [draft.targets],
    learningRate: readNumber(draft.learningRate),
    decoderLearningRate: readNumber(draft.decoderLearningRate),
    batchSize: readWhole(draft.batchSize),
    patience: readWhole(draft.patience),
  }) as FinetuneSettings
  return without({
    datasetId: draft.datasetId,
    voiceName,
    preset: draft.preset,
    from: draft.from === '' ? undefined : draft.from,
    minutes: readNumber(draft.minutes),
    until: draft.isUntil ? draft.untilTime : undefined,
    startAt,
    settings,
    seed: readWhole(draft.seed),
  }) as NightPlan
}
