import { Command, CommanderError } from 'commander'
import { readProgramVersion } from '#main/foundation/project-root.ts'
import { addBench } from './commands/bench.ts'
import { addCorpus } from './commands/corpus.ts'
import { addDataset } from './commands/dataset.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEvaluate } from './commands/evaluate.ts'
import { addEvaluateCleaning } from './commands/evaluate-cleaning.ts'
import { addEvaluateEars } from './commands/evaluate-ears.ts'
import { addFitClauses } from './commands/fit-clauses.ts'
import { addExperiment } from './commands/experiment.ts'
import { addExport } from './commands/export.ts'
import { addFinetune } from './commands/finetune.ts'
import { addJobs } from './commands/jobs.ts'
import { addLibrary } from './commands/library.ts'
import { addProject } from './commands/project.ts'
import { addRender } from './commands/render.ts'
import { addResynthesize } from './commands/resynthesize.ts'
import { addShip } from './commands/ship.ts'
import { addShipHierarchy } from './commands/ship-hierarchy.ts'
import { addSource } from './commands/source.ts'
import { addStudio } from './commands/studio.ts'
import { addTrain } from './commands/train.ts'
import { addTranscribe } from './commands/transcribe.ts'
import { addVoice } from './commands/voice.ts'
import { EXIT, reportFailure } from './terminal.ts'

/** Commander's "error: unknown command 'x'" as a sentence. */
const polishError = (text: string): string =>
  text.replace(/^error: (.)(.*?)\.?\n/s, (_, first: string, rest: string) => `${first.toUpperCase()}${rest}.\n`)

const COMMANDS = [
  addRender,
  addTranscribe,
  addResynthesize,
  addStudio,
  addLibrary,
  addProject,
  addExport,
  addDataset,
  addSource,
  addFinetune,
  addVoice,
  addJobs,
  addDoctor,
  addBench,
  addCorpus,
  addTrain,
  addShip,
  addShipHierarchy,
  addFitClauses,
  addEvaluate,
  addEvaluateEars,
  addEvaluateCleaning,
  addExperiment,
]

const createProgram = (): Command => {
  const program = new Command('fiddlehead')
    .description('Hum a melody, write a prompt, get a solo violin playing your notes.')
    .version(readProgramVersion())
    .exitOverride()
    .showHelpAfterError('Run it with --help to see what it takes.')
    .configureOutput({ outputError: (text, write) => write(polishError(text)) })

  // Commands take over what is set on the program before they are added.
  for (const add of COMMANDS) add(program)
  return program
}

/** Runs one command line, `node` and script name included, and answers the exit code. */
export const runCommandLine = async (argv: readonly string[]): Promise<number> => {
  try {
    await createProgram().parseAsync(argv)
    return Number(process.exitCode ?? EXIT.ok)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    return reportFailure(error, argv.includes('--json'))
  }
}
