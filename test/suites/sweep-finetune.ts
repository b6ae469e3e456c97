/**
 * Which settings a fine-tuning run should begin with: `node test/suites/sweep-finetune.ts <run folder> [steps] [decoder steps]`.
 *
 * Takes the clips and tokens that a run of `finetune` has prepared, trains one stage at a time with one thing changed, and writes a
 * table of held-out losses. Each line begins from the shipped violin and sees the same items in the same order.
 */
import { openStart } from '#main/jobs/handlers/finetune-engine.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { closeStage, openStage, type FinetuneSetting } from '#main/training/finetune/stages.ts'
import { trainStage } from '#main/training/loops/train-stage.ts'
import type { FinetuneStage } from '#contract/finetune.ts'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

interface Line {
  readonly what: string
  readonly stage: FinetuneStage
  readonly rate: number
  readonly setting: FinetuneSetting
}

const USUAL: FinetuneSetting = { rank: 8, alpha: 16, targets: ['attention', 'feed-forward'], batchSize: 8, seed: 1 }
const RATE = 0.0012
const DECODER_RATE = 0.0007

const stageLines = (stage: FinetuneStage): Line[] => [
  { what: 'the default', stage, rate: RATE, setting: USUAL },
  { what: 'rank 4', stage, rate: RATE, setting: { ...USUAL, rank: 4, alpha: 8 } },
  { what: 'rank 16', stage, rate: RATE, setting: { ...USUAL, rank: 16, alpha: 32 } },
  { what: 'alpha 8', stage, rate: RATE, setting: { ...USUAL, alpha: 8 } },
  { what: 'alpha 32', stage, rate: RATE, setting: { ...USUAL, alpha: 32 } },
  { what: 'attention alone', stage, rate: RATE, setting: { ...USUAL, targets: ['attention'] } },
  { what: 'feed-forward alone', stage, rate: RATE, setting: { ...USUAL, targets: ['feed-forward'] } },
  { what: 'half the rate', stage, rate: RATE / 2, setting: USUAL },
  { what: 'twice the rate', stage, rate: RATE * 2, setting: USUAL },
  { what: 'four times the rate', stage, rate: RATE * 4, setting: USUAL },
]

const LINES: Line[] = [
  ...stageLines('coarse'),
  ...[0.5, 1, 2, 4].map((factor) => ({ what: `${factor} × the rate`, stage: 'semantic' as const, rate: factor * RATE, setting: USUAL })),
  ...[0.5, 1, 2, 4].map((factor) => ({
    what: `${factor} × the rate`,
    stage: 'decoder' as const,
    rate: factor * DECODER_RATE,
    setting: USUAL,
  })),
]

const [runFolder, stepsText = '120', decoderText = '120', only] = process.argv.slice(2)
if (runFolder === undefined) {
  process.stderr.write('sweep-finetune.ts <run folder> [steps] [decoder steps] [decoder|semantic|coarse]\n')
  process.exit(2)
}
await ensureBackend()
const run = resolve(runFolder)
const opened = openStart('violin', 'models', join(run, 'none'))
const seconds = (JSON.parse(readFileSync(join(run, 'clips', 'done.json'), 'utf8')) as { seconds: Record<string, number> }).seconds
process.stdout.write(
  `${Math.round((seconds['train'] ?? 0) / 60)} minutes of training clips, ${Math.round(seconds['valid'] ?? 0)} s held out; ${stepsText} steps (decoder ${decoderText}) of 8 clips\n\n| stage | setting | rank | alpha | rate | held out at first | at best | seconds a step |\n|---|---|---|---|---|---|---|---|\n`,
)
for (const { what, stage: name, rate, setting } of LINES) {
  if (only !== undefined && only !== name) continue
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-sweep-'))
  const stage = openStage(name, { start: opened.start, setting, clipsDir: join(run, 'clips'), dataHash: 'sweep' })
  const totalSteps = Number(name === 'decoder' ? decoderText : stepsText)
  let first = NaN
  try {
    const { bestLoss } = await trainStage(stage, {
      runDir: folder,
      totalSteps,
      peakLearningRate: rate,
      warmupSteps: Math.ceil(totalSteps / 10),
      decaySteps: Math.round(totalSteps * 0.4),
      checkpointEverySteps: totalSteps,
      validateEverySteps: Math.max(10, Math.round(totalSteps / 6)),
      validatesStart: true,
      onProgress: ({ step, validation }) => {
        if (step === 0) first = validation?.['loss'] ?? NaN
      },
    })
    const lines = readFileSync(join(folder, 'log.jsonl'), 'utf8').trim().split('\n')
    const last = JSON.parse(lines.at(-1) ?? '{}') as { seconds?: number }
    process.stdout.write(
      `| ${name} | ${what} | ${name === 'decoder' ? '–' : setting.rank} | ${name === 'decoder' ? '–' : setting.alpha} | ${rate} | ${first.toFixed(4)} | ${bestLoss.toFixed(4)} | ${((last.seconds ?? 0) / totalSteps).toFixed(2)} |\n`,
    )
  } finally {
    closeStage(stage)
    rmSync(folder, { recursive: true, force: true })
  }
}
