/** A toy fine-tuning run in a process of its own, to be killed: `toy-finetune-child.ts <folder> <name>`. Says each step on a line. */
import { toyFinetune, writeToyRun } from './toy-finetune.ts'

const [folder = '', name = ''] = process.argv.slice(2)
const { job } = await writeToyRun(folder, name)
await toyFinetune.run(job, {
  signal: new AbortController().signal,
  onProgress: (_fraction, message) => void process.stdout.write(`${message}\n`),
  onItem: () => undefined,
})
process.stdout.write('done\n')
