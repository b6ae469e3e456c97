/** The desktop shell: one hardened window, the page's files, the engine in a process of its own. It knows nothing of music. */
import { ApiError } from '#contract/api-error.ts'
import { ASK_FOR_FILES, ASK_FOR_PORT, FILE_ACTION, HAND_OVER_PORT, OPEN_FILE, START_DRAG } from '#contract/desktop-bridge.ts'
import {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  MessageChannelMain,
  nativeImage,
  Notification,
  powerSaveBlocker,
  protocol,
  session,
  shell,
  utilityProcess,
  type MessagePortMain,
  type WebContents,
} from 'electron'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findDataDir } from '../data-dir.ts'
import type { TrainingReport } from '#contract/host-messages.ts'
import { createEngineBroker, type EngineProcess } from './engine-broker.ts'
import { createOpenedFiles, findOpenedPaths } from './opened-files.ts'
import { createFileActions, sweepOutgoingFiles } from './outgoing-files.ts'
import { createPageHandler } from './page-protocol.ts'
import { isNavigationAllowed, isOwnUrl, isPermissionGranted, isTrustedSender, SCHEME, START_URL, WEB_PREFERENCES } from './policy.ts'

const here = import.meta.dirname
const dataDir = findDataDir(process.env)
const rendererDir = join(here, '../renderer')

const forkEngine = (): EngineProcess<MessagePortMain> => {
  const child = utilityProcess.fork(join(here, 'engine.js'), [dataDir, join(here, 'compute.js')], {
    serviceName: 'Fiddlehead engine',
    env: { ...process.env, FIDDLEHEAD_VERSION: app.getVersion() },
  })
  return {
    givePort: (port) => child.postMessage({ type: 'serve' }, [port]),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  }
}

const showWindow = (): void => {
  const window = BrowserWindow.getAllWindows()[0]
  if (window?.isMinimized() === true) window.restore()
  window?.focus()
}

/** The computer stays awake while a voice is trained; the taskbar tells how far it is, a message that it has ended. */
const followTraining = (): ((report: TrainingReport) => void) => {
  let blocker: number | null = null
  return ({ progress, ended }) => {
    if (progress !== null) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
    for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(progress ?? -1)
    if (ended === null || !Notification.isSupported()) return
    const notification = new Notification(ended)
    notification.on('click', showWindow)
    notification.show()
  }
}

const startBroker = () =>
  createEngineBroker<MessagePortMain>({
    fork: forkEngine,
    createChannel: () => {
      const { port1, port2 } = new MessageChannelMain()
      return { engineEnd: port1, pageEnd: port2 }
    },
    onTraining: followTraining(),
    onGiveUp: (wire) => {
      const error = wire === null ? null : new ApiError(wire)
      dialog.showErrorBox(
        error?.message ?? 'The Fiddlehead engine stopped too often.',
        error?.remedy ?? 'Start Fiddlehead again; what was saved is safe.',
      )
      app.quit()
    },
  })

const openedFiles = createOpenedFiles()
const outgoing = { dataDir, outgoingDir: join(dataDir, 'outgoing') }

/** A small waveform: some systems refuse a drag without an image. */
// prettier-ignore
const DRAG_IMAGE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAYAAACqaXHeAAAAuklEQVR42u3ZQQ5AMBBAUQdyFRdxdYdAxEJE6GilwvuJhXRanU+inTYNAAAAsND23fDliwACCCCAAAIIIKCagHGm5hjFBUQncxRfYozfCBhXXi3gbIIE7NqiCR3FR/o/LuAqoZT4q/4EbNqjX1AVAfsJE5CRUEr8Wf8iAnLe6CcFRO9zEoo+r7iAOwnXvCeAAAII8BewDrAStBewG1QPUBFSE1QVdi7gZMjZIAEEEEAAAQQQAAAAgN8zAfRgHclMtK1pAAAAAElFTkSuQmCC'

const actionsOf = (sender: WebContents) =>
  createFileActions(outgoing, {
    startDrag: ([file = '', ...rest]) =>
      sender.startDrag({ file, files: [file, ...rest], icon: nativeImage.createFromDataURL(DRAG_IMAGE) }),
    copyText(text) {
      void clipboard.writeText(text)
    },
    reveal: (path) => shell.showItemInFolder(path),
    async choosePath(suggestion) {
      const { canceled, filePath } = await dialog.showSaveDialog({ defaultPath: join(app.getPath('documents'), basename(suggestion)) })
      return canceled || filePath === '' ? null : filePath
    },
  })

const guardSession = (): void => {
  const own = session.defaultSession
  own.setPermissionRequestHandler((_, permission, answer, details) =>
    answer(isPermissionGranted(permission, details.requestingUrl, 'mediaTypes' in details ? details.mediaTypes : undefined)),
  )
  own.setPermissionCheckHandler((_, permission, origin, details) =>
    isPermissionGranted(permission, origin, details.mediaType === undefined ? undefined : [details.mediaType]),
  )
  own.setDevicePermissionHandler(() => false)
  own.on('will-download', (event, item) => {
    if (!isOwnUrl(item.getURL()) && !item.getURL().startsWith(`blob:${START_URL.slice(0, -1)}`)) event.preventDefault()
  })
}

const openWindow = (broker: ReturnType<typeof startBroker>): void => {
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    minWidth: 720,
    minHeight: 560,
    show: false,
    title: 'Fiddlehead',
    backgroundColor: '#17130f',
    autoHideMenuBar: true,
    webPreferences: { ...WEB_PREFERENCES, preload: join(here, '../preload/index.cjs') },
  })
  const { id } = window.webContents
  window.once('ready-to-show', () => window.show())
  window.on('closed', () => {
    broker.removePage(id)
    openedFiles.setPage(null)
  })
  void window.loadURL(START_URL)
}

// Before anything is ready: the page's own origin, a sandbox for every renderer, no second shell on one library.
protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])
app.enableSandbox()
app.on('web-contents-created', (_, contents) => {
  contents.on('will-navigate', (event) => {
    if (!isNavigationAllowed(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
})

const run = async (): Promise<void> => {
  await app.whenReady()
  if (!existsSync(join(rendererDir, 'index.html'))) {
    dialog.showErrorBox('The studio is not built.', 'Run "npm start"; it builds what is missing.')
    app.quit()
    return
  }
  guardSession()
  protocol.handle(SCHEME, createPageHandler({ rendererDir, dataDir }))
  const broker = startBroker()
  ipcMain.on(ASK_FOR_PORT, ({ senderFrame, sender }) => {
    if (!isTrustedSender(senderFrame)) return
    broker.addPage(sender.id, (port) => {
      if (!sender.isDestroyed()) sender.postMessage(HAND_OVER_PORT, null, [port])
    })
  })
  sweepOutgoingFiles(outgoing.outgoingDir, Date.now())
  ipcMain.on(START_DRAG, ({ senderFrame, sender }, files: unknown) => {
    if (isTrustedSender(senderFrame)) actionsOf(sender).drag(files)
  })
  ipcMain.handle(FILE_ACTION, ({ senderFrame, sender }, action: unknown, file: unknown) =>
    isTrustedSender(senderFrame) ? actionsOf(sender).act(action, file) : null,
  )
  ipcMain.on(ASK_FOR_FILES, ({ senderFrame, sender }) => {
    if (!isTrustedSender(senderFrame)) return
    openedFiles.setPage((file) => {
      if (!sender.isDestroyed()) sender.send(OPEN_FILE, file)
    })
  })
  app.on('second-instance', (_, args, folder) => {
    // On a Mac the program lives on without a window.
    if (BrowserWindow.getAllWindows().length === 0) openWindow(broker)
    showWindow()
    openedFiles.add(findOpenedPaths(args.slice(1), folder))
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(broker)
  })
  app.on('will-quit', () => broker.close())
  openWindow(broker)
}

// A Mac says it so; elsewhere the file is on the command line.
app.on('open-file', (event, path) => {
  event.preventDefault()
  openedFiles.add(findOpenedPaths([path]))
})
openedFiles.add(findOpenedPaths(process.argv.slice(1)))
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit()
})
if (app.requestSingleInstanceLock()) void run()
else app.quit()
