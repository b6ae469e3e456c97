/**
 * Which settings a fine-tuning run should begin with: `node test/suites/sweep-finetune.ts <run folder> [steps]`.
 *
 * Takes the clips and tokens that a run of `finetune` has prepared, trains one stage at a time with one thing changed, and keeps the
 * held-out losses in models/finetune-sweep.json, as a table in models/finetune-sweep.md. Each line begins from the shipped violin and
 * sees the same items in the same order. Interrupted, it goes on with the lines that are missing; other data or steps begin anew.
 */
import { openStart } from '#main/jobs/handlers/finetune-engine.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { fillSettings } from '#main/training/finetune/make-plan.ts'
import { closeStage, openStage, type FinetuneSetting } from '#main/training/finetune/stages.ts'
import { trainStage } from '#main/training/loops/train-stage.ts'
import type { FinetuneStage } from '#contract/finetune.ts'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

interface Line {
  readonly what: string
  readonly stage: FinetuneStage
  readonly rate: number
  readonly setting: FinetuneSetting
}

interface Measured {
  readonly stage: FinetuneStage
  readonly what: string
  readonly rank: number
  readonly alpha: number
  readonly targets: readonly string[]
  readonly rate: number
  readonly first: number
  readonly best: number
  readonly secondsPerStep: number
}

interface Sweep {
  readonly clips: { readonly hash: string; readonly trainSeconds: number; readonly heldOutSeconds: number }
  readonly steps: number
  readonly batchSize: number
  readonly lines: Measured[]
}

const STEPS = 60
const JSON_PATH = 'models/finetune-sweep.json'
const TABLE_PATH = 'models/finetune-sweep.md'

const { rank, alpha, targets, learningRate, decoderLearningRate } = fillSettings('normal', {})
const USUAL: FinetuneSetting = { rank, alpha, targets, batchSize: 8, seed: 1 }

const ratesOf = (stage: FinetuneStage, rate: number, factors: readonly number[]): Line[] =>
  factors.map((factor) => ({ what: `${factor} × the rate`, stage, rate: factor * rate, setting: USUAL }))

const LINES: readonly Line[] = [
  ...(['coarse', 'semantic', 'decoder'] as const).map((stage) => ({
    what: 'the default',
    stage,
    rate: stage === 'decoder' ? decoderLearningRate : learningRate,
    setting: USUAL,
  })),
  { what: 'rank 4', stage: 'coarse', rate: learningRate, setting: { ...USUAL, rank: 4, alpha: 8 } },
  { what: 'rank 16', stage: 'coarse', rate: learningRate, setting: { ...USUAL, rank: 16, alpha: 32 } },
  { what: 'alpha 8', stage: 'coarse', rate: learningRate, setting: { ...USUAL, alpha: 8 } },
  { what: 'alpha 32', stage: 'coarse', rate: learningRate, setting: { ...USUAL, alpha: 32 } },
  { what: 'attention alone', stage: 'coarse', rate: learningRate, setting: { ...USUAL, targets: ['attention'] } },
  { what: 'feed-forward alone', stage: 'coarse', rate: learningRate, setting: { ...USUAL, targets: ['feed-forward'] } },
  ...ratesOf('coarse', learningRate, [0.5, 2, 4]),
  ...ratesOf('semantic', learningRate, [0.5, 2]),
  ...ratesOf('decoder', decoderLearningRate, [0.5, 2]),
]

const describe = ({ clips, steps, batchSize, lines }: Sweep): string => {
  const rows = lines.map((line) => {
    const isToken = line.stage !== 'decoder'
    const bestOfStage = Math.min(...lines.filter(({ stage }) => stage === line.stage).map(({ best }) => best))
    const best = line.best === bestOfStage ? `**${line.best.toFixed(4)}**` : line.best.toFixed(4)
    return `| ${line.stage} | ${line.what} | ${isToken ? line.rank : '–'} | ${isToken ? line.alpha : '–'} | ${line.rate} | ${line.first.toFixed(4)} | ${best} | ${line.secondsPerStep.toFixed(2)} |`
  })
  return [
    '# Settings of a fine-tuning run, compared',
    '',
    `Each line trains one part for ${steps} steps of ${batchSize} clips from the shipped violin, with one thing changed; the best held-out loss of each part is bold. ${(clips.trainSeconds / 60).toFixed(1)} minutes of clips to learn from and ${Math.round(clips.heldOutSeconds)} s held out (clips ${clips.hash.slice(0, 12)}). Written by \`node test/suites/sweep-finetune.ts\`.`,
    '',
    '| part | setting | rank | alpha | rate | held out at first | at best | seconds a step |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

const [runFolder, stepsText] = process.argv.slice(2)
if (runFolder === undefined) {
  process.stderr.write(`sweep-finetune.ts <run folder> [steps, ${STEPS} unless told]\n`)
  process.exit(2)
}
const totalSteps = stepsText === undefined ? STEPS : Number(stepsText)
await ensureBackend()
const clipsDir = join(resolve(runFolder), 'clips')
const opened = openStart('violin', 'models', join(clipsDir, 'none'))
const { seconds } = JSON.parse(readFileSync(join(clipsDir, 'done.json'), 'utf8')) as { seconds: Record<string, number> }
const hash = createHash('sha256')
for (const split of ['train', 'valid']) hash.update(readFileSync(join(clipsDir, split, 'clips.jsonl')))
const fresh: Sweep = {
  clips: { hash: hash.digest('hex'), trainSeconds: seconds['train'] ?? 0, heldOutSeconds: seconds['valid'] ?? 0 },
  steps: totalSteps,
  batchSize: USUAL.batchSize,
  lines: [],
}
const known = existsSync(JSON_PATH) ? (JSON.parse(readFileSync(JSON_PATH, 'utf8')) as Sweep) : fresh
const sweep = known.clips.hash === fresh.clips.hash && known.steps === totalSteps ? known : fresh

for (const { what, stage: name, rate, setting } of LINES) {
  if (sweep.lines.some((line) => line.stage === name && line.what === what)) continue
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-sweep-'))
  const stage = openStage(name, { start: opened.start, setting, clipsDir, dataHash: 'sweep' })
  let first = NaN
  try {
    const { bestLoss } = await trainStage(stage, {
      runDir: folder,
      totalSteps,
      peakLearningRate: rate,
      warmupSteps: Math.ceil(totalSteps / 10),
      decaySteps: Math.round(totalSteps * 0.4),
      checkpointEverySteps: totalSteps,
      validateEverySteps: Math.max(1, Math.round(totalSteps / 3)),
      validatesStart: true,
      onProgress: ({ step, validation }) => {
        if (step === 0) first = validation?.['loss'] ?? NaN
      },
    })
    const last = readFileSync(join(folder, 'log.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '{}'
    const { seconds: spent = 0 } = JSON.parse(last) as { seconds?: number }
    const { rank: r, alpha: a, targets: t } = setting
    sweep.lines.push({
      stage: name,
      what,
      rank: r,
      alpha: a,
      targets: t,
      rate,
      first,
      best: bestLoss,
      secondsPerStep: spent / totalSteps,
    })
    writeFileSync(JSON_PATH, `${JSON.stringify(sweep, null, 1)}\n`)
    writeFileSync(TABLE_PATH, describe(sweep))
    process.stdout.write(`${name}, ${what}: ${first.toFixed(4)} -> ${bestLoss.toFixed(4)} (${(spent / totalSteps).toFixed(2)} s a step)\n`)
  } finally {
    closeStage(stage)
    rmSync(folder, { recursive: true, force: true })
  }
}
