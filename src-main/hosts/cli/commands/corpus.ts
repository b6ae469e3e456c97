import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { readSeconds, readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface CorpusCommandOptions extends CommonOptions {
  readonly kind: string
  readonly out: string
  readonly seed: number
  readonly minutes: number
  readonly soundfonts: boolean
  readonly material?: string[]
  readonly tunes?: string[]
}

interface Manifest {
  readonly splits: Record<string, { clips: number; seconds: number; sha256: string }>
}

const run = async (options: CorpusCommandOptions): Promise<void> => {
  const spec = {
    kind: options.kind,
    outDir: resolve(options.out),
    seed: options.seed,
    minutes: options.minutes,
    useSoundfonts: options.soundfonts,
    ...(options.tunes === undefined ? {} : { tunePaths: options.tunes.map((path) => resolve(path)) }),
    ...(options.material === undefined ? {} : { materialDirs: options.material.map((folder) => resolve(folder)) }),
  }
  const manifest = (await runTask('corpus', spec)) as Manifest
  const lines = Object.entries(manifest.splits).map(
    ([split, { clips, seconds, sha256 }]) => `${split.padEnd(6)} ${clips} clips, ${(seconds / 60).toFixed(1)} minutes, SHA-256 ${sha256}`,
  )
  printResult(options, manifest, lines)
}

export const addCorpus = (program: Command): void => {
  program
    .command('corpus')
    .description('build the training corpus from the installed material; the same seed gives the same corpus')
    .addOption(
      new Option('--kind <kind>', 'the violin alone, or many melodic instruments with the violin among them')
        .choices(['violin', 'base'])
        .default('violin'),
    )
    .option('--out <folder>', 'where it goes', 'data/corpus')
    .addOption(
      new Option('--seed <n>', 'seed of the melodies and their performance').argParser(readWhole('--seed', 0, 4294967295)).default(1),
    )
    .addOption(new Option('--minutes <n>', 'length of the training part').argParser(readSeconds('--minutes', 6000)).default(60))
    .option('--no-soundfonts', 'use the recorded violin alone')
    .option('--material <folders...>', 'more folders of recordings')
    .option('--tunes <paths...>', 'play these MIDI, ABC or MusicXML files, or folders of them, in place of the built-in tunes')
    .option('--json', 'print the manifest as JSON')
    .action(run)
}
