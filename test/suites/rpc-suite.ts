import { ApiError } from '#contract/api-error.ts'
import type { Port } from '#rpc/port.ts'
import { connect, type Connection } from '#rpc/connect.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

export interface Rig {
  /** A port whose other end serves the probe api. */
  readonly port: Port
  readonly stop: () => Promise<void> | void
}

const hashBytes = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7)

const failureOf = async (call: Promise<unknown>): Promise<ApiError> => {
  const outcome = await call.then(
    () => null,
    (error: unknown) => error,
  )
  expect(outcome).toBeInstanceOf(ApiError)
  return outcome as ApiError
}

/** What every transport owes its users. The same lines run over each of them. */
export const describeRpc = (transport: string, createRig: () => Promise<Rig>): void => {
  describe(`calls over ${transport}`, () => {
    let rig: Rig
    let connection: Connection
    beforeEach(async () => {
      rig = await createRig()
      connection = connect(rig.port)
    })
    afterEach(async () => {
      connection.close()
      await rig.stop()
    })

    it('carries recordings bit for bit', async () => {
      await fc.assert(
        fc.asyncProperty(fc.float32Array({ minLength: 1, maxLength: 300, noNaN: true, noDefaultInfinity: true }), async (pcm) => {
          const whole = new Float32Array(pcm.length + 3)
          whole.set(pcm, 3)
          // A window into a larger buffer, as recorders hand out.
          const hum = await connection.api.hums.fromRecording({ pcm: whole.subarray(3), sampleRate: 44100 })
          expect(hum.name).toBe('Float32Array')
          expect(hum.melody.pitchTrack?.f0.map((x) => x + 0)).toEqual([...pcm].map((x) => x + 0))
        }),
        { numRuns: 25 },
      )
    })

    it('carries files of every length', async () => {
      for (const length of [0, 1, 3, 8, 65537]) {
        const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + 7) & 255)
        const hum = await connection.api.hums.fromFile({ fileName: 'ä.wav', bytes })
        expect(hum.name).toBe(`ä.wav:${length}:${hashBytes(bytes)}`)
      }
    })

    it('answers many calls at once, each with its own', async () => {
      const texts = Array.from({ length: 50 }, (_, i) => `text ${i} 🎻`)
      const hums = await Promise.all(texts.map((text) => connection.api.hums.fromText({ text })))
      expect(hums.map(({ name }) => name)).toEqual(texts)
    })

    it('parses every argument and fills defaults in', async () => {
      const hum = await connection.api.hums.snap({ humId: 'hum-1', snap: {} })
      expect(JSON.parse(hum.name)).toEqual({ key: 'off', grid: 'off' })
      const error = await failureOf(connection.api.hums.get({ humId: '../etc' }))
      expect(error.code).toBe('INVALID_ARGUMENT')
      expect(error.message).toContain('hums.get, humId')
      expect((await failureOf(connection.api.hums.fromRecording({ pcm: [0.1] as never, sampleRate: 44100 }))).code).toBe('INVALID_ARGUMENT')
    })

    it('rebuilds errors of the catalogue with their two sentences', async () => {
      const error = await failureOf(connection.api.hums.get({ humId: 'hum-missing' }))
      expect(error.code).toBe('NOT_FOUND')
      expect(error.details).toEqual({ kind: 'hum', id: 'hum-missing' })
      expect(error.message).toBe('There is no hum with the id "hum-missing".')
      expect(error.remedy).toContain('Refresh the list')
    })

    it('tells nothing of a bug but a trace id', async () => {
      const error = await failureOf(connection.api.hums.get({ humId: 'hum-bug' }))
      expect(error.code).toBe('INTERNAL')
      expect(error.traceId).toMatch(/\S+/)
      expect(error.message).toContain(String(error.traceId))
      expect(JSON.stringify(error.details)).not.toContain('secret')
    })

    it('delivers pushes until their listener leaves', async () => {
      const heard: unknown[] = []
      const leave = connection.on('library.changed', (payload) => heard.push(payload))
      await connection.api.settings.set({ theme: 'dark' })
      expect(heard).toEqual([{ kinds: ['settings'] }])
      leave()
      await connection.api.settings.set({ theme: 'light' })
      expect(heard).toHaveLength(1)
    })

    it('lives on after messages that make no sense', async () => {
      for (const nonsense of [null, 7, 'call', [], {}, { type: 'call' }, { type: 'call', id: 1.5, method: 'hums.get' }, { type: 'push' }])
        rig.port.post(nonsense)
      rig.port.post({ type: 'call', id: 99, method: '__proto__.constructor', input: {} })
      rig.port.post({ type: 'call', id: 98, method: 'hums.toString', input: {} })
      expect((await connection.api.hums.get({ humId: 'hum-fine' })).id).toBe('hum-fine')
    })

    it('fails open and later calls with CONNECTION_LOST when the port closes', async () => {
      const open = failureOf(connection.api.hums.get({ humId: 'hum-slow' }))
      await connection.api.hums.list({})
      await rig.stop()
      expect((await open).code).toBe('CONNECTION_LOST')
      expect(connection.isOpen).toBe(false)
      expect((await failureOf(connection.api.hums.list({}))).code).toBe('CONNECTION_LOST')
    })
  })
}
