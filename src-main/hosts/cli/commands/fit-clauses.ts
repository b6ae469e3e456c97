import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface FitClausesOptions extends CommonOptions {
  readonly out: string
  readonly seed: number
}

interface Report {
  readonly path: string
  readonly phrasings: number
  readonly scores: readonly { fact: string; threshold: number; phrasings: number; right: number; wrong: number }[]
}

const run = async ({ out, seed, ...options }: FitClausesOptions): Promise<void> => {
  const report = (await runTask('fit-clauses', { path: resolve(out), seed })) as Report
  printResult(options, report, [
    `${report.phrasings} phrasings; each read by a layer that was fitted without it:`,
    ...report.scores.map(
      ({ fact, threshold, phrasings, right, wrong }) =>
        `  ${fact}, at least ${threshold.toFixed(2)} sure: ${right} of ${phrasings} read rightly, ${wrong} others read as it`,
    ),
    `the reader is in ${report.path}`,
  ])
}

export const addFitClauses = (program: Command): void => {
  program
    .command('fit-clauses')
    .description('fit the reader of prompts in unknown words to its exemplars and write it')
    .option('--out <file>', 'where it goes', 'src-main/generation/clause-layer.json')
    .addOption(new Option('--seed <n>', 'seed of the folds by which it is judged').argParser(readWhole('--seed', 0, 4294967295)).default(1))
    .option('--json', 'print the scores as JSON')
    .action(run)
}
