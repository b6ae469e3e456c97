import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Job } from '#contract/api.ts'
import type { TrainingReport } from '#contract/host-messages.ts'
import { createFakeClock } from '#main/foundation/clock.ts'
import { createLogger, silentLogger, type LogLine } from '#main/foundation/logger.ts'
import { createKeepAwake, findAwakeCommand, followTraining } from './keep-awake.ts'

const createJob = (change: Partial<Job>): Job => ({
  id: 'job-1',
  kind: 'finetune',
  status: 'running',
  progress: 0.2,
  message: '',
  error: null,
  createdAt: '',
  startAt: null,
  position: 1,
  endedAt: null,
  results: [],
  ...change,
})

describe('keeping the computer awake', () => {
  it('knows the program of each system, bound to the life of this process', () => {
    expect(findAwakeCommand('darwin', 7)).toEqual(['caffeinate', '-i', '-w', '7'])
    expect(findAwakeCommand('linux', 7)?.join(' ')).toMatch(/^systemd-inhibit --what=sleep:idle .*kill -0 7/)
    expect(findAwakeCommand('win32', 7)).toBeNull()
  })

  it('says once where it cannot be done', async () => {
    const lines: LogLine[] = []
    const awake = createKeepAwake(
      createLogger((line) => lines.push(line), createFakeClock()),
      ['/no/such/program'],
    )
    awake.hold(true)
    await expect.poll(() => lines.length).toBe(1)
    awake.hold(true)
    awake.hold(false)
    await wait(20)
    expect(lines).toHaveLength(1)
  })

  it('lets go when nothing trains', () => {
    const awake = createKeepAwake(silentLogger, ['sleep', '60'])
    awake.hold(true)
    awake.hold(false)
    awake.hold(true)
    awake.hold(false)
  })

  it('follows training jobs alone, and tells their end once', () => {
    const told: TrainingReport[] = []
    let push: (job: Job) => void = () => undefined
    followTraining({ subscribe: (listener) => ((push = (job) => listener('jobs.changed', job)), () => undefined) }, (report) =>
      told.push(report),
    )
    push(createJob({ kind: 'render' }))
    push(createJob({ status: 'queued' }))
    push(createJob({}))
    push(createJob({ progress: 0.5 }))
    push(createJob({ status: 'paused' }))
    push(createJob({}))
    push(createJob({ status: 'succeeded' }))
    push(createJob({ status: 'succeeded' }))
    expect(told.map(({ progress, ended }) => [progress, ended?.title])).toEqual([
      [0.2, undefined],
      [0.5, undefined],
      [null, undefined],
      [0.2, undefined],
      [null, 'The new voice is ready'],
    ])
  })
})
