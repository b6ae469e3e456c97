import { expect, it, vi } from 'vitest'
import { PUSH_NAMES } from '#contract/api.ts'
import type { Api, Job } from '#contract/api.ts'
import type { DesktopBridge } from '#contract/desktop-bridge.ts'
import { openBridgeLink } from './bridge-link.ts'
import { createClient } from './client.ts'

const nothing = (): Promise<null> => Promise.resolve(null)

/** A desktop bridge whose engine can be ended by hand. */
const createFakeBridge = () => {
  const closers: (() => void)[] = []
  const listeners = new Set<(payload: never) => void>()
  const bridge: DesktopBridge = {
    ready: () => Promise.resolve(),
    call: (method) =>
      Promise.resolve(
        method === 'hums.list' ? { output: [] } : { error: { code: 'NOT_FOUND' as const, details: { kind: 'hum', id: 'x' } } },
      ),
    on: (_event, listener) => {
      listeners.add(listener as (payload: never) => void)
      return () => void listeners.delete(listener as (payload: never) => void)
    },
    onClose: (listener) => void closers.push(listener),
    pathOf: () => '',
    files: { startDrag: () => undefined, copyPath: nothing, reveal: nothing, saveAs: nothing },
    onOpenFile: () => () => undefined,
  }
  return { bridge, listeners, end: () => closers.splice(0).forEach((close) => close()) }
}

it('calls through the bridge and rebuilds its errors', async () => {
  const { api } = await openBridgeLink(createFakeBridge().bridge)
  await expect(api.hums.list({})).resolves.toEqual([])
  await expect(api.hums.get({ humId: 'abcd' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    remedy: expect.stringContaining('Refresh') as string,
  })
})

it('fails calls with CONNECTION_LOST while there is no engine, and hears every push once after it is back', async () => {
  vi.useFakeTimers()
  const { bridge, listeners, end } = createFakeBridge()
  const client = createClient(() => openBridgeLink(bridge))
  const states: boolean[] = []
  client.onConnection((isOpen) => states.push(isOpen))
  const jobs: Job[] = []
  client.on('jobs.changed', (job) => jobs.push(job))
  await expect(client.api.hums.list({})).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  await vi.runAllTimersAsync()
  const api: Api = client.api
  await expect(api.hums.list({})).resolves.toEqual([])
  end()
  await expect(api.hums.list({})).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  await vi.runAllTimersAsync()
  await expect(api.hums.list({})).resolves.toEqual([])
  expect(states).toEqual([true, false, true])
  expect(listeners.size).toBe(PUSH_NAMES.length)
  vi.useRealTimers()
})
