import { Option, type Command } from 'commander'
import { readChoice } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface ResynthesizeOptions extends CommonOptions {
  readonly out: string
  readonly voice?: string
  readonly sampleRate: 44100 | 48000
  readonly bits: 16 | 24 | 32
}

interface Resynthesis {
  readonly pcm: Float32Array
  readonly sampleRate: number
  readonly bitrateKbps: number
  readonly tokenCount: number
}

const run = async (path: string, options: ResynthesizeOptions): Promise<void> => {
  const { readSoundFile, refuseOutput, writeSoundFile } = await import('#main/services/sound-files.ts')
  await refuseOutput(options.out)
  const { pcm, sampleRate } = await readSoundFile(path)
  const result = (await runTask('resynthesize', {
    pcm,
    sampleRate,
    ...(options.voice === undefined ? {} : { voice: options.voice }),
  })) as Resynthesis
  await writeSoundFile(options.out, result.pcm, result.sampleRate, options)
  const durationSeconds = result.pcm.length / result.sampleRate
  const { bitrateKbps, tokenCount } = result
  printResult(options, { file: options.out, durationSeconds, bitrateKbps, tokenCount }, [
    `${options.out}  ${durationSeconds.toFixed(2)} s  ${tokenCount} tokens, ${bitrateKbps.toFixed(2)} kb/s`,
  ])
}

export const addResynthesize = (program: Command): void => {
  program
    .command('resynthesize')
    .description("send a violin recording through the codec's tokens and back")
    .argument('<file>', 'recording of a solo violin')
    .requiredOption('--out <file>', 'WAV file to write')
    .option('--voice <name>', 'which violin')
    .addOption(new Option('--sample-rate <hz>', '44100 or 48000').argParser(readChoice('--sample-rate', [44100, 48000])).default(44100))
    .addOption(new Option('--bits <n>', '16, 24, or 32 (float)').argParser(readChoice('--bits', [16, 24, 32])).default(24))
    .option('--json', 'print the figures as JSON')
    .action(run)
}
