import { Argument, Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface TrainCommandOptions extends CommonOptions {
  readonly corpus: string
  readonly run: string
  readonly steps: number
  readonly decaySteps?: number
  readonly rate: number
  readonly batch: number
  readonly seed: number
  readonly from?: string
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

const run = async (_stage: string, options: TrainCommandOptions): Promise<void> => {
  const { steps, seed } = options
  const spec = {
    corpusDir: resolve(options.corpus),
    runDir: resolve(options.run),
    steps,
    decaySteps: options.decaySteps ?? Math.round(0.3 * steps),
    learningRate: options.rate,
    batchSize: options.batch,
    seed,
    ...(options.from === undefined ? {} : { startFromPath: resolve(options.from) }),
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
  })) as { weightsPath: string; step: number; bestLoss: number; parameters: number }
  printResult(options, result, [
    `best weights in ${result.weightsPath}: loss ${result.bestLoss.toPrecision(5)} at or before step ${result.step}, ${result.parameters} parameters`,
  ])
}

export const addTrain = (program: Command): void => {
  program
    .command('train')
    .description('train a network; run again with the same folder to go on from its last checkpoint')
    .addArgument(new Argument('<stage>', 'what to train').choices(['codec']))
    .option('--corpus <folder>', 'corpus made by "corpus"', 'data/corpus')
    .option('--run <folder>', 'where checkpoints and weights go', 'data/runs/codec')
    .addOption(new Option('--steps <n>', 'steps in total').argParser(readWhole('--steps', 1, 10_000_000)).default(6000))
    .addOption(
      new Option('--decay-steps <n>', 'steps of falling learning rate at the end (default: 30 %)').argParser(
        readWhole('--decay-steps', 0, 10_000_000),
      ),
    )
    .addOption(new Option('--rate <x>', 'highest learning rate').argParser(readRate).default(0.001))
    .addOption(new Option('--batch <n>', 'clips in a step').argParser(readWhole('--batch', 1, 512)).default(8))
    .addOption(new Option('--seed <n>', 'seed of data order and first weights').argParser(readWhole('--seed', 0, 4294967295)).default(1))
    .option('--from <weights>', 'start from the weights of an earlier run: encoder frozen, codebooks fitted anew, the decoder learns on')
    .option('--json', 'print every report as one line of JSON')
    .action(run)
}
