import { snapSchema, type Api, type Hum, type Take } from '#contract/api.ts'
import { DEFAULT_OWN, type Own } from '#contract/recipe.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { Option, type Command } from 'commander'
import { existsSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { addSnapOptions, readChoice, readSeconds, readShare, readWhole, type SnapOptions } from '../arguments.ts'
import { openSession, readInputFile, type Session } from '../session.ts'
import { createProgress, printResult, warn, type CommonOptions } from '../terminal.ts'

interface RenderOptions extends CommonOptions, SnapOptions {
  readonly hum?: string
  readonly melody?: string
  readonly prompt?: string
  readonly out: string
  readonly seconds?: number
  readonly seed?: number
  readonly takes: number
  readonly voice?: string
  readonly freedom?: number
  readonly timing?: number
  readonly dynamics?: number
  readonly scoops?: number
  readonly sampleRate: 44100 | 48000
  readonly bits: 16 | 24 | 32
}

/** How hums are snapped unless told. */
const HUM_SNAP = snapSchema.parse({}).key

/** `--melody` is a file where it looks like one, and notes in words otherwise. */
const readMelodyOption = async (api: Api, melody: string): Promise<Hum> => {
  const isFile = existsSync(melody) || /\.(mid|midi|abc|txt)$/i.test(melody)
  if (!isFile) return api.hums.fromText({ text: melody })
  const bytes = readInputFile(melody)
  if (/\.(abc|txt)$/i.test(melody)) return api.hums.fromText({ text: new TextDecoder().decode(bytes) })
  return api.hums.fromFile({ fileName: basename(melody), bytes: new Uint8Array(bytes) })
}

/** Written notes stay as they are written, unless told. */
const tidyWritten = async (api: Api, hum: Hum, { snap: key = 'off', grid = 'off' }: RenderOptions): Promise<Hum> =>
  key === 'off' && grid === 'off' ? hum : api.hums.snap({ humId: hum.id, snap: { key, grid } })

/** Seconds of a melody that only the prompt asks for, unless told; and what of a clip is left for its last note to ring. */
const COMPOSED_SECONDS = 10
const RING_SECONDS = 0.5
const SHORTEST_COMPOSED = 2
const LONGEST_COMPOSED = 60

interface Source {
  readonly hum: Hum
  /** A composed melody is at the tempo and height that the prompt asks for already. */
  readonly isComposed: boolean
}

const compose = (api: Api, prompt: string, { seconds, seed }: RenderOptions): Promise<Hum> => {
  const length = seconds === undefined ? COMPOSED_SECONDS : Math.min(LONGEST_COMPOSED, Math.max(SHORTEST_COMPOSED, seconds - RING_SECONDS))
  return api.hums.compose({ prompt, seconds: length, ...(seed === undefined ? {} : { seed }) })
}

const readSource = async (api: Api, options: RenderOptions): Promise<Source> => {
  const { hum, melody, prompt, snap = HUM_SNAP, grid = 'off' } = options
  if (hum !== undefined && melody !== undefined)
    throw new EngineError('INVALID_ARGUMENT', { what: '--hum and --melody exclude each other.' })
  if (hum !== undefined) {
    const heard = await api.hums.fromFile({ fileName: basename(hum), bytes: new Uint8Array(readInputFile(hum)), snap: { key: snap, grid } })
    return { hum: heard, isComposed: false }
  }
  if (melody !== undefined) return { hum: await tidyWritten(api, await readMelodyOption(api, melody), options), isComposed: false }
  if (prompt === undefined || prompt.trim() === '') throw new EngineError('PROMPT_EMPTY')
  const reading = await api.prompts.read({ text: prompt })
  if (reading.melody === null) return { hum: await compose(api, prompt, options), isComposed: true }
  return { hum: await tidyWritten(api, await api.hums.fromText({ text: prompt }), options), isComposed: false }
}

/** One take goes to `out.wav`, several to `out-1.wav`, `out-2.wav`, … */
const nameOutput = (out: string, index: number, count: number): string => {
  if (count === 1) return out
  const extension = extname(out)
  return `${out.slice(0, out.length - extension.length)}-${index + 1}${extension}`
}

const describeTake = (file: string, { durationSeconds, seed, score, modelHash }: Take): string =>
  `${file}  ${durationSeconds.toFixed(2)} s  seed ${seed}  model ${modelHash.slice(0, 12)}  match ${Math.round(score.percent)} % ` +
  `(${score.medianCents.toFixed(1)} cents, onsets ${score.medianOnsetMs.toFixed(0)} ms, ${score.missedNotes} missed, ${score.addedNotes} added)`

const readOwn = ({ timing, dynamics, scoops }: RenderOptions): { own?: Own } =>
  timing === undefined && dynamics === undefined && scoops === undefined
    ? {}
    : { own: { timing: timing ?? DEFAULT_OWN.timing, dynamics: dynamics ?? DEFAULT_OWN.dynamics, scoops: scoops ?? DEFAULT_OWN.scoops } }

const renderTakes = async (session: Session, { hum, isComposed }: Source, options: RenderOptions): Promise<Take[]> => {
  const { api } = session
  const prompt = options.prompt ?? ''
  const reading = await api.prompts.understand({ text: prompt })
  const lanes = isComposed ? { ...reading.lanes, tempo: 1, octave: 0 } : reading.lanes
  const progress = createProgress()
  const { jobId } = await api.takes.render({
    humId: hum.id,
    prompt,
    lanes,
    count: options.takes,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.voice === undefined ? {} : { voice: options.voice }),
    ...(options.freedom === undefined ? {} : { freedom: options.freedom }),
    ...readOwn(options),
    ...(options.seconds === undefined ? {} : { durationSeconds: options.seconds }),
  })
  const job = await session.finishJob(jobId, (state) => progress.show(state.progress, state.message)).finally(() => progress.end())
  const takes = await api.takes.list({ humId: hum.id })
  return job.results.flatMap((id) => takes.find((take) => take.id === id) ?? [])
}

const run = async (options: RenderOptions): Promise<void> => {
  const { refuseOutput, writeBytes } = await import('#main/services/sound-files.ts')
  for (let i = 0; i < options.takes; i++) await refuseOutput(nameOutput(options.out, i, options.takes))
  const session = await openSession()
  try {
    const source = await readSource(session.api, options)
    const { hum } = source
    for (const warning of hum.warnings) warn(warning)
    const takes = await renderTakes(session, source, options)
    const results = []
    for (const [index, take] of takes.entries()) {
      const file = nameOutput(options.out, index, takes.length)
      const { assetId } = await session.api.exports.wav({ takeId: take.id, sampleRate: options.sampleRate, bits: options.bits })
      await writeBytes(file, session.readAsset(assetId, 'wav'))
      const { seed, voice, modelHash, durationSeconds, truePeakDb, score, notes } = take
      results.push({ file, durationSeconds, seed, voice, modelHash, truePeakDb, score, notes })
      if (options.json !== true) printResult(options, null, [describeTake(file, take)])
    }
    if (options.json === true) printResult(options, { takes: results, warnings: hum.warnings }, [])
  } finally {
    await session.close()
  }
}

export const addRender = (program: Command): void => {
  const command = program
    .command('render')
    .description('play a hum, a melody or a prompt on the violin')
    .option('--hum <file>', 'recording of someone humming: WAV, FLAC, MP3, OGG, Opus, AIFF or M4A')
    .option('--melody <file or text>', 'MIDI or ABC file, or notes such as "A4 B4 C#5 in quarter notes at 96"')
    .option('--prompt <text>', 'how to play; alone, it names the music or asks for a melody to be composed')
    .requiredOption('--out <file>', 'WAV file to write; several takes get -1, -2, … before the extension')
  addSnapOptions(command, `${HUM_SNAP} for a hum, off for written notes`)
    .option('--seconds <s>', 'length of the clip', readSeconds('--seconds', 330))
    .option('--seed <n>', 'the same seed gives the same sound', readWhole('--seed', 0, 4294967295))
    .addOption(new Option('--takes <n>', 'how many, with following seeds').argParser(readWhole('--takes', 1, 20)).default(1))
    .option('--voice <name>', 'which violin')
    .option('--freedom <0..1>', '0 follows the melody in every detail, 1 plays freely (default: 0.3)', readShare('--freedom'))
    .option('--timing <0..1>', "how much of the singer's timing: 0 lies on sixteenths (default: 1)", readShare('--timing'))
    .option('--dynamics <0..1>', "how much of the singer's loudness from note to note (default: 1)", readShare('--dynamics'))
    .option('--scoops <0..1>', "how much of the singer's slides into notes (default: 0)", readShare('--scoops'))
    .addOption(new Option('--sample-rate <hz>', '44100 or 48000').argParser(readChoice('--sample-rate', [44100, 48000])).default(48000))
    .addOption(new Option('--bits <n>', '16, 24, or 32 (float)').argParser(readChoice('--bits', [16, 24, 32])).default(24))
    .option('--json', 'print the result as JSON')
    .action(run)
}
