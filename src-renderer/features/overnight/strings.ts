import type { Dataset } from '#contract/datasets.ts'
import type { CurvePoint, FinetunePreflight, FinetuneProgress, FinetuneRun } from '#contract/finetune.ts'
import type { VoiceEntry } from '#contract/voices.ts'
import { sayPhrase } from '#renderer/language/engine-phrases.ts'
import { formatDate, formatList, formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'
import { noteName } from '#music/pitch.ts'
import type { ScoreChange } from './score-changes.ts'

const gigabytes = (bytes: number): string =>
  bytes >= 1e9 ? `${formatNumber(bytes / 1e9, 1)} GB` : `${formatNumber(bytes / 1e6, bytes < 1e7 ? 1 : 0)} MB`

/** Seconds as a person says them. */
const duration = (seconds: number): string => {
  const minutes = Math.round(seconds / 60)
  if (seconds < 90) return m['overnight.seconds']({ seconds: Math.max(1, Math.round(seconds)) })
  if (minutes < 90) return m['overnight.minutes']({ minutes })
  return m['overnight.hours']({ hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}
const time = (moment: string): string => formatDate(moment, 'time')
const percent = (share: number): string => `${formatNumber(Math.floor(100 * share))} %`
const weight = (share: number): string => `${Math.round(100 * share)} %`
const flopRate = (value: number): string =>
  value >= 1e12 ? `${formatNumber(value / 1e12, 1)} TFLOP/s` : `${formatNumber(value / 1e9, value < 1e10 ? 1 : 0)} GFLOP/s`

/** What a night that waits waits for, and when it is to be done. */
const waitingLine = (state: 'waiting' | 'queued', { startAt, until }: FinetuneRun['spec']): string =>
  [
    state === 'waiting' && startAt !== undefined ? m['overnight.beginsAt']({ time: formatDate(startAt) }) : overnightWords.states[state],
    ...(until === undefined ? [] : [m['overnight.readyBy']({ time: until })]),
  ].join(', ')

/** What is drawn of a curve's point. */
export type DrawnPoint = Pick<CurvePoint, 'step' | 'loss' | 'validation'>

interface Fact {
  readonly name: string
  readonly value: string
}
interface FactRow {
  readonly name: string
  readonly values: readonly string[]
}

export const overnightWords = wordsOf('overnight', {
  presets: wordsOf('overnight.presets'),
  presetHints: wordsOf('overnight.presetHints'),
  targetNames: wordsOf('overnight.targetNames'),
  numbers: wordsOf('overnight.numbers'),
  amounts: wordsOf('overnight.amounts'),
  states: wordsOf('overnight.states'),
  phases: wordsOf('overnight.phases'),
  stages: wordsOf('overnight.stages'),
  measures: wordsOf('overnight.measures'),
  facts: wordsOf('overnight.facts'),
  time,
  percent,
  about: (minutes: number) => m['overnight.about']({ duration: duration(60 * minutes) }),
  datasetOption: ({ name, build }: Dataset) =>
    build === null
      ? m['overnight.datasetUnbuilt']({ name })
      : m['overnight.datasetBuilt']({ name, duration: duration(build.statistics.seconds) }),
  endsAbout: (endsAt: string) => m['overnight.endsAbout']({ time: time(endsAt) }),
  lasts: (minutes: number, startsAt: string) => m['overnight.lasts']({ duration: duration(60 * minutes), time: time(startsAt) }),
  needs: (needed: number, free: number) => m['overnight.needs']({ needed: gigabytes(needed), free: gigabytes(free) }),
  material: ({ trainSeconds, heldOutSeconds, clips, pitchLow, pitchHigh }: FinetunePreflight['data']) =>
    [
      m['overnight.material']({ duration: duration(trainSeconds), clips: m['overnight.clipCount']({ count: clips }) }),
      m['overnight.heldOut']({ duration: duration(heldOutSeconds) }),
      ...(pitchLow === null || pitchHigh === null
        ? []
        : [m['overnight.range']({ low: noteName(Math.round(pitchLow)), high: noteName(Math.round(pitchHigh)) })]),
    ].join(', '),
  runLine: ({ datasetName, spec, plan }: FinetuneRun) =>
    [
      m['overnight.onDataset']({ name: datasetName }),
      overnightWords.presets[spec.preset],
      ...(plan === null ? [] : [m['overnight.planLine']({ rank: plan.rank, batch: plan.batchSize, seed: plan.seed })]),
    ].join(' · '),
  runShort: ({ state, progress, startedAt, createdAt, spec, jobId: _ }: FinetuneRun) => {
    if (state === 'running') return `${overnightWords.states.running}, ${percent(progress?.fraction ?? 0)}`
    if (state === 'waiting' || state === 'queued') return waitingLine(state, spec)
    return `${overnightWords.states[state]} · ${formatDate(startedAt ?? createdAt)}`
  },
  left: ({ state, progress, spec }: FinetuneRun) => {
    if (state === 'waiting' || state === 'queued') return waitingLine(state, spec)
    if (state !== 'running' || progress === null) return overnightWords.states[state]
    if (progress.secondsLeft === null || progress.endsAt === null) return overnightWords.phases[progress.phase]
    return m['overnight.left']({ duration: duration(progress.secondsLeft), time: time(progress.endsAt) })
  },
  progressLine: ({ phase, stage, step, totalSteps, message }: FinetuneProgress) =>
    [
      stage === null ? overnightWords.phases[phase] : overnightWords.stages[stage],
      ...(totalSteps === 0 ? [] : [m['overnight.stepOf']({ step: formatNumber(step), total: formatNumber(totalSteps) })]),
      // While it learns, part and step say it all.
      ...(message === '' || phase === 'training' ? [] : [sayPhrase(message)]),
    ].join(' · '),
  flops: ({ flops, machineFlops }: FinetuneProgress) => {
    if (flops === null) return m['overnight.unknown']()
    if (machineFlops === null) return flopRate(flops)
    return m['overnight.flopsOf']({ rate: flopRate(flops), limit: flopRate(machineFlops), share: percent(flops / machineFlops) })
  },
  lossLine: ({ loss, validation }: FinetuneProgress) =>
    [
      ...(loss === null ? [] : [m['overnight.lossNow']({ value: formatNumber(loss, 3) })]),
      ...(validation === null ? [] : [m['overnight.validationNow']({ value: formatNumber(validation, 3) })]),
    ].join(', ') || m['overnight.unknown'](),
  curveSummary: (name: string, points: readonly DrawnPoint[], best: FinetuneRun['best']) =>
    m['overnight.curveSummary']({
      name,
      steps: formatNumber(points.at(-1)?.step ?? 0),
      first: formatNumber(points[0]?.loss ?? 0, 3),
      last: formatNumber(points.at(-1)?.loss ?? 0, 3),
      best:
        best.length === 0
          ? m['overnight.unknown']()
          : formatList(best.map(({ step, validation }) => `${formatNumber(validation, 3)} (${formatNumber(step)})`)),
    }),
  previewOf: (name: string, seconds: number) => m['overnight.previewOf']({ name, duration: duration(seconds) }),
  stopPreview: (name: string, seconds: number) => m['overnight.stopPreview']({ name, duration: duration(seconds) }),
  previewFailed: (name: string, reason: string) => m['overnight.previewFailed']({ name, reason: sayPhrase(reason) }),
  hearPreview: (name: string) => m['overnight.hearPreview']({ name }),
  stopHearing: (name: string) => m['overnight.stopHearing']({ name }),
  ready: (name: string) => m['overnight.ready']({ name }),
  finishedLine: ({ endedAt, verdict, best, trainedSeconds }: FinetuneRun) =>
    [
      ...(endedAt === null ? [] : [m['overnight.finishedAt']({ time: time(endedAt), duration: duration(trainedSeconds) })]),
      ...(verdict === null ? [] : [sayPhrase(verdict)]),
      ...(best.length === 0
        ? []
        : [
            m['overnight.bestAt']({
              steps: formatList(best.map(({ stage, step }) => `${overnightWords.stages[stage]} ${formatNumber(step)}`)),
            }),
          ]),
    ].join(' '),
  blindIntro: (count: number) => m['overnight.blindIntro']({ count }),
  round: (number: number, tune: string) => m['overnight.round']({ number, tune }),
  playLetter: (letter: string) => m['overnight.playLetter']({ letter }),
  stopLetter: (letter: string) => m['overnight.stopLetter']({ letter }),
  bestLetter: (letter: string) => m['overnight.bestLetter']({ letter }),
  pictureOf: (name: string, tune: string) => m['overnight.pictureOf']({ name, tune }),
  matches: (value: number) => m['overnight.matches']({ percent: Math.round(value) }),
  votes: (names: readonly string[], votes: readonly number[]) =>
    m['overnight.votes']({ list: formatList(names.map((name, i) => `${name} ${votes[i] ?? 0}`)) }),
  scoresIntro: (phrases: number, seconds: number) => m['overnight.scoresIntro']({ phrases, duration: duration(seconds) }),
  score: ({ name }: ScoreChange, value: number) =>
    name === 'rawPitchAccuracy'
      ? `${formatNumber(100 * value, 1)} %`
      : name === 'levelMatchedLogMelMse'
        ? `${formatNumber(value, 1)} dB²`
        : formatNumber(value, 3),
  change: ({ name, change, verdict }: ScoreChange) => {
    if (verdict === 'unclear') return overnightWords.verdicts.unclear
    const amount =
      name === 'rawPitchAccuracy'
        ? m['overnight.points']({ points: `${change >= 0 ? '+' : '−'}${formatNumber(Math.abs(change), 1)}` })
        : `${change >= 0 ? '+' : '−'}${formatNumber(Math.abs(100 * change))} %`
    return `${overnightWords.verdicts[verdict]} (${amount})`
  },
  verdicts: wordsOf('overnight.verdicts'),
  strength: (value: number) => m['overnight.strength']({ percent: value }),
  blendName: (name: string, value: number) => m['overnight.blendName']({ name, percent: value }).slice(0, 80),
  hear: (value: number) => m['overnight.hear']({ percent: value }),
  heardAt: (value: number) => m['overnight.heardAt']({ percent: value }),
  earlier: (name: string) => m['overnight.earlier']({ name }),
  later: (name: string) => m['overnight.later']({ name }),
  compareRun: (name: string) => m['overnight.compareRun']({ name }),
  diskUse: (bytes: number) => m['overnight.diskUse']({ size: gigabytes(bytes) }),
  voiceShort: ({ isShipped, isInTrash, bytes, createdAt }: VoiceEntry) =>
    isInTrash
      ? m['overnight.inTrash']()
      : isShipped
        ? m['overnight.shipped']({ size: gigabytes(bytes) })
        : `${formatDate(createdAt, 'date')} · ${gigabytes(bytes)}`,
  voiceLine: ({ isShipped, bytes, createdAt, licence }: VoiceEntry) =>
    [
      isShipped
        ? m['overnight.shipped']({ size: gigabytes(bytes) })
        : m['overnight.madeAt']({ date: formatDate(createdAt), size: gigabytes(bytes) }),
      ...(licence === '' ? [] : [m['overnight.licence']({ licence })]),
    ].join(' · '),
  voiceFacts: ({ card, modelHash }: VoiceEntry): Fact[] => {
    const { facts } = overnightWords
    const hash = { name: facts.hash, value: modelHash.slice(0, 16) }
    if (card === null) return [hash]
    const { origin } = card
    if (origin.kind === 'blend')
      return [{ name: facts.parts, value: formatList(origin.parts.map((part) => `${weight(part.weight)} ${part.title}`)) }, hash]
    const { name, seconds, contentHash } = origin.dataset
    return [
      { name: facts.dataset, value: `${name}, ${duration(seconds)} (${contentHash.slice(0, 12)})` },
      { name: facts.startedFrom, value: origin.startedFrom },
      {
        name: facts.settings,
        value: Object.entries(origin.settings)
          .map(([key, value]) => `${key} ${String(value)}`)
          .join(', '),
      },
      ...(card.bestStep === null ? [] : [{ name: facts.bestStep, value: formatNumber(card.bestStep) }]),
      hash,
    ]
  },
  runFacts: (runs: readonly FinetuneRun[]): FactRow[] => {
    const { facts } = overnightWords
    const dash = '–'
    const row = (name: string, read: (run: FinetuneRun) => string): FactRow => ({ name, values: runs.map(read) })
    return [
      row(facts.state, ({ state }) => overnightWords.states[state]),
      row(facts.dataset, ({ datasetName }) => datasetName),
      row(facts.preset, ({ spec }) => overnightWords.presets[spec.preset]),
      row(facts.trained, ({ trainedSeconds }) => duration(trainedSeconds)),
      row(facts.rank, ({ plan }) => (plan === null ? dash : `${plan.rank} / ${formatNumber(plan.alpha)}`)),
      row(facts.batch, ({ plan }) => (plan === null ? dash : formatNumber(plan.batchSize))),
      row(facts.rates, ({ plan }) => (plan === null ? dash : `${plan.learningRate} / ${plan.decoderLearningRate}`)),
      row(facts.best, ({ best }) => best.map(({ validation }) => formatNumber(validation, 3)).join(', ') || dash),
      row(facts.fad, ({ scores }) =>
        scores?.before.fad == null || scores.after.fad === null
          ? dash
          : `${formatNumber(scores.before.fad, 3)} → ${formatNumber(scores.after.fad, 3)}`,
      ),
      row(facts.accuracy, ({ scores }) =>
        scores === null
          ? dash
          : `${formatNumber(100 * scores.before.rawPitchAccuracy, 1)} → ${formatNumber(100 * scores.after.rawPitchAccuracy, 1)} %`,
      ),
    ]
  },
})
