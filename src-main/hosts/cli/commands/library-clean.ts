import { DEFAULT_CLEANING_CHAIN, type CleaningChain, type CleaningStep } from '#contract/cleaning.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { Command } from 'commander'
import { addLibraryOptions, withLibrary, type LibraryOptions, type LibrarySession } from '../library-session.ts'
import { printResult } from '../terminal.ts'

interface CleanOptions extends LibraryOptions {
  readonly chain?: string
  readonly off?: boolean
}

const refuse = (what: string): never => {
  throw new EngineError('INVALID_ARGUMENT', { what })
}

/** How a step is written in a terminal: its name, and after "=" its setting. */
const STEP_NAMES = {
  rate: 'sampleRate',
  channels: 'channels',
  dc: 'dcRemoval',
  hum: 'humFilter',
  noise: 'noiseReduction',
  loudness: 'loudness',
  trim: 'silenceTrim',
} as const satisfies Record<string, CleaningStep['kind']>
type StepName = keyof typeof STEP_NAMES

const isStepName = (name: string): name is StepName => Object.hasOwn(STEP_NAMES, name)

const readSetting = (word: string, text: string, least: number, most: number): number => {
  const value = Number(text)
  return text !== '' && value >= least && value <= most
    ? value
    : refuse(`${word}=… takes a number from ${least} to ${most}, not "${text}".`)
}

const CHANNELS = ['mono', 'mid', 'left', 'right'] as const

/** The step of the home chain, switched on, with the setting that is written. */
const setStep = (step: CleaningStep, word: string, text: string | undefined): CleaningStep => {
  if (text === undefined) return { ...step, isOn: true }
  switch (step.kind) {
    case 'sampleRate':
      return { ...step, isOn: true, sampleRate: Math.round(readSetting(word, text, 8000, 192_000)) }
    case 'channels': {
      const mode = CHANNELS.find((one) => one === text) ?? refuse(`channels=… takes ${CHANNELS.join(', ')}, not "${text}".`)
      return { ...step, isOn: true, mode }
    }
    case 'humFilter': {
      const mainsHz = ([50, 60] as const).find((hz) => String(hz) === text) ?? (text === 'auto' ? text : refuse(`hum=… takes 50, 60 or auto, not "${text}".`)) // prettier-ignore
      return { ...step, isOn: true, mainsHz }
    }
    case 'noiseReduction': {
      const [strength = '', from, to] = text.split('@').flatMap((part, i) => (i === 0 ? [part] : part.split('-')))
      const own = { ...step, isOn: true, strength: readSetting(word, strength, 0, 1) }
      if (from === undefined) return own
      const noisePrint = { fromSeconds: readSetting(word, from, 0, 1e6), toSeconds: readSetting(word, to ?? '', 0, 1e6) }
      return noisePrint.toSeconds > noisePrint.fromSeconds ? { ...own, noisePrint } : refuse(`"${word}=${text}" ends before it begins.`)
    }
    case 'loudness':
      return { ...step, isOn: true, targetLufs: readSetting(word, text, -40, -9) }
    case 'silenceTrim':
      return { ...step, isOn: true, keepSeconds: readSetting(word, text, 0, 5) }
    case 'dcRemoval':
      return refuse(`"dc" takes no setting.`)
  }
}

/**
 * A chain as it is written: "home", or steps with commas between, such as "channels=mid,hum=50,noise=0.6@1.5-2.2,loudness=-20". Steps that are
 * not named are off. The order is always that of the home chain. Throws INVALID_ARGUMENT.
 */
export const readChain = (text: string): CleaningChain => {
  if (text.trim() === 'home') return DEFAULT_CLEANING_CHAIN
  const wanted = new Map<CleaningStep['kind'], [string, string | undefined]>()
  for (const part of text.split(',')) {
    const [name = '', ...rest] = part.trim().split('=')
    const kind = isStepName(name) ? STEP_NAMES[name] : refuse(`There is no cleaning step "${name}": it is home, or some of ${Object.keys(STEP_NAMES).join(', ')}.`) // prettier-ignore
    wanted.set(kind, [name, rest.length === 0 ? undefined : rest.join('=')])
  }
  return {
    steps: DEFAULT_CLEANING_CHAIN.steps.map((step) => {
      const written = wanted.get(step.kind)
      return written === undefined ? { ...step, isOn: false } : setStep(step, ...written)
    }),
  }
}

const writeStep = (step: CleaningStep): string => {
  const name = Object.entries(STEP_NAMES).find(([, kind]) => kind === step.kind)?.[0] ?? step.kind
  switch (step.kind) {
    case 'sampleRate':
      return `${name}=${step.sampleRate}`
    case 'channels':
      return `${name}=${step.mode}`
    case 'humFilter':
      return `${name}=${step.mainsHz}`
    case 'noiseReduction': {
      const { noisePrint } = step
      return `${name}=${step.strength}${noisePrint === 'auto' ? '' : `@${noisePrint.fromSeconds}-${noisePrint.toSeconds}`}`
    }
    case 'loudness':
      return `${name}=${step.targetLufs}`
    case 'silenceTrim':
      return `${name}=${step.keepSeconds}`
    case 'dcRemoval':
      return name
  }
}

/** The steps of a chain that are on, as `readChain` reads them. */
export const writeChain = ({ steps }: CleaningChain): string =>
  steps
    .filter(({ isOn }) => isOn)
    .map(writeStep)
    .join(',')

/** The chain of a recording, and what it does to the whole of it. */
const describe = async ({ api }: LibrarySession, recordingId: string): Promise<{ value: unknown; lines: string[] }> => {
  const { id, name, kind, cleaning } = await api.library.recording({ recordingId })
  if (cleaning === null) return { value: { id, name, cleaning, report: [] }, lines: [`${id} ${name}: no cleaning`] }
  const { report } =
    kind === 'audio' ? await api.library.picture({ recordingId, columns: 1, bands: 1, cleaning: 'stored' }) : { report: [] }
  return {
    value: { id, name, cleaning, report },
    lines: [
      `${id} ${name}: ${writeChain(cleaning)}`,
      ...report.filter(({ text }) => text !== '' && text !== 'Off.').map(({ text }) => `  ${text}`),
    ],
  }
}

const clean = (recordingIds: string[], options: CleanOptions): Promise<void> =>
  withLibrary(options, async (session) => {
    const { chain, off = false } = options
    if (chain !== undefined && off) refuse('--chain and --off exclude each other.')
    const { api } = session
    const seqs = await Promise.all(recordingIds.map(async (recordingId) => (await api.library.recording({ recordingId })).seq))
    if (chain !== undefined || off) {
      const cleaning = chain === undefined ? null : readChain(chain)
      await api.library.edit({ unit: 'recordings', selection: { seqs }, changes: { cleaning } })
    }
    const told = []
    for (const recordingId of recordingIds) told.push(await describe(session, recordingId))
    printResult(
      options,
      told.map(({ value }) => value),
      told.flatMap(({ lines }) => lines),
    )
  })

const change = (which: 'undo' | 'redo') => (options: LibraryOptions) =>
  withLibrary(options, async ({ api }) => {
    const edit = await api.library[which]({})
    const word = which === 'undo' ? 'Taken back' : 'Done again'
    printResult(options, edit, [edit === null ? 'There is nothing to take back or do again.' : `${word}: ${edit.label}`])
  })

/** `library clean`, and the way back from every change by hand. */
export const addLibraryClean = (library: Command): void => {
  const addClean = library
    .command('clean')
    .description('show how recordings are cleaned, or change it; the stored sound stays as it came')
    .argument('<recordings...>', 'ids, as "library search --unit recordings" prints them')
    .option(
      '--chain <steps>',
      'home, or steps: rate=44100, channels=mono|mid|left|right, dc, hum=auto|50|60, noise=<strength>[@<from>-<to> s], loudness=<LUFS>, trim=<s>; commas between',
    )
    .option('--off', 'no cleaning')
  addLibraryOptions(addClean).action(clean)
  addLibraryOptions(library.command('undo').description('take back the latest change of captions, tags, rights, cleaning …')).action(
    change('undo'),
  )
  addLibraryOptions(library.command('redo').description('do again what was taken back last')).action(change('redo'))
}
