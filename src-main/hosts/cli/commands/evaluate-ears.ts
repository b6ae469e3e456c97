import type { Command } from 'commander'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

const run = async (options: CommonOptions): Promise<void> => {
  const { report, text } = (await runTask('evaluate-ears', {})) as { report: unknown; text: string }
  printResult(options, report, text.split('\n'))
}

export const addEvaluateEars = (program: Command): void => {
  program
    .command('evaluate-ears')
    .description('transcribe the committed test hums and score the result against what was truly sung')
    .option('--json', 'print every score as JSON')
    .action(run)
}
