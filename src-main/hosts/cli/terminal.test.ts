import { describe, expect, it, vi } from 'vitest'
import { Cancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { EXIT, reportFailure } from './terminal.ts'

describe('reportFailure', () => {
  it('tells being stopped, being asked nonsense and failing apart', () => {
    const written: string[] = []
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
    try {
      expect(reportFailure(new Cancelled(), false)).toBe(EXIT.stopped)
      expect(reportFailure(new EngineError('INVALID_ARGUMENT', { what: 'The rank must be positive.' }), false)).toBe(EXIT.usage)
      expect(reportFailure(new TypeError('x is undefined'), false)).toBe(EXIT.failure)
    } finally {
      write.mockRestore()
    }
    expect(written[0]).toBe('Stopped.\n')
    expect(written[1]).toContain('The rank must be positive.')
  })
})
