import { Argument, Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface EvaluateOptions extends CommonOptions {
  readonly corpus: string
  readonly voice?: string
  readonly melodies: number
}

interface CodecReport {
  readonly clips: number
  readonly bitrateKbps: number
  readonly rawPitchAccuracy: number
  readonly distanceDb: Record<string, number>
  readonly codebookUse: number[]
}

interface ViolinReport {
  readonly melodies: number
  readonly notes: number
  readonly rawPitchAccuracy: number
  readonly onsetF1: number
  readonly medianCents: number
  readonly loudestRestDb: number
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const describeCodec = (report: CodecReport): string[] => [
  `${report.clips} held-out clips at ${report.bitrateKbps.toFixed(2)} kb/s: ${percent(report.rawPitchAccuracy)} of frames within 50 cents`,
  ...Object.entries(report.distanceDb).map(([name, db]) => `log-mel distance, ${name}: ${db.toFixed(2)} dB`),
  `codes in use, level by level: ${report.codebookUse.map(percent).join(', ')}`,
]

const describeViolin = (report: ViolinReport): string[] => [
  `${report.melodies} held-out melodies, ${report.notes} notes, hummed and played: ${percent(report.rawPitchAccuracy)} of frames within 50 cents`,
  `onset F1 at 100 ms ${report.onsetF1.toFixed(3)}, median deviation ${report.medianCents.toFixed(1)} cents`,
  `loudest 10 ms in any rest: ${report.loudestRestDb.toFixed(0)} dBFS`,
]

const run = async (what: 'codec' | 'violin', options: EvaluateOptions): Promise<void> => {
  const { voice, melodies } = options
  const spec = { corpusDir: resolve(options.corpus), ...(voice === undefined ? {} : { voice }) }
  if (what === 'codec') {
    const report = (await runTask('evaluate-codec', spec)) as CodecReport
    printResult(options, report, describeCodec(report))
  } else {
    const report = (await runTask('evaluate-violin', { ...spec, melodies })) as ViolinReport
    printResult(options, report, describeViolin(report))
  }
}

export const addEvaluate = (program: Command): void => {
  program
    .command('evaluate')
    .description("measure the voice on a corpus's held-out clips and melodies")
    .addArgument(new Argument('<what>', 'codec: coding held-out clips; violin: from a hum to the violin').choices(['codec', 'violin']))
    .option('--corpus <folder>', 'corpus made by "corpus"', 'data/corpus')
    .option('--voice <name>', 'voice to measure (default: the shipped violin)')
    .addOption(new Option('--melodies <n>', 'melodies to hum, for "violin"').argParser(readWhole('--melodies', 1, 1000)).default(40))
    .option('--json', 'print every score as JSON')
    .action(run)
}
