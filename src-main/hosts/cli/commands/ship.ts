import type { Command } from 'commander'
import { resolve } from 'node:path'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface ShipOptions extends CommonOptions {
  readonly run: string
  readonly id: string
  readonly title: string
  readonly licence: string
}

const run = async ({ run, id, title, licence, ...options }: ShipOptions): Promise<void> => {
  const model = (await runTask('ship', { runDir: resolve(run), id, title, licence })) as { file: string; sha256: string; bytes: number }
  printResult(options, model, [`models/${model.file}  ${(model.bytes / 1e6).toFixed(1)} MB  SHA-256 ${model.sha256}`])
}

export const addShip = (program: Command): void => {
  program
    .command('ship')
    .description("put a training run's best weights into models/ as a voice")
    .option('--run <folder>', 'the run', 'data/runs/codec')
    .option('--id <name>', "the voice's name", 'violin')
    .option('--title <text>', 'its title', 'Solo violin')
    .option('--licence <text>', 'its licence', 'MIT')
    .option('--json', 'print the manifest entry as JSON')
    .action(run)
}
