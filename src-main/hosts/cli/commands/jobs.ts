import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Job } from '#contract/api.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { askHolder, askJobs, type JobRequest } from '#main/services/job-mailbox.ts'
import { findDataDir } from '../../data-dir.ts'
import { addLibraryOptions, withLibrary, type LibraryOptions, type LibrarySession } from '../library-session.ts'
import { readWhole } from '../arguments.ts'
import { createProgress, printResult } from '../terminal.ts'

const KINDS: Readonly<Record<Job['kind'], string>> = {
  render: 'takes',
  'evaluate-voice': 'measuring a voice',
  finetune: 'training',
  'compare-voices': 'comparing voices',
}

const describeJob = ({ id, kind, status, progress, message, startAt, error }: Job): string =>
  [
    `${id}  ${KINDS[kind]}: ${status}`,
    ...(status === 'running' || status === 'paused' ? [`${Math.round(100 * progress)} %`] : []),
    ...(status === 'queued' && startAt !== null ? [`begins ${new Date(startAt).toLocaleString()}`] : []),
    ...(message === '' ? [] : [message]),
    ...(error === null ? [] : [`${error.message} ${error.remedy}`]),
  ].join(', ')

const LOOK_MS = 500

/** Nobody else holds the library, so the job runs in this process: until it ends, or Ctrl+C lays it aside. */
const followHere = async ({ api }: LibrarySession, jobId: string): Promise<Job[]> => {
  const progress = createProgress()
  const pause = (): void => void api.jobs.pause({ jobId })
  process.once('SIGINT', pause)
  process.once('SIGTERM', pause)
  try {
    for (;;) {
      const jobs = (await api.jobs.list({})).filter(({ id }) => id === jobId)
      const [job] = jobs
      if (job?.status !== 'running') return jobs
      progress.show(job.progress, job.message)
      await wait(LOOK_MS)
    }
  } finally {
    progress.end()
    process.off('SIGINT', pause)
    process.off('SIGTERM', pause)
  }
}

/** Of the library, or of the studio or terminal that holds it. */
const ask = async (options: LibraryOptions, request: JobRequest): Promise<Job[]> => {
  try {
    return await withLibrary(options, async (session) => {
      const jobs = await askJobs(session.api.jobs, request)
      return request.method === 'resume' ? followHere(session, request.jobId) : jobs
    })
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'LIBRARY_IN_USE') throw error
    return askHolder(options.dataDir === undefined ? findDataDir(process.env) : resolve(options.dataDir), request)
  }
}

interface ListOptions extends LibraryOptions {
  readonly all?: boolean
}

const isOver = ({ status }: Job): boolean => status === 'succeeded' || status === 'failed' || status === 'cancelled'

/** Takes what waits in its order, and before it what does not wait. */
const inOrder = (jobs: readonly Job[]): Job[] => [
  ...jobs.filter(({ status }) => status !== 'queued'),
  ...jobs.filter(({ status }) => status === 'queued').sort((a, b) => a.position - b.position),
]

const list = async (options: ListOptions): Promise<void> => {
  const jobs = inOrder(await ask(options, { method: 'list' })).filter((job) => options.all === true || !isOver(job))
  printResult(options, jobs, jobs.length === 0 ? ['Nothing runs and nothing waits.'] : jobs.map(describeJob))
}

const change =
  (method: 'pause' | 'resume' | 'cancel') =>
  async (jobId: string, options: LibraryOptions): Promise<void> => {
    const [job] = await ask(options, { method, jobId })
    if (job !== undefined) printResult(options, job, [describeJob(job)])
  }

const move = async (jobId: string, place: number, options: LibraryOptions): Promise<void> => {
  const [job] = await ask(options, { method: 'move', jobId, place: place - 1 })
  if (job !== undefined) printResult(options, job, [describeJob(job)])
}

export const addJobs = (program: Command): void => {
  const jobs = program.command('jobs').description('what the studio or another terminal is doing and what waits: look, pause, go on, stop')
  addLibraryOptions(jobs.command('list').description('what runs, waits or is paused').option('--all', 'what is over, too')).action(list)
  for (const [method, description] of [
    ['pause', 'lay a job aside; training keeps where it stands and frees the machine within seconds'],
    ['resume', 'go on with a paused job, or begin at once with one that waits for its hour'],
    ['cancel', 'stop a job; what it has made is kept'],
  ] as const) {
    addLibraryOptions(jobs.command(method).description(description).argument('<job>', 'its id')).action(change(method))
  }
  addLibraryOptions(
    jobs
      .command('move')
      .description('give a job that waits another place among its like')
      .argument('<job>', 'its id')
      .argument('<place>', '1 for the next to begin', readWhole('place', 1, 1000)),
  ).action(move)
}
