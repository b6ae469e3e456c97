import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { VoiceEntry } from '#contract/voices.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { addLibraryOptions, withLibrary, type LibraryOptions, type LibrarySession } from '../library-session.ts'
import { describeCycle } from './describe-evaluation.ts'
import { printResult } from '../terminal.ts'

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

const describeLine = ({ id, title, isShipped, isInTrash, bytes, trouble }: VoiceEntry): string =>
  [
    `${id}  ${title}: ${isShipped ? 'came with Fiddlehead' : 'your own'}, ${megabytes(bytes)}`,
    ...(isInTrash ? ['in the trash'] : []),
    ...(trouble === null ? [] : [trouble]),
  ].join(', ')

const describeOrigin = ({ card }: VoiceEntry): string[] => {
  if (card === null) return []
  const { origin } = card
  if (origin.kind === 'blend')
    return [`blended of ${origin.parts.map(({ title, weight }) => `${Math.round(100 * weight)} % ${title}`).join(' and ')}`]
  const { name, seconds, contentHash } = origin.dataset
  return [
    `trained on "${name}" (${(seconds / 60).toFixed(1)} min, ${contentHash.slice(0, 12)}), begun from ${origin.startedFrom}, ${origin.preset}`,
    `settings: ${Object.entries(origin.settings)
      .map(([key, value]) => `${key} ${String(value)}`)
      .join(', ')}`,
  ]
}

const describeScores = ({ card }: VoiceEntry): string[] => {
  const before = card?.scores.before
  const after = card?.scores.after
  if (before == null || after == null) return []
  const fad = before.fad === null || after.fad === null ? [] : [`FAD ${before.fad.toFixed(3)} -> ${after.fad.toFixed(3)}`]
  return [
    ...fad,
    `log-mel distance ${before.levelMatchedLogMelMse.toFixed(1)} -> ${after.levelMatchedLogMelMse.toFixed(1)} dB^2`,
    ...describeCycle(before, after),
    `in tune ${(100 * before.rawPitchAccuracy).toFixed(1)} -> ${(100 * after.rawPitchAccuracy).toFixed(1)} %`,
  ]
}

const describe = (voice: VoiceEntry): string[] => [
  describeLine(voice),
  `hash ${voice.modelHash}`,
  `licence ${voice.licence}`,
  ...(voice.createdAt === '' ? [] : [`made ${voice.createdAt.slice(0, 16).replace('T', ' ')}`]),
  ...describeOrigin(voice),
  ...describeScores(voice),
]

const run =
  (step: (session: LibrarySession) => Promise<VoiceEntry>) =>
  (options: LibraryOptions): Promise<void> =>
    withLibrary(options, async (session) => {
      const voice = await step(session)
      printResult(options, voice, describe(voice))
    })

const list = (options: LibraryOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const voices = await api.voices.list({})
    const total = voices.reduce((sum, { bytes, isShipped }) => sum + (isShipped ? 0 : bytes), 0)
    printResult(options, voices, [...voices.map(describeLine), `Your own voices take ${megabytes(total)}.`])
  })

interface ExportOptions extends LibraryOptions {
  readonly out?: string
}

const exportVoice = (voiceId: string, options: ExportOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const written = await api.voices.export({ voiceId, path: resolve(options.out ?? `${voiceId}.fiddlehead-voice`) })
    printResult(options, written, [`${written.path ?? ''}, ${megabytes(written.byteLength)}`])
  })

/** "my-violin=0.6" or "my-violin", which is all of it. */
const readPart = (text: string): { voiceId: string; weight: number } => {
  const [voiceId = '', share] = text.split('=')
  const weight = share === undefined ? 1 : Number(share)
  if (voiceId === '' || share === '' || !(weight >= 0 && weight <= 1))
    throw new EngineError('INVALID_ARGUMENT', { what: `A part of a blend is a voice and its share, such as my-violin=0.6, not "${text}".` })
  return { voiceId, weight }
}

interface BlendOptions extends LibraryOptions {
  readonly name: string
}

const remove = (voiceId: string, options: LibraryOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    await api.voices.remove({ voiceId })
    printResult(options, {}, [`"${voiceId}" is in the trash. "voice restore ${voiceId}" brings it back, "voice empty-trash" deletes it.`])
  })

const emptyTrash = (options: LibraryOptions): Promise<void> =>
  withLibrary(options, async ({ api }) => {
    const { bytes } = await api.voices.emptyTrash({})
    printResult(options, { bytes }, [`${megabytes(bytes)} are free.`])
  })

export const addVoice = (program: Command): void => {
  const voice = program.command('voice').description('voices: list, look into, pass on, blend, remove')
  const withId = (name: string, description: string): Command =>
    addLibraryOptions(voice.command(name).description(description).argument('<voice>', 'its id'))
  addLibraryOptions(voice.command('list').description('the shipped voices and your own, with the room they take')).action(list)
  withId('show', 'what a voice was made from and how it scored').action((voiceId: string, options: LibraryOptions) =>
    run(({ api }) => api.voices.get({ voiceId }))(options),
  )
  withId('export', 'write a voice of your own as one file')
    .option('--out <file>', 'where (default: its id, in this folder)')
    .action(exportVoice)
  addLibraryOptions(
    voice.command('import').description('take in a voice that another Fiddlehead exported').argument('<file>', 'the file'),
  ).action((path: string, options: LibraryOptions) => run(({ api }) => api.voices.import({ path: resolve(path) }))(options))
  addLibraryOptions(
    voice
      .command('blend')
      .description('make a new voice of one or two: their shares, the rest is the base')
      .argument('<parts...>', 'voice=share, e.g. my-violin=0.6')
      .requiredOption('--name <name>', 'what the new voice is called'),
  ).action((parts: string[], options: BlendOptions) => {
    const read = parts.map(readPart)
    if (read.length > 2) throw new EngineError('INVALID_ARGUMENT', { what: 'A blend takes one voice or two.' })
    return run(({ api }) => api.voices.blend({ title: options.name, parts: read }))(options)
  })
  withId('remove', 'move a voice of your own to the trash').action(remove)
  withId('restore', 'bring a voice back from the trash').action((voiceId: string, options: LibraryOptions) =>
    run(({ api }) => api.voices.restore({ voiceId }))(options),
  )
  addLibraryOptions(voice.command('empty-trash').description('delete for good what is in the trash')).action(emptyTrash)
}
