import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FINETUNE_STAGES, type CurvePoint, type FinetuneStage } from '#contract/finetune.ts'

interface LogLine {
  readonly step: number
  readonly loss?: number
  readonly learningRate?: number
  readonly seconds?: number
  readonly validation?: { readonly loss: number }
}

const readLog = (runDir: string, stage: FinetuneStage): LogLine[] => {
  const path = join(runDir, stage, 'log.jsonl')
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as LogLine]
      } catch {
        return [] // the last line of a process that was killed; its step is done again
      }
    })
}

/** The curve of a run so far, from the logs of its stages: what was thrown away at a resume is not in it. */
export const readCurve = (runDir: string, steps: Partial<Readonly<Record<FinetuneStage, number>>>): CurvePoint[] => {
  let offset = 0
  let seconds = 0
  return FINETUNE_STAGES.flatMap((stage) => {
    const lines = readLog(runDir, stage).filter((line) => line.loss !== undefined)
    const points = lines.map((line): CurvePoint => ({
      stage,
      step: offset + line.step,
      seconds: seconds + (line.seconds ?? 0),
      loss: line.loss ?? 0,
      validation: line.validation?.loss ?? null,
      learningRate: line.learningRate ?? 0,
    }))
    offset += steps[stage] ?? 0
    seconds += lines.at(-1)?.seconds ?? 0
    return points
  })
}

/** The best look at the held-out clips of each stage, and the first. */
export const readBest = (curve: readonly CurvePoint[]): { stage: FinetuneStage; step: number; validation: number; first: number }[] =>
  FINETUNE_STAGES.flatMap((stage) => {
    const looks = curve.flatMap((point) =>
      point.stage === stage && point.validation !== null ? [{ step: point.step, validation: point.validation }] : [],
    )
    const [first] = looks
    if (first === undefined) return []
    const best = looks.reduce((a, b) => (b.validation < a.validation ? b : a))
    return [{ stage, ...best, first: first.validation }]
  })
