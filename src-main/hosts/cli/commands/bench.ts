import type { Take } from '#contract/api.ts'
import { Argument, Option, type Command } from 'commander'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWhole } from '../arguments.ts'
import { openSession, type Session } from '../session.ts'
import { createProgress, printResult, type CommonOptions } from '../terminal.ts'
import { benchGenerate } from './bench-generate.ts'
import { benchImport } from './bench-import.ts'
import { benchLibrary } from './bench-library.ts'
import { benchProject, benchTimeline } from './bench-project.ts'

interface BenchOptions extends CommonOptions {
  readonly runs: number
  readonly folder?: string
  readonly files: number
}

/** Ten notes in five seconds. */
const MELODY = 'G4 A4 B4 D5 G5 F#5 E5 D5 B4 A4 in quarter notes at 120'
const CLIP_SECONDS = 5

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const renderOnce = async (session: Session, humId: string, seed: number): Promise<{ seconds: number; take: Take }> => {
  const { lanes } = await session.api.prompts.read({ text: 'warm, with vibrato' })
  const start = performance.now()
  const { jobId } = await session.api.takes.render({ humId, prompt: '', lanes, count: 1, seed, durationSeconds: CLIP_SECONDS })
  const job = await session.finishJob(jobId, () => undefined)
  const seconds = (performance.now() - start) / 1000
  const take = (await session.api.takes.list({ humId })).find(({ id }) => id === job.results[0])
  if (take === undefined) throw new TypeError('a render that succeeded has a take')
  return { seconds, take }
}

/** A whole `render` command in a process of its own, from its start to its end. */
const timeColdCommand = (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-bench-'))
  const entry = process.argv[1] ?? ''
  const args = ['render', '--melody', MELODY, '--out', join(folder, 'cold.wav'), '--seconds', String(CLIP_SECONDS), '--seed', '1']
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, entry, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('error', reject)
    child.on('exit', (code) => {
      rmSync(folder, { recursive: true, force: true })
      if (code === 0) resolve((performance.now() - start) / 1000)
      else reject(new TypeError(`the cold command ended with ${code}`))
    })
  })
}

const benchRender = async (options: BenchOptions): Promise<void> => {
  const progress = createProgress()
  progress.show(0, 'cold command')
  const coldSeconds = await timeColdCommand()
  const session = await openSession()
  try {
    const hum = await session.api.hums.fromText({ text: MELODY })
    await renderOnce(session, hum.id, 1)
    const seconds: number[] = []
    let clip = 0
    for (let i = 0; i < options.runs; i++) {
      progress.show(i / options.runs, 'warm renders')
      const { seconds: taken, take } = await renderOnce(session, hum.id, 2 + i)
      seconds.push(taken)
      clip = take.durationSeconds
    }
    progress.end()
    const warmSeconds = median(seconds)
    const residentMegabytes = Math.round(process.resourceUsage().maxRSS / 1024)
    const result = {
      realTimeFactor: warmSeconds / clip,
      clipSeconds: clip,
      warmSeconds,
      warmSecondsAll: seconds,
      coldSeconds,
      residentMegabytes,
      runs: options.runs,
    }
    printResult(options, result, [
      `warm render of a ${clip.toFixed(1)} s clip: ${warmSeconds.toFixed(2)} s (median of ${options.runs}; real-time factor ${result.realTimeFactor.toFixed(2)}), scoring included`,
      `cold command: ${coldSeconds.toFixed(2)} s`,
      `resident memory, peak: ${residentMegabytes} MB`,
    ])
  } finally {
    progress.end()
    await session.close()
  }
}

export const addBench = (program: Command): void => {
  program
    .command('bench')
    .description('measure how fast this machine renders, composes, searches, imports, keeps arrangements and draws them')
    .addArgument(
      new Argument('[name]', 'what to measure')
        .choices(['render', 'generate', 'library', 'import', 'project', 'timeline'])
        .default('render'),
    )
    .addOption(new Option('--runs <n>', 'warm renders to take the median of').argParser(readWhole('--runs', 1, 100)).default(5))
    .option('--folder <path>', 'import: this folder instead of one that is made')
    .addOption(new Option('--files <n>', 'import: how many files are made').argParser(readWhole('--files', 20, 10_000)).default(200))
    .option('--json', 'print the figures as JSON')
    .action((name: string, options: BenchOptions) => {
      if (name === 'generate') return benchGenerate(options)
      if (name === 'library') return benchLibrary(options)
      if (name === 'project') return benchProject(options)
      if (name === 'timeline') return benchTimeline(options)
      return name === 'import' ? benchImport(options) : benchRender(options)
    })
}
