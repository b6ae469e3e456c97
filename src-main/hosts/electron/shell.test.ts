import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as contract from '#contract/desktop-bridge.ts'

/** The shell and the preload, run against an Electron that only takes notes: neither may forget what the other relies on. */

type Listener = (...args: never[]) => unknown
const seen = vi.hoisted(() => {
  const record = () => new Map<string, Listener>()
  return { shellOn: record(), shellHandle: record(), app: record(), pageOn: record(), pageSent: [] as string[], pageAsked: [] as string[], windows: [] as unknown[], calls: [] as unknown[][], bridge: undefined as unknown } // prettier-ignore
})

vi.mock('electron', () => {
  class BrowserWindow {
    static readonly getAllWindows = (): unknown[] => seen.windows
    readonly webContents = { id: 1 }
    constructor() {
      seen.windows.push(this)
    }
    once(): void {}
    on(): void {}
    isMinimized(): boolean {
      return true
    }
    restore(): void {
      seen.calls.push(['restore'])
    }
    focus(): void {
      seen.calls.push(['focus'])
    }
    loadURL(): Promise<void> {
      return Promise.resolve()
    }
  }
  return {
    BrowserWindow,
    app: {
      on: (name: string, listener: Listener) => seen.app.set(name, listener),
      whenReady: () => Promise.resolve(),
      enableSandbox: () => undefined,
      requestSingleInstanceLock: () => true,
      getVersion: () => '1.0.0',
      getPath: () => '/documents',
      quit: () => seen.calls.push(['quit']),
    },
    clipboard: { writeText: (text: string) => seen.calls.push(['clipboard', text]) },
    shell: { showItemInFolder: (path: string) => seen.calls.push(['reveal', path]) },
    dialog: { showErrorBox: (...args: unknown[]) => seen.calls.push(['error', ...args]), showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }) }, // prettier-ignore
    ipcMain: {
      on: (name: string, listener: Listener) => seen.shellOn.set(name, listener),
      handle: (name: string, listener: Listener) => seen.shellHandle.set(name, listener),
    },
    MessageChannelMain: class {
      readonly port1 = {}
      readonly port2 = {}
    },
    nativeImage: { createFromDataURL: (url: string) => url },
    Notification: { isSupported: () => false },
    powerSaveBlocker: {},
    protocol: { registerSchemesAsPrivileged: () => undefined, handle: () => undefined },
    session: { defaultSession: { setPermissionRequestHandler: () => undefined, setPermissionCheckHandler: () => undefined, setDevicePermissionHandler: () => undefined, on: () => undefined } }, // prettier-ignore
    utilityProcess: {
      fork: () => ({
        postMessage: () => undefined,
        on: (_name: string, hear: (message: unknown) => void) => hear({ type: 'ready' }),
        once: () => undefined,
        kill: () => undefined,
      }),
    },
    contextBridge: { exposeInMainWorld: (_name: string, bridge: unknown) => (seen.bridge = bridge) },
    ipcRenderer: {
      on: (name: string, listener: Listener) => seen.pageOn.set(name, listener),
      off: () => undefined,
      send: (name: string) => seen.pageSent.push(name),
      invoke: (name: string) => (seen.pageAsked.push(name), Promise.resolve(null)),
    },
    webUtils: { getPathForFile: () => '' },
  }
})

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>()
  // The page of this program counts as built.
  return { ...fs, existsSync: (path: string) => path.endsWith(join('renderer', 'index.html')) || fs.existsSync(path) }
})

/** Every channel that the contract names. */
const CHANNELS = Object.values(contract).flatMap((value) => (typeof value === 'string' && value.includes(':') ? [value] : []))
const OWN = { senderFrame: { url: 'fiddlehead://app/', parent: null } }
const STRANGER = { senderFrame: { url: 'https://example.com/', parent: null } }

describe('the desktop shell and its preload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-shell-'))
  const assetId = 'a'.repeat(64)
  const send = vi.fn<(channel: string, ...rest: unknown[]) => void>()
  const postMessage = vi.fn<(channel: string, ...rest: unknown[]) => void>()
  const startDrag = vi.fn<(item: { file: string }) => void>()
  const sender = { id: 1, isDestroyed: () => false, send, postMessage, startDrag }
  const call = (listener: Listener | undefined, ...args: unknown[]): unknown => (listener as ((...all: unknown[]) => unknown) | undefined)?.(...args) // prettier-ignore
  const shellHears = (channel: string, from: object, ...args: unknown[]): unknown =>
    call(seen.shellOn.get(channel) ?? seen.shellHandle.get(channel), { ...from, sender }, ...args)

  beforeAll(async () => {
    vi.stubEnv('FIDDLEHEAD_DATA_DIR', folder)
    mkdirSync(join(folder, 'blobs', assetId.slice(0, 2)), { recursive: true })
    writeFileSync(join(folder, 'blobs', assetId.slice(0, 2), `${assetId}.wav`), 'RIFF')
    await import('./index.ts')
    await vi.waitFor(() => expect(seen.windows).toHaveLength(1))
    await import('../../../src-preload/bridge/index.ts')
    const { files, onOpenFile } = seen.bridge as contract.DesktopBridge
    const file = { assetId, fileName: 'song.wav' }
    files.startDrag([file])
    await Promise.all([files.copyPath(file), files.reveal(file), files.saveAs(file)])
    onOpenFile(() => undefined)
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true, force: true })
  })

  it('have somebody at both ends of every channel of the contract', () => {
    expect(CHANNELS.length).toBeGreaterThanOrEqual(6)
    const fromPage = new Set([...seen.pageSent, ...seen.pageAsked])
    // What the page sends the shell hears, what it asks for the shell answers, and nothing else.
    expect([...seen.shellOn.keys()].sort()).toEqual([...new Set(seen.pageSent)].sort())
    expect([...seen.shellHandle.keys()].sort()).toEqual([...new Set(seen.pageAsked)].sort())
    expect([...fromPage, ...seen.pageOn.keys()].sort()).toEqual([...CHANNELS].sort())
  })

  it('hand over a port and the files that were opened from outside, to the page’s own frame alone', () => {
    const song = join(folder, 'song.fiddlehead')
    writeFileSync(song, 'bundle')
    call(seen.app.get('open-file'), { preventDefault: () => undefined }, song)
    shellHears(contract.ASK_FOR_PORT, STRANGER)
    shellHears(contract.ASK_FOR_FILES, STRANGER)
    expect(postMessage).not.toHaveBeenCalled()
    expect(send).not.toHaveBeenCalled()
    shellHears(contract.ASK_FOR_PORT, OWN)
    expect(postMessage).toHaveBeenCalledWith(contract.HAND_OVER_PORT, null, [expect.anything()])
    shellHears(contract.ASK_FOR_FILES, OWN)
    expect(send).toHaveBeenCalledWith(contract.OPEN_FILE, { fileName: 'song.fiddlehead', bytes: new Uint8Array(Buffer.from('bundle')) })
  })

  it('open what a second start was given, named from its own folder, in the window that is there', () => {
    send.mockClear()
    writeFileSync(join(folder, 'other.fiddlehead-voice'), 'voice')
    call(seen.app.get('second-instance'), {}, ['fiddlehead', '--flag', 'other.fiddlehead-voice', 'gone.fiddlehead'], folder)
    expect(seen.calls).toEqual(expect.arrayContaining([['restore'], ['focus']]))
    expect(send).toHaveBeenCalledOnce()
    expect(send).toHaveBeenCalledWith(contract.OPEN_FILE, expect.objectContaining({ fileName: 'other.fiddlehead-voice' }))
    expect(seen.windows).toHaveLength(1)
  })

  it('drag out and show files of the library, for the page’s own frame alone', async () => {
    const file = { assetId, fileName: 'song.wav' }
    shellHears(contract.START_DRAG, STRANGER, [file])
    expect(await shellHears(contract.FILE_ACTION, STRANGER, 'copyPath', file)).toBeNull()
    expect(startDrag).not.toHaveBeenCalled()
    shellHears(contract.START_DRAG, OWN, [file])
    expect(startDrag.mock.calls[0]?.[0].file).toMatch(/song\.wav$/)
    const path = await shellHears(contract.FILE_ACTION, OWN, 'copyPath', file)
    expect(seen.calls).toContainEqual(['clipboard', path])
    expect(await shellHears(contract.FILE_ACTION, OWN, 'saveAs', file)).toBeNull()
  })
})
