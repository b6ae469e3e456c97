import { Cancelled } from '#main/foundation/cancellation.ts'
import { createFakeClock } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { silentLogger } from '#main/foundation/logger.ts'
import { createRandom } from '#main/foundation/random.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createInlineRunner } from '../runner/inline-runner.ts'
import type { Runner, TaskContext, TaskHandler } from '../runner/runner.ts'
import { createJobQueue, type JobQueue } from './job-queue.ts'
import type { JobRecord, JobStatus, JobStore } from './job-store.ts'

const ENDED: readonly JobStatus[] = ['succeeded', 'failed', 'cancelled']

/** The power went: nothing of this life happens any more. */
class Crash extends Error {}

/** A store that lives through crashes. It dies at a chosen step; a transaction is kept whole or not at all. */
const createWorld = () => {
  let jobs: JobRecord[] = []
  let kept: { id: string; jobId: string; index: number }[] = []
  let stepsLeft = Number.POSITIVE_INFINITY
  let isDead = false
  const endings = new Map<string, number>()

  const step = (): void => {
    if (isDead || stepsLeft-- <= 0) {
      isDead = true
      throw new Crash()
    }
  }
  const store: JobStore = {
    insert: (job) => {
      step()
      jobs = [...jobs, structuredClone(job)]
    },
    list: () => {
      step()
      return [...jobs].reverse()
    },
    find: (id) => {
      step()
      return jobs.find((job) => job.id === id) ?? null
    },
    listByStatus: (status) => {
      step()
      return jobs.filter((job) => job.status === status).sort((a, b) => a.position - b.position)
    },
    update: (job, expected) => {
      step()
      const found = jobs.find(({ id }) => id === job.id)
      if (found?.status !== expected) return false
      if (ENDED.includes(job.status)) endings.set(job.id, (endings.get(job.id) ?? 0) + 1)
      jobs = jobs.map((old) => (old.id === job.id ? structuredClone(job) : old))
      return true
    },
    transaction: (work) => {
      const before = { jobs, kept }
      try {
        step()
        const result = work()
        step() // The crash before the commit.
        return result
      } catch (error) {
        jobs = before.jobs
        kept = before.kept
        throw error
      }
    },
  }
  return {
    store,
    keep: (jobId: string, index: number): string => {
      step()
      const id = `piece-${kept.length}`
      kept = [...kept, { id, jobId, index }]
      return id
    },
    /** After the crash the disk is as it was; a new life begins. */
    rise: (steps: number) => {
      isDead = false
      stepsLeft = steps
    },
    get isDead() {
      return isDead
    },
    look: () => ({ jobs, kept, endings }),
  }
}
type World = ReturnType<typeof createWorld>

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const startLife = (world: World, runner: Runner, seed: number): JobQueue =>
  createJobQueue({
    store: world.store,
    runner,
    kinds: {
      pieces: {
        resume: (job) => ({ ...(job.spec as { count: number }), firstIndex: job.results.length }),
        commitItem: (job, item) => world.keep(job.id, (item as { index: number }).index),
      },
    },
    clock: createFakeClock(),
    random: createRandom(seed),
    logger: silentLogger,
    onChange: () => undefined,
  })

interface PieceSpec {
  readonly count: number
  readonly firstIndex: number
  readonly failAt?: number
}

const pieceRunner = (world?: World): Runner =>
  createInlineRunner({
    pieces: async () => ({
      async run(rawSpec: unknown, { signal, onItem, onProgress }: TaskContext) {
        const { count, firstIndex, failAt } = rawSpec as PieceSpec
        for (let index = firstIndex; index < count; index++) {
          await Promise.resolve()
          if (signal.aborted || world?.isDead === true) return null
          if (index === failAt) throw new EngineError('HUM_NO_MELODY')
          onProgress(index / count, 'working')
          onItem({ index })
        }
        return null
      },
    }),
  })

describe('the job queue', () => {
  it('loses no job and finishes none twice, whatever step the power goes at', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ count: fc.integer({ min: 1, max: 3 }), failAt: fc.option(fc.nat(2), { nil: undefined }) }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.array(fc.nat(60), { maxLength: 3 }),
        fc.option(fc.nat(2), { nil: undefined }),
        async (specs, crashes, cancelled) => {
          const world = createWorld()
          const accepted = new Set<string>()
          for (const [life, steps] of [...crashes, Number.POSITIVE_INFINITY].entries()) {
            world.rise(steps)
            const queue = startLife(world, pieceRunner(world), life + 1)
            try {
              queue.recover()
              if (life === 0 || accepted.size === 0) for (const spec of specs) accepted.add(queue.enqueue('pieces', spec).id)
              const victim = cancelled === undefined ? undefined : [...accepted][cancelled]
              if (victim !== undefined) queue.cancel(victim)
            } catch (error) {
              if (!(error instanceof Crash)) throw error
            }
            await queue.settle()
            await tick()
          }
          const { jobs, kept, endings } = world.look()
          for (const id of accepted) expect(jobs.map((job) => job.id)).toContain(id)
          for (const job of jobs) {
            expect(ENDED).toContain(job.status)
            expect(endings.get(job.id)).toBe(1)
            const pieces = kept.filter(({ jobId }) => jobId === job.id)
            expect(pieces.map(({ id }) => id)).toEqual([...job.results])
            expect(pieces.map(({ index }) => index)).toEqual(pieces.map((_, index) => index))
            const { count } = job.spec as PieceSpec
            if (job.status === 'succeeded') expect(pieces).toHaveLength(count)
            if (job.status === 'failed') expect(['HUM_NO_MELODY', 'JOB_INTERRUPTED']).toContain(job.error?.code)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  const createRunningJob = (attempts: number): JobRecord => ({
    id: 'job-old',
    kind: 'pieces',
    spec: { count: 2 },
    status: 'running',
    progress: 0.5,
    message: 'working',
    error: null,
    attempts,
    results: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    startAt: null,
    position: 1,
    endedAt: null,
  })

  it('queues an interrupted job again once, and then gives it up as JOB_INTERRUPTED', async () => {
    const world = createWorld()
    world.store.insert(createRunningJob(1))
    const queue = startLife(world, pieceRunner(), 1)
    queue.recover()
    await queue.settle()
    expect(world.look().jobs[0]).toMatchObject({ status: 'succeeded', attempts: 2 })

    const tired = createWorld()
    tired.store.insert(createRunningJob(2))
    startLife(tired, pieceRunner(), 1).recover()
    expect(tired.look().jobs[0]).toMatchObject({ status: 'failed', error: { code: 'JOB_INTERRUPTED' } })
  })

  it('goes on with the pieces that are missing', async () => {
    const world = createWorld()
    world.store.insert({ ...createRunningJob(1), results: [world.keep('job-old', 0)] })
    const queue = startLife(world, pieceRunner(), 1)
    queue.recover()
    await queue.settle()
    expect(world.look().kept.map(({ index }) => index)).toEqual([0, 1])
  })

  it('runs jobs in order, one at a time', async () => {
    const world = createWorld()
    let running = 0
    const seen: number[] = []
    const runner = createInlineRunner({
      pieces: async () => ({
        async run(spec: unknown) {
          expect(++running).toBe(1)
          await tick()
          seen.push((spec as PieceSpec).count)
          running--
          return null
        },
      }),
    })
    const queue = startLife(world, runner, 1)
    for (const count of [3, 1, 2]) queue.enqueue('pieces', { count })
    await queue.settle()
    expect(seen).toEqual([3, 1, 2])
  })

  it('cancels a queued job at once and a running one when it stops, keeping its pieces', async () => {
    const world = createWorld()
    const runner = createInlineRunner({
      pieces: async () => ({
        async run(_spec: unknown, { onItem, signal }: TaskContext) {
          onItem({ index: 0 })
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          return null
        },
      }),
    })
    const queue = startLife(world, runner, 1)
    const first = queue.enqueue('pieces', { count: 2 })
    const second = queue.enqueue('pieces', { count: 2 })
    expect(queue.cancel(second.id).status).toBe('cancelled')
    await tick()
    queue.cancel(first.id)
    await queue.settle()
    const [one, two] = world.look().jobs
    expect(one).toMatchObject({ status: 'cancelled', error: null, results: ['piece-0'] })
    expect(two).toMatchObject({ status: 'cancelled', results: [] })
    expect(queue.cancel(first.id).status).toBe('cancelled')
    expect(() => queue.cancel('job-none')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  /** Works until it is told to stop, as training does. */
  const untilStopped: TaskHandler = {
    run: (_spec, { signal, onProgress }) =>
      new Promise((_, reject) => {
        onProgress(0.4, 'learning')
        signal.addEventListener('abort', () => reject(new Cancelled()))
      }),
  }
  const createTraining = (
    world: World,
    options: { handler?: TaskHandler; clock?: ReturnType<typeof createFakeClock> } = {},
  ): { queue: JobQueue; begun: unknown[] } => {
    const begun: unknown[] = []
    const runner = createInlineRunner({ learn: async () => options.handler ?? untilStopped, pieces: async () => untilStopped })
    const kind = { commitItem: () => 'voice', resume: (job: JobRecord) => (begun.push(job.spec), job.spec) }
    const queue = createJobQueue({
      store: world.store,
      runner: pieceRunner(),
      kinds: {
        learn: { ...kind, lane: 'training', runner, isPausable: true, maximumAttempts: 4, pausingErrors: ['TRAINING_DISK_FULL'] },
        pieces: { resume: (job) => ({ ...(job.spec as object), firstIndex: 0 }), commitItem: (job) => world.keep(job.id, 0) },
      },
      clock: options.clock ?? createFakeClock(),
      random: createRandom(1),
      logger: silentLogger,
      onChange: () => undefined,
    })
    return { queue, begun }
  }

  it('runs the lanes side by side and one job after the other in each', async () => {
    const world = createWorld()
    const { queue } = createTraining(world)
    const long = queue.enqueue('learn', {})
    const next = queue.enqueue('learn', {})
    const short = queue.enqueue('pieces', { count: 2 })
    await tick()
    await tick()
    const statusOf = (id: string): string | undefined => queue.list().find((job) => job.id === id)?.status
    expect([long, next, short].map(({ id }) => statusOf(id))).toEqual(['running', 'queued', 'succeeded'])
    queue.cancel(long.id)
    await tick()
    expect([long, next].map(({ id }) => statusOf(id))).toEqual(['cancelled', 'running'])
    await queue.close()
  })

  it('lays a job aside and goes on with it, after a restart too; one that cannot go on runs on', async () => {
    const world = createWorld()
    const { queue } = createTraining(world)
    const { id } = queue.enqueue('learn', {})
    await tick()
    queue.pause(id)
    await queue.settle()
    expect(world.look().jobs[0]).toMatchObject({ status: 'paused', progress: 0.4, endedAt: null })
    await queue.close()

    const { queue: later, begun } = createTraining(world)
    later.recover()
    await tick()
    expect(begun).toEqual([])
    expect(later.resume(id)).toMatchObject({ status: 'running', progress: 0.4 })
    await tick()
    later.cancel(id)
    await later.settle()
    expect(world.look().jobs[0]).toMatchObject({ status: 'cancelled', attempts: 2 })
    expect(world.look().jobs[0]?.endedAt).not.toBeNull()
    expect(later.resume(id).status).toBe('cancelled')
  })

  it('lets a person choose which of those that wait is next, and keeps that over a restart', async () => {
    const world = createWorld()
    const { queue } = createTraining(world)
    const [first, ...waiting] = [1, 2, 3, 4].map((night) => queue.enqueue('learn', { night }))
    await tick()
    const [two, three, four] = waiting.map(({ id }) => id) as [string, string, string]
    queue.move(four, 0)
    queue.move(two, 99)
    expect(queue.move(first?.id ?? '', 2).status).toBe('running')
    const order = (): unknown[] =>
      world
        .look()
        .jobs.filter(({ status }) => status === 'queued')
        .sort((a, b) => a.position - b.position)
        .map(({ id }) => id)
    expect(order()).toEqual([four, three, two])
    await queue.close()

    const { queue: later, begun } = createTraining(world)
    later.recover()
    await tick()
    expect(begun).toEqual([{ night: 1 }])
    expect(order()).toEqual([four, three, two])
    later.cancel(first?.id ?? '')
    await tick()
    expect(begun).toEqual([{ night: 1 }, { night: 4 }])
    await later.close()
  })

  it('waits for the hour it was given, or until it is told to begin', async () => {
    const clock = createFakeClock(Date.UTC(2026, 0, 1, 20))
    const world = createWorld()
    const { queue, begun } = createTraining(world, { clock })
    const { id } = queue.enqueue('learn', { night: 1 }, { startAt: '2026-01-01T23:00:00.000Z' })
    queue.enqueue('learn', { night: 2 }, { startAt: '2026-01-02T23:00:00.000Z' })
    await tick()
    expect(begun).toEqual([])
    clock.advance(3 * 3_600_000)
    queue.recover()
    await tick()
    expect(begun).toEqual([{ night: 1 }])
    queue.cancel(id)
    await queue.settle()
    expect(begun).toHaveLength(1)
    const second = queue.list().find(({ status }) => status === 'queued')
    queue.resume(second?.id ?? '')
    await tick()
    expect(begun).toEqual([{ night: 1 }, { night: 2 }])
    await queue.close()
  })

  it('begins again after the process died, as often as its kind allows', async () => {
    const world = createWorld()
    const handler: TaskHandler = { run: () => Promise.reject(new EngineError('JOB_INTERRUPTED')) }
    const { queue, begun } = createTraining(world, { handler })
    queue.enqueue('learn', {})
    await queue.settle()
    await tick()
    await queue.settle()
    expect(begun).toHaveLength(4)
    expect(world.look().jobs[0]).toMatchObject({ status: 'failed', error: { code: 'JOB_INTERRUPTED' } })
  })

  it('lays a job aside with its error when the person can mend what is wrong, and goes on when they say so', async () => {
    const world = createWorld()
    let isFull = true
    const handler: TaskHandler = {
      run: (spec, context) => (isFull ? Promise.reject(new EngineError('TRAINING_DISK_FULL')) : untilStopped.run(spec, context)),
    }
    const { queue } = createTraining(world, { handler })
    const { id } = queue.enqueue('learn', {})
    await queue.settle()
    expect(world.look().jobs[0]).toMatchObject({ status: 'paused', error: { code: 'TRAINING_DISK_FULL' }, endedAt: null })
    isFull = false
    expect(queue.resume(id)).toMatchObject({ status: 'running', error: null })
    await queue.close()
  })

  it('fails the job when a piece cannot be kept, and hides a bug behind a trace id', async () => {
    const world = createWorld()
    const queue = createJobQueue({
      store: world.store,
      runner: pieceRunner(),
      kinds: {
        pieces: {
          resume: (job) => ({ ...(job.spec as object), firstIndex: 0 }),
          commitItem: () => {
            throw new EngineError('DISK_FULL', { path: '/library' })
          },
        },
      },
      clock: createFakeClock(),
      random: createRandom(1),
      logger: silentLogger,
      onChange: () => undefined,
    })
    queue.enqueue('pieces', { count: 2 })
    queue.enqueue('unheard-of', {})
    await queue.settle()
    const [one, two] = world.look().jobs
    expect(one).toMatchObject({ status: 'failed', error: { code: 'DISK_FULL', details: { path: '/library' } } })
    expect(two).toMatchObject({ status: 'failed', error: { code: 'INTERNAL' } })
    expect(two?.error?.traceId).toMatch(/^trace-/)
  })
})
