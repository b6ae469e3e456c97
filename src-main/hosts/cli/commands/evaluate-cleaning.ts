import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface EvaluateOptions extends CommonOptions {
  readonly corpus: string
  readonly clips: number
}

const runEvaluation =
  (task: 'evaluate-cleaning' | 'evaluate-captions') =>
  async (options: EvaluateOptions): Promise<void> => {
    const { report, text } = (await runTask(task, { corpusDir: resolve(options.corpus), clips: options.clips })) as {
      report: unknown
      text: string
    }
    printResult(options, report, text.split('\n'))
  }

export const addEvaluateCleaning = (program: Command): void => {
  program
    .command('evaluate-cleaning')
    .description('clean mixtures of held-out clips with known noise and measure what was gained and lost')
    .option('--corpus <folder>', 'corpus made by "corpus"', 'data/corpus')
    .addOption(new Option('--clips <n>', 'held-out clips to mix').argParser(readWhole('--clips', 1, 1000)).default(8))
    .option('--json', 'print every score as JSON')
    .action(runEvaluation('evaluate-cleaning'))
  program
    .command('evaluate-captions')
    .description('describe clips from their sound alone and count how many of the stated facts are true')
    .option('--corpus <folder>', 'corpus made by "corpus"', 'data/corpus')
    .addOption(new Option('--clips <n>', 'clips to describe, held-out ones first').argParser(readWhole('--clips', 1, 10000)).default(200))
    .option('--json', 'print every score as JSON')
    .action(runEvaluation('evaluate-captions'))
}
