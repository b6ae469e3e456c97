import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import type { VoiceColumnReport } from '#contract/evaluation.ts'
import { readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface ExperimentOptions extends CommonOptions {
  readonly corpus: string
  readonly tokens?: string
  readonly models: string
  readonly voices: string[]
  readonly ablate?: string
  readonly captions: 'complete' | 'few'
  readonly clips: number
  readonly seed: number
}

interface Report {
  readonly clips: number
  readonly seconds: number
  readonly referenceMulanCycle: number | null
  readonly recordings: Pick<VoiceColumnReport, 'rawPitchAccuracy' | 'onsetF1' | 'medianCents'>
  readonly systems: readonly VoiceColumnReport[]
  readonly crossEntropy: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const number = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits))

/** The table of models/README.md. */
const describeTable = ({ systems, crossEntropy, recordings }: Report): string[] => [
  '| system | log-mel MSE, dB² | FAD | MuLan cycle / real | raw pitch accuracy | onset F1 | log-spectral distance, dB | cross-entropy semantic / coarse / fine, nats |',
  '|---|---|---|---|---|---|---|---|',
  `| the recordings themselves | 0 | 0 | 1 | ${number(100 * recordings.rawPitchAccuracy, 1)} % | ${number(recordings.onsetF1, 3)} | 0 | – |`,
  ...systems.map((system) => {
    const entropies = crossEntropy[system.name]
    const nats = entropies === undefined ? '–' : ['semantic', 'coarse', 'fine'].map((stage) => number(entropies[stage], 3)).join(' / ')
    const scores = [
      number(system.logMelMse, 1),
      number(system.fad, 4),
      number(system.mulanCycleRatio, 3),
      `${number(100 * system.rawPitchAccuracy, 1)} %`,
      number(system.onsetF1, 3),
      number(system.logSpectralDistanceDb, 2),
      nats,
    ]
    return `| ${system.name} | ${scores.join(' | ')} |`
  }),
]

const run = async (options: ExperimentOptions): Promise<void> => {
  const report = (await runTask('evaluate-experiment', {
    corpusDir: resolve(options.corpus),
    modelsDir: resolve(options.models),
    voices: options.voices,
    captions: options.captions,
    clips: options.clips,
    seed: options.seed,
    ...(options.tokens === undefined ? {} : { tokensDir: resolve(options.tokens) }),
    ...(options.ablate === undefined ? {} : { ablated: options.ablate }),
  })) as Report
  printResult(options, report, describeTable(report))
}

export const addExperiment = (program: Command): void => {
  program
    .command('experiment')
    .description('compare voices of a models folder, and one with parts left out, on held-out clips of a corpus')
    .option('--corpus <folder>', 'its test split is played', 'data/corpus')
    .option('--tokens <folder>', "the corpus's token files, for cross-entropies")
    .option('--models <folder>', 'the models folder', 'models')
    .option('--voices <names...>', 'voices to compare', ['violin', 'base'])
    .option('--ablate <name>', 'the voice that is also played with parts left out')
    .addOption(
      new Option('--captions <kind>', 'prompts that state every fact of a clip, or a few of them')
        .choices(['complete', 'few'])
        .default('complete'),
    )
    .addOption(new Option('--clips <n>', 'held-out clips').argParser(readWhole('--clips', 2, 1000)).default(40))
    .addOption(new Option('--seed <n>', 'seed of captions and playing').argParser(readWhole('--seed', 0, 4294967295)).default(1))
    .option('--json', 'print the report as JSON')
    .action(run)
}
