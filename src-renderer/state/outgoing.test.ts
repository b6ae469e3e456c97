import { expect, it, vi } from 'vitest'
import type { DesktopFiles } from '#contract/desktop-bridge.ts'
import { createFakeClient } from '#test/app/fake-engine/fake-client.ts'
import { Notices } from './notices.svelte.ts'
import { Outgoing } from './outgoing.svelte.ts'

const file = { assetId: 'ab'.repeat(32), fileName: 'Take 1.wav' }
const startDragEvent = () => ({ preventDefault: vi.fn(), dataTransfer: { setData: vi.fn() } })
const asDrag = (event: ReturnType<typeof startDragEvent>): DragEvent => event as unknown as DragEvent

it('makes a file once, and hands a drag over to the system only when it is there', async () => {
  const files = { startDrag: vi.fn(), copyPath: vi.fn(() => Promise.resolve('/x/Take 1.wav')), reveal: vi.fn(), saveAs: vi.fn() }
  const notices = new Notices()
  const outgoing = new Outgoing({ ...createFakeClient({}).client, files: files as unknown as DesktopFiles }, notices)
  const make = vi.fn(() => Promise.resolve(file))
  const early = startDragEvent()
  outgoing.drag(asDrag(early), 'take-1')
  expect(early.preventDefault).toHaveBeenCalled()
  expect(files.startDrag).not.toHaveBeenCalled()
  await Promise.all([outgoing.prepare('take-1', make), outgoing.prepare('take-1', make)])
  await outgoing.prepare('take-1', make)
  expect(make).toHaveBeenCalledTimes(1)
  outgoing.drag(asDrag(startDragEvent()), 'take-1')
  expect(files.startDrag).toHaveBeenCalledWith([file])
  await outgoing.copyPath(Promise.resolve(file))
  expect(notices.list.at(-1)?.remedy).toBe('/x/Take 1.wav')
})

it('lets a browser download what is dragged out', async () => {
  vi.stubGlobal('location', { origin: 'http://localhost:1' })
  const outgoing = new Outgoing(createFakeClient({}).client, new Notices())
  expect(outgoing.isDesktop).toBe(false)
  await outgoing.prepare('t', () => Promise.resolve(file))
  const event = startDragEvent()
  outgoing.drag(asDrag(event), 't')
  expect(event.preventDefault).not.toHaveBeenCalled()
  expect(event.dataTransfer.setData).toHaveBeenCalledWith(
    'DownloadURL',
    `audio/wav:Take 1.wav:http://localhost:1/assets/${file.assetId}?download=Take%201.wav`,
  )
  vi.unstubAllGlobals()
})
