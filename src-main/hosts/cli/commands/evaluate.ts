import { Argument, Option, type Command } from 'commander'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { VoiceReport } from '#contract/evaluation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'
import {
  describePerformanceReport,
  describePromptReport,
  describeVoiceReport,
  type PerformanceReport,
  type PromptReport,
} from './describe-evaluation.ts'

interface EvaluateOptions extends CommonOptions {
  readonly corpus: string
  readonly voice?: string
  readonly melodies: number
  readonly reference?: string
  readonly phrases: number
  readonly prompts: number
  readonly seed?: number
  readonly calibrate?: string
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

/** Notes are heard in recordings and played by the voice; the folder is looked at before anything heavy starts. */
const runVoice = async (options: EvaluateOptions): Promise<void> => {
  const { voice, reference, phrases, seed } = options
  if (reference === undefined) {
    throw new EngineError('INVALID_ARGUMENT', { what: 'Comparing a voice takes a folder of recordings (--reference).' })
  }
  const spec = { reference: { path: resolve(reference) }, maximumPhrases: phrases, ...(voice === undefined ? {} : { voice }) }
  const report = (await runTask('evaluate-voice', { ...spec, ...(seed === undefined ? {} : { seed }) })) as VoiceReport
  printResult(options, report, describeVoiceReport(report))
}

const runPrompts = async (options: EvaluateOptions): Promise<void> => {
  const { voice, prompts, seed } = options
  const spec = { prompts, ...(voice === undefined ? {} : { voice }), ...(seed === undefined ? {} : { seed }) }
  const report = (await runTask('evaluate-prompts', spec)) as PromptReport
  printResult(options, report, describePromptReport(report))
}

const runPerformance = async (options: EvaluateOptions): Promise<void> => {
  const { calibrate } = options
  const spec = { corpusDir: resolve(options.corpus), ...(calibrate === undefined ? {} : { calibrationPath: resolve(calibrate) }) }
  const report = (await runTask('evaluate-performance', spec)) as PerformanceReport
  printResult(options, report, describePerformanceReport(report))
}

const runCodec = async (options: EvaluateOptions): Promise<void> => {
  const report = (await runTask('evaluate-codec', onCorpus(options))) as CodecReport
  printResult(options, report, describeCodec(report))
}

const runViolin = async (options: EvaluateOptions): Promise<void> => {
  const report = (await runTask('evaluate-violin', { ...onCorpus(options), melodies: options.melodies })) as ViolinReport
  printResult(options, report, describeViolin(report))
}

const runSinging = async (options: EvaluateOptions): Promise<void> => {
  const report = (await runTask('evaluate-singing', { ...onCorpus(options), ...(await readSinging(options)) })) as SingingReport
  printResult(options, report, describeSinging(report))
}

const runMulan = async (options: EvaluateOptions): Promise<void> => {
  const report = await runTask('evaluate-mulan', { corpusDirs: options.corpus.split(',').map((folder) => resolve(folder)) })
  printResult(options, report, [JSON.stringify(report, undefined, 1)])
}

const onCorpus = ({ voice, corpus }: EvaluateOptions): { corpusDir: string; voice?: string } => ({
  corpusDir: resolve(corpus),
  ...(voice === undefined ? {} : { voice }),
})

const SUBJECTS = {
  voice: runVoice,
  prompts: runPrompts,
  performance: runPerformance,
  codec: runCodec,
  violin: runViolin,
  singing: runSinging,
  mulan: runMulan,
} as const

const run = (what: keyof typeof SUBJECTS, options: EvaluateOptions): Promise<void> => SUBJECTS[what](options)

export const addEvaluate = (program: Command): void => {
  program
    .command('evaluate')
    .description('measure a voice against recordings, prompts, or held-out clips and melodies of a corpus')
    .addArgument(
      new Argument(
        '[what]',
        'voice: a folder of recordings, played and compared (--reference); prompts: held-out prompts, heard in the sound; performance: how well that listener hears; codec: held-out clips coded; violin: from a hum to the violin; singing: a recording with annotated notes; mulan: the joint embedding of words and sound (--corpus takes several, with commas)',
      )
        .choices(Object.keys(SUBJECTS))
        .default('voice'),
    )
    .option('--reference <folder>', 'recordings of one instrument or voice, for "voice"')
    .option('--voice <name>', 'voice to measure (default: the shipped violin)')
    .addOption(new Option('--phrases <n>', 'most phrases to compare, for "voice"').argParser(readWhole('--phrases', 1, 1000)).default(40))
    .addOption(new Option('--prompts <n>', 'how many, for "prompts"').argParser(readWhole('--prompts', 1, 2000)).default(200))
    .option('--seed <n>', 'of the sound, or of the prompts', readWhole('--seed', 0, 4294967295))
    .option('--corpus <folder>', 'corpus made by "corpus"', 'data/corpus')
    .option('--calibrate <file>', 'fit the listener to the training split first and write it there, for "performance"')
    .option('--audio <file>', 'recording, for "singing"')
    .option('--notes <csv>', 'its notes, a line each: onset seconds, Hz, duration seconds; for "singing"')
    .addOption(new Option('--melodies <n>', 'melodies to hum, for "violin"').argParser(readWhole('--melodies', 1, 1000)).default(40))
    .option('--json', 'print every score as JSON')
    .action(run)
}
