/** The preload of the desktop window: asks the shell for its port to the engine and shows the page functions alone. */
import {
  ASK_FOR_FILES,
  ASK_FOR_PORT,
  BRIDGE_NAME,
  type DesktopFiles,
  FILE_ACTION,
  HAND_OVER_PORT,
  OPEN_FILE,
  type OpenedFile,
  type OutgoingFile,
  START_DRAG,
} from '#contract/desktop-bridge.ts'
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { createBridge } from './create-bridge.ts'
import { createWindowPort, type WindowPortLike } from './window-port.ts'

const act = (action: keyof DesktopFiles, file: OutgoingFile): Promise<string | null> =>
  ipcRenderer.invoke(FILE_ACTION, action, file) as Promise<string | null>
const files: DesktopFiles = {
  startDrag: (outgoing) => ipcRenderer.send(START_DRAG, outgoing),
  copyPath: (file) => act('copyPath', file),
  reveal: (file) => act('reveal', file),
  saveAs: (file) => act('saveAs', file),
}
const onOpenFile = (listener: (file: OpenedFile) => void): (() => void) => {
  const hear = (_event: unknown, file: OpenedFile): void => listener(file)
  ipcRenderer.on(OPEN_FILE, hear)
  ipcRenderer.send(ASK_FOR_FILES)
  return () => void ipcRenderer.off(OPEN_FILE, hear)
}
const pathOf = (file: object): string => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0])
const { bridge, usePort } = createBridge(pathOf, files, onOpenFile)

ipcRenderer.on(HAND_OVER_PORT, ({ ports }) => {
  const port = ports[0]
  if (port !== undefined) usePort(createWindowPort(port as unknown as WindowPortLike))
})
ipcRenderer.send(ASK_FOR_PORT)
contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge)
