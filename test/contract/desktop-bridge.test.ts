import { ApiError } from '#contract/api-error.ts'
import type { MethodName } from '#contract/api.ts'
import type { DesktopBridge } from '#contract/desktop-bridge.ts'
import { openBridgeLink } from '#renderer/client/bridge-link.ts'
import { serve } from '#rpc/serve.ts'
import { createProbeApi } from '#test/suites/probe-api.ts'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { createBridge } from '../../src-preload/bridge/create-bridge.ts'
import { createWindowPort, type WindowPortLike } from '../../src-preload/bridge/window-port.ts'

/** The way of a call in the desktop window: page, bridge, a real MessageChannel, services. Values are cloned as between worlds. */
const betweenWorlds = (bridge: DesktopBridge): DesktopBridge => ({
  ready: () => bridge.ready(),
  call: async (method, input) => structuredClone(await bridge.call(method, structuredClone(input))),
  on: (event, listener) => bridge.on(event, (payload) => listener(structuredClone(payload))),
  onClose: (listener) => bridge.onClose(listener),
  pathOf: (file) => bridge.pathOf(file),
  files: bridge.files,
  onOpenFile: (listener) => bridge.onOpenFile(listener),
})

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

const openEngine = (usePort: ReturnType<typeof createBridge>['usePort']) => {
  const { port1, port2 } = new MessageChannel()
  const { api, pushes } = createProbeApi()
  const server = serve(createWindowPort(port1 as unknown as WindowPortLike), api, { pushes })
  usePort(createWindowPort(port2 as unknown as WindowPortLike))
  closers.push(() => server.close())
  return { pushes, stop: () => server.close() }
}

describe('the desktop bridge', () => {
  it('carries calls with typed arrays and answers them', async () => {
    const { bridge, usePort } = createBridge()
    openEngine(usePort)
    const link = await openBridgeLink(betweenWorlds(bridge))
    const hum = await link.api.hums.fromRecording({ pcm: new Float32Array([0.25, -0.5]), sampleRate: 8000, name: 'a ' })
    expect(hum.name).toBe('a Float32Array')
    expect(hum.melody.pitchTrack?.f0).toEqual([0.25, -0.5])
  })
  it('rebuilds errors with their code and sentences', async () => {
    const { bridge, usePort } = createBridge()
    openEngine(usePort)
    const link = await openBridgeLink(betweenWorlds(bridge))
    const error = await link.api.hums.get({ humId: 'hum-missing' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ code: 'NOT_FOUND', details: { kind: 'hum' } })
    await expect(link.api.hums.get({ humId: 7 as unknown as string })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(link.api.hums.get({ humId: 'hum-bug' })).rejects.toMatchObject({ code: 'INTERNAL' })
  })
  it('calls nothing that is no method of the contract', async () => {
    const { bridge, usePort } = createBridge()
    openEngine(usePort)
    for (const method of ['constructor', '__proto__.toString', 'hums', 'hums.toString', 7]) {
      expect(await bridge.call(method as MethodName, {})).toMatchObject({ error: { code: 'INVALID_ARGUMENT' } })
    }
  })
  it('passes pushes on until the page stops listening', async () => {
    const { bridge, usePort } = createBridge()
    const { pushes } = openEngine(usePort)
    const link = await openBridgeLink(betweenWorlds(bridge))
    const heard: unknown[] = []
    const stop = link.on('library.changed', (payload) => void heard.push(payload))
    pushes.emit('library.changed', { kinds: ['hums'] })
    await link.api.hums.list({})
    stop()
    pushes.emit('library.changed', { kinds: ['takes'] })
    await link.api.hums.list({})
    expect(heard).toEqual([{ kinds: ['hums'] }])
  })
  it('fails open calls when the engine dies and works again with the next one', async () => {
    const { bridge, usePort } = createBridge()
    const first = openEngine(usePort)
    const link = await openBridgeLink(betweenWorlds(bridge))
    const open = link.api.hums.get({ humId: 'hum-slow' })
    const ended = new Promise<void>((resolve) => link.onClose(resolve))
    first.stop()
    await expect(open).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await ended
    const waiting = openBridgeLink(betweenWorlds(bridge))
    openEngine(usePort)
    const again = await waiting
    expect(await again.api.hums.list({})).toEqual([])
  })
})
