/** The command line: `npm run -s fiddlehead -- <command>`. Each command loads what it needs when it runs, so help is instant. */
import { Command, CommanderError } from 'commander'
import { readProgramVersion } from '#main/foundation/project-root.ts'
import { addBench } from './commands/bench.ts'
import { addCorpus } from './commands/corpus.ts'
import { addDoctor } from './commands/doctor.ts'
import { addRender } from './commands/render.ts'
import { addResynthesize } from './commands/resynthesize.ts'
import { addStudio } from './commands/studio.ts'
import { addTrain } from './commands/train.ts'
import { addTranscribe } from './commands/transcribe.ts'
import { EXIT, reportFailure } from './terminal.ts'

const program = new Command('fiddlehead')
  .description('Hum a melody, write a prompt, get a solo violin playing your notes.')
  .version(readProgramVersion())
  .exitOverride()
  .showHelpAfterError('Run it with --help to see what it takes.')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: (.)/, (_, first: string) => first.toUpperCase())) })

const COMMANDS = [addRender, addTranscribe, addResynthesize, addStudio, addDoctor, addBench, addCorpus, addTrain]
for (const add of COMMANDS) add(program)
// What is set on the program reaches commands made by `command()`; be certain for all of them.
for (const command of program.commands) command.exitOverride().showHelpAfterError('Run it with --help to see what it takes.')

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  else process.exitCode = reportFailure(error, process.argv.includes('--json'))
}
