import { Argument, Option, type Command } from 'commander'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface EvaluateOptions extends CommonOptions {
  readonly corpus: string
  readonly voice?: string
  readonly melodies: number
  readonly audio?: string
  readonly notes?: string
}

interface SingingReport {
  readonly annotatedNotes: number
  readonly playedRight: number
  readonly heardRight: number
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

/** A recording and its annotated notes, read and checked before anything heavy starts. */
const readSinging = async ({ audio, notes }: EvaluateOptions): Promise<{ pcm: Float32Array; sampleRate: number; annotations: string }> => {
  if (audio === undefined || notes === undefined) {
    throw new EngineError('INVALID_ARGUMENT', { what: '"evaluate singing" takes a recording (--audio) and its annotated notes (--notes).' })
  }
  const { readSoundFile } = await import('#main/services/sound-files.ts')
  const { pcm, sampleRate } = await readSoundFile(audio)
  if (!existsSync(notes)) throw new EngineError('FILE_NOT_FOUND', { path: notes })
  return { pcm, sampleRate, annotations: readFileSync(notes, 'utf8') }
}

const describeSinging = (report: SingingReport): string[] => [
  `${percent(report.playedRight)} of ${report.annotatedNotes} annotated notes are played right (${percent(report.heardRight)} were heard right)`,
]

const run = async (what: 'codec' | 'violin' | 'singing', options: EvaluateOptions): Promise<void> => {
  const { voice, melodies } = options
  const spec = { corpusDir: resolve(options.corpus), ...(voice === undefined ? {} : { voice }) }
  if (what === 'singing') {
    const report = (await runTask('evaluate-singing', { ...spec, ...(await readSinging(options)) })) as SingingReport
    printResult(options, report, describeSinging(report))
  } else if (what === 'codec') {
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
    .addArgument(
      new Argument(
        '<what>',
        'codec: held-out clips coded; violin: from a hum to the violin; singing: a recording with annotated notes',
      ).choices(['codec', 'violin', 'singing']),
    )
    .option('--corpus <folder>', 'corpus made by "corpus"', 'data/corpus')
    .option('--audio <file>', 'recording, for "singing"')
    .option('--notes <csv>', 'its notes, a line each: onset seconds, Hz, duration seconds; for "singing"')
    .option('--voice <name>', 'voice to measure (default: the shipped violin)')
    .addOption(new Option('--melodies <n>', 'melodies to hum, for "violin"').argParser(readWhole('--melodies', 1, 1000)).default(40))
    .option('--json', 'print every score as JSON')
    .action(run)
}
