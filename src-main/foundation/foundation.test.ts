import { idSchema } from '#contract/api.ts'
import { describe, expect, it } from 'vitest'
import { Cancelled, isCancelled, throwIfCancelled } from './cancellation.ts'
import { createFakeClock, readTimestamp } from './clock.ts'
import { createDisposables } from './disposables.ts'
import { EngineError } from './engine-error.ts'
import { createId } from './ids.ts'
import { createLogger, type LogLine } from './logger.ts'
import { findProjectRoot, readProgramVersion } from './project-root.ts'
import { createRandom } from './random.ts'

describe('foundation', () => {
  it('writes log lines with time, level and the whole of an error, from the wanted level on', () => {
    const lines: LogLine[] = []
    const logger = createLogger((line) => lines.push(line), createFakeClock(0), 'warn')
    logger.info('too quiet')
    logger.error('it broke', { error: new EngineError('INTERNAL', {}, { cause: new RangeError('deep') }), job: 'job-1' })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      time: '1970-01-01T00:00:00.000Z',
      level: 'error',
      message: 'it broke',
      job: 'job-1',
      error: { code: 'INTERNAL', cause: { message: 'deep' } },
    })
    expect(() => JSON.stringify(lines[0])).not.toThrow()
  })

  it('disposes in reverse, all of it, and reports the first failure', async () => {
    const order: number[] = []
    const disposables = createDisposables()
    disposables.add(() => void order.push(1))
    disposables.add(() => {
      order.push(2)
      throw new RangeError('two')
    })
    disposables.add(async () => void order.push(3))
    await expect(disposables.dispose()).rejects.toThrow('two')
    expect(order).toEqual([3, 2, 1])
    await disposables.dispose()
    expect(order).toHaveLength(3)
  })

  it('knows cancellation from failure', () => {
    const controller = new AbortController()
    expect(() => throwIfCancelled(controller.signal)).not.toThrow()
    controller.abort()
    expect(() => throwIfCancelled(controller.signal)).toThrow(Cancelled)
    expect(isCancelled(new DOMException('stop', 'AbortError'))).toBe(true)
    expect(isCancelled(new EngineError('INTERNAL'))).toBe(false)
  })

  it('makes ids that the contract accepts and that sort by time', () => {
    const clock = createFakeClock()
    const random = createRandom(1)
    const ids = Array.from({ length: 50 }, () => {
      clock.advance(1)
      return createId('take', clock, random)
    })
    for (const id of ids) expect(idSchema.safeParse(id).success).toBe(true)
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(50)
    expect(readTimestamp(clock)).toBe('2026-01-01T00:00:00.050Z')
  })

  it('finds its own package', () => {
    expect(findProjectRoot()).toMatch(/\S/)
    expect(readProgramVersion()).toMatch(/^\d+\.\d+\.\d+/)
  })
})
