import { Argument, Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

const STAGES = ['codec', 'mulan', 'semantic-tokens', 'tokens', 'semantic', 'coarse', 'fine', 'composer'] as const
type StageName = (typeof STAGES)[number]

interface TrainCommandOptions extends CommonOptions {
  readonly corpus: string[]
  readonly run?: string
  readonly steps: number
  readonly decaySteps?: number
  readonly rate: number
  readonly batch?: number
  readonly seed: number
  readonly from?: string
  readonly movingEncoder?: boolean
  readonly adapt?: 'output' | 'decoder'
  readonly kind: 'descriptors' | 'learned'
  readonly codec: string
  readonly mulan: string
  readonly semanticTokens: string
  readonly tokens: string
  readonly base?: string
  readonly rank?: number
  readonly alpha: number
  readonly positions: 'rotary' | 'relative'
  readonly subsets?: string[]
}

interface Report {
  readonly step: number
  readonly loss: number
  readonly secondsPerStep: number
  readonly metrics: Record<string, number>
  readonly validation?: Record<string, number>
}

const readRate = (text: string): number => {
  const rate = Number(text)
  if (!(rate > 0 && rate < 1)) throw new EngineError('INVALID_ARGUMENT', { what: `--rate takes a number between 0 and 1, not "${text}".` })
  return rate
}

const describeNumbers = (numbers: Record<string, number>): string =>
  Object.entries(numbers)
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join(', ')

/** Clips in a step where nobody says. */
const BATCH: Partial<Record<StageName, number>> = { codec: 8, mulan: 64, semantic: 12, coarse: 12, fine: 12, composer: 24 }

/** What only some stages are told. */
export const describeStage = (stage: StageName, options: TrainCommandOptions): Record<string, unknown> => {
  const path = (text: string): string => resolve(text)
  switch (stage) {
    case 'codec':
      return {
        ...(options.from === undefined ? {} : { startFromPath: path(options.from) }),
        ...(options.movingEncoder === true ? { isEncoderFrozen: false } : {}),
        ...(options.adapt === undefined ? {} : { adaptation: options.adapt }),
      }
    case 'mulan':
    case 'composer':
      return {}
    case 'semantic-tokens':
      return { kind: options.kind }
    case 'tokens':
      return { codecPath: path(options.codec), mulanPath: path(options.mulan), semanticTokensPath: path(options.semanticTokens) }
    default: {
      const adaptation = options.rank === undefined ? { kind: 'full' } : { kind: 'lora', rank: options.rank, alpha: options.alpha }
      return {
        tokensDir: path(options.tokens),
        positions: options.positions,
        ...(options.subsets === undefined ? {} : { subsets: options.subsets }),
        ...(options.base === undefined ? {} : { base: { path: path(options.base), adaptation } }),
      }
    }
  }
}

const run = async (stage: StageName, options: TrainCommandOptions): Promise<void> => {
  const { steps, seed } = options
  if (options.rank !== undefined && options.base === undefined)
    throw new EngineError('INVALID_ARGUMENT', { what: '--rank makes an adapter on a base; say which with --base.' })
  if (options.adapt !== undefined && options.from === undefined)
    throw new EngineError('INVALID_ARGUMENT', { what: '--adapt trains on from earlier weights; say which with --from.' })
  const spec = {
    stage,
    corpusDirs: options.corpus.map((folder) => resolve(folder)),
    runDir: resolve(options.run ?? `data/runs/${stage}`),
    steps,
    decaySteps: options.decaySteps ?? Math.round(0.3 * steps),
    learningRate: options.rate,
    batchSize: options.batch ?? BATCH[stage] ?? 8,
    seed,
    ...describeStage(stage, options),
  }
  const result = (await runTask('train', spec, {
    onItem: (item) => {
      const { step, loss, secondsPerStep, metrics, validation } = item as Report
      if (options.json === true) process.stdout.write(`${JSON.stringify(item)}\n`)
      else if (validation !== undefined) process.stdout.write(`step ${step}: held out ${describeNumbers(validation)}\n`)
      else if (step % 50 === 0) {
        process.stdout.write(
          `step ${step}: loss ${loss.toPrecision(4)}, ${secondsPerStep.toFixed(2)} s a step, ${describeNumbers(metrics)}\n`,
        )
      }
    },
  })) as Partial<{ weightsPath: string; step: number; bestLoss: number; parameters: number }>
  const { weightsPath, step, bestLoss = NaN, parameters } = result
  printResult(options, result, [
    weightsPath === undefined
      ? JSON.stringify(result)
      : `best weights in ${weightsPath}: loss ${bestLoss.toPrecision(5)} at or before step ${step}, ${parameters} parameters`,
  ])
}

export const addTrain = (program: Command): void => {
  program
    .command('train')
    .description('train a network; run again with the same folder to go on from its last checkpoint')
    .addArgument(new Argument('<stage>', 'what to train').choices(STAGES))
    .option('--corpus <folders...>', 'corpus made by "corpus"; mulan and semantic-tokens take several', ['data/corpus'])
    .option('--run <folder>', 'where checkpoints and weights go (default: data/runs and the stage)')
    .addOption(new Option('--steps <n>', 'steps in total').argParser(readWhole('--steps', 1, 10_000_000)).default(6000))
    .addOption(
      new Option('--decay-steps <n>', 'steps of falling learning rate at the end (default: 30 %)').argParser(
        readWhole('--decay-steps', 0, 10_000_000),
      ),
    )
    .addOption(new Option('--rate <x>', 'highest learning rate').argParser(readRate).default(0.001))
    .addOption(new Option('--batch <n>', 'clips in a step').argParser(readWhole('--batch', 1, 512)))
    .addOption(new Option('--seed <n>', 'seed of data order and first weights').argParser(readWhole('--seed', 0, 4294967295)).default(1))
    .option('--from <weights>', 'start from the weights of an earlier run: encoder frozen, codebooks fitted anew, the decoder learns on')
    .option('--moving-encoder', 'codec: with --from, the encoder learns on as well')
    .addOption(
      new Option('--adapt <part>', 'codec: with --from, keep the codes and train the output layers or the whole decoder').choices([
        'output',
        'decoder',
      ]),
    )
    .addOption(
      new Option('--kind <name>', 'semantic-tokens: what they are made of').choices(['descriptors', 'learned']).default('descriptors'),
    )
    .option('--codec <weights>', 'tokens: the codec whose codes are written', 'data/runs/codec/best.safetensors')
    .option('--mulan <weights>', 'tokens: the joint embedding', 'data/runs/mulan/mulan.safetensors')
    .option('--semantic-tokens <weights>', 'tokens: the vocabulary', 'data/runs/semantic-tokens/semantic-tokens.safetensors')
    .option('--tokens <folder>', 'semantic, coarse, fine: the token files', 'data/runs/tokens')
    .option('--base <weights>', 'semantic, coarse, fine: start from these weights')
    .addOption(
      new Option('--rank <n>', 'with --base: freeze it and train low-rank updates and output layers').argParser(
        readWhole('--rank', 1, 256),
      ),
    )
    .addOption(new Option('--alpha <n>', 'scale of the low-rank updates').argParser(readWhole('--alpha', 1, 1024)).default(16))
    .addOption(new Option('--positions <kind>', 'semantic, coarse, fine: attention by').choices(['rotary', 'relative']).default('rotary'))
    .option('--subsets <names...>', 'semantic, coarse, fine: only these parts of the corpus (real, soundfont, cello)')
    .option('--json', 'print every report as one line of JSON')
    .action(run)
}
