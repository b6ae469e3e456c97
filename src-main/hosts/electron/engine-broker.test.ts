import type { WireError } from '#contract/errors.ts'
import { describe, expect, it } from 'vitest'
import { createEngineBroker, type EngineProcess } from './engine-broker.ts'

const setUp = () => {
  const engines: { say(message: unknown): void; exit(): void; ports: string[]; isKilled: boolean }[] = []
  const surrenders: (WireError | null)[] = []
  let channels = 0
  const fork = (): EngineProcess<string> => {
    const messages: ((message: unknown) => void)[] = []
    const exits: (() => void)[] = []
    const own = {
      ports: [] as string[],
      isKilled: false,
      say: (message: unknown) => messages.forEach((listener) => listener(message)),
      exit: () => exits.forEach((listener) => listener()),
    }
    engines.push(own)
    return {
      givePort: (port) => void own.ports.push(port),
      onMessage: (listener) => void messages.push(listener),
      onExit: (listener) => void exits.push(listener),
      kill: () => {
        own.isKilled = true
        own.exit()
      },
    }
  }
  const broker = createEngineBroker<string>({
    fork,
    createChannel: () => ({ engineEnd: `engine ${++channels}`, pageEnd: `page ${channels}` }),
    onGiveUp: (error) => void surrenders.push(error),
  })
  return { broker, engines, surrenders }
}

describe('the engine broker', () => {
  it('hands out both ends of one channel once the engine serves', () => {
    const { broker, engines } = setUp()
    const page: string[] = []
    broker.addPage(1, (port) => void page.push(port))
    expect(page).toEqual([])
    engines[0]?.say({ type: 'ready' })
    expect(page).toEqual(['page 1'])
    expect(engines[0]?.ports).toEqual(['engine 1'])
  })
  it('gives a reloaded page a fresh channel, and a closed one none', () => {
    const { broker, engines } = setUp()
    const page: string[] = []
    engines[0]?.say({ type: 'ready' })
    broker.addPage(1, (port) => void page.push(port))
    broker.addPage(1, (port) => void page.push(port))
    expect(page).toEqual(['page 1', 'page 2'])
    broker.removePage(1)
    engines[0]?.exit()
    engines[1]?.say({ type: 'ready' })
    expect(page).toHaveLength(2)
  })
  it('starts a dead engine again and connects the pages anew', () => {
    const { broker, engines, surrenders } = setUp()
    const page: string[] = []
    broker.addPage(1, (port) => void page.push(port))
    engines[0]?.say({ type: 'ready' })
    engines[0]?.exit()
    engines[1]?.say({ type: 'ready' })
    expect(page).toEqual(['page 1', 'page 2'])
    expect(engines[1]?.ports).toEqual(['engine 2'])
    expect(surrenders).toEqual([])
  })
  it('gives up after three restarts', () => {
    const { engines, surrenders } = setUp()
    for (let i = 0; i < 4; i++) engines[i]?.exit()
    expect(engines).toHaveLength(4)
    expect(surrenders).toEqual([null])
  })
  it('does not insist where the engine says why it cannot start', () => {
    const { engines, surrenders } = setUp()
    const error: WireError = { code: 'LIBRARY_IN_USE', details: { path: 'x' } }
    engines[0]?.say({ type: 'failed', error })
    engines[0]?.exit()
    expect(engines).toHaveLength(1)
    expect(surrenders).toEqual([error])
  })
  it('ends with the shell', () => {
    const { broker, engines, surrenders } = setUp()
    broker.close()
    expect(engines).toMatchObject([{ isKilled: true }])
    expect(surrenders).toEqual([])
  })
  it('ignores what is no report', () => {
    const { broker, engines } = setUp()
    const page: string[] = []
    broker.addPage(1, (port) => void page.push(port))
    for (const message of [null, 'ready', 7, { type: 'push' }, {}]) engines[0]?.say(message)
    expect(page).toEqual([])
  })
})
