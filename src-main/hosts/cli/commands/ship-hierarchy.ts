import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { readWhole } from '../arguments.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface ShipOptions extends CommonOptions {
  readonly models: string
  readonly id: string
  readonly title: string
  readonly licence: string
  readonly runs: string
  readonly codec: string
}

interface ShipBaseOptions extends ShipOptions {
  readonly mulan: string
  readonly semanticTokens: string
  readonly composer?: string
}

interface ShipVoiceOptions extends ShipOptions {
  readonly base: string
  readonly full?: boolean
  readonly alpha: number
  readonly decoder?: string
  readonly fullDecoder?: boolean
}

/** Best weights of the three stages' runs, folders "<prefix>semantic" and so on. */
const stagePaths = (prefix: string): Record<string, string> =>
  Object.fromEntries(['semantic', 'coarse', 'fine'].map((stage) => [stage, join(resolve(`${prefix}${stage}`), 'best.safetensors')]))

const card = ({ models, id, title, licence, codec }: ShipOptions) => ({
  modelsDir: resolve(models),
  id,
  title,
  licence,
  source: 'see models/README.md',
  codecPath: resolve(codec),
})

const shipBase = async (options: ShipBaseOptions): Promise<void> => {
  const entry = await runTask('ship-hierarchy', {
    kind: 'base',
    ...card(options),
    mulanPath: resolve(options.mulan),
    semanticTokensPath: resolve(options.semanticTokens),
    ...(options.composer === undefined ? {} : { composerPath: resolve(options.composer) }),
    stages: stagePaths(options.runs),
  })
  printResult(options, entry, [`${options.id} is in ${options.models}`])
}

const shipVoice = async (options: ShipVoiceOptions): Promise<void> => {
  const entry = await runTask('ship-hierarchy', {
    kind: 'voice',
    ...card(options),
    base: options.base,
    isFull: options.full === true,
    alpha: options.alpha,
    adapters: stagePaths(options.runs),
    ...(options.decoder === undefined ? {} : { decoderPath: resolve(options.decoder), isFullDecoder: options.fullDecoder === true }),
  })
  printResult(options, entry, [`${options.id} is in ${options.models}`])
}

const describeShip = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .option('--models <folder>', 'the models folder', 'models')
    .requiredOption('--id <name>', 'its name')
    .option('--title <text>', 'its title', 'Solo violin')
    .option('--licence <text>', 'its licence', 'MIT')
    .requiredOption('--runs <prefix>', 'runs of the stages: folders of this prefix followed by semantic, coarse, fine')
    .requiredOption('--codec <weights>', 'base: its codec; voice: the codec that plays without tokens')
    .option('--json', 'print the manifest entry as JSON')

export const addShipHierarchy = (program: Command): void => {
  describeShip(program, 'ship-base', 'put a trained base (codec, joint embedding, stages) into a models folder')
    .requiredOption('--mulan <weights>', 'the joint embedding')
    .requiredOption('--semantic-tokens <weights>', 'the vocabulary')
    .option('--composer <weights>', 'the composer')
    .action(shipBase)
  describeShip(program, 'ship-voice', 'put a voice that adapts a base into a models folder')
    .option('--base <name>', 'the base', 'base')
    .option('--full', 'the runs trained whole stages, not adapters')
    .option('--alpha <n>', 'scale of the low-rank updates', readWhole('--alpha', 1, 1024), 16)
    .option('--decoder <weights>', "the decoder's own layers")
    .option('--full-decoder', 'the whole decoder was trained')
    .action(shipVoice)
}
