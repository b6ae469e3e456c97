import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { watchForAddress } from './open-page.mjs'

const ADDRESS = 'http://127.0.0.1:4321/?token=abc'

const watch = (isOpened: boolean): { opened: string[]; written: string } => {
  const output = new EventEmitter()
  const opened: string[] = []
  const seen = { opened, written: '' }
  watchForAddress(output, { isOpened, open: (url: string) => opened.push(url), write: (chunk: unknown) => (seen.written += String(chunk)) })
  for (const chunk of ['hello\n', ADDRESS.slice(0, 20), ADDRESS.slice(20), `\n${ADDRESS}\n`]) output.emit('data', Buffer.from(chunk))
  return seen
}

it("opens the studio's first address once, when it is whole, and passes every line on", () => {
  const { opened, written } = watch(true)
  expect(opened).toEqual([ADDRESS])
  expect(written).toBe(`hello\n${ADDRESS}\n${ADDRESS}\n`)
})

it('opens nothing with --no-open', () => {
  const { opened, written } = watch(false)
  expect(opened).toEqual([])
  expect(written).toContain(ADDRESS)
})
