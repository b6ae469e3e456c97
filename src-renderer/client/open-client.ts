import { findBridge, openBridgeLink } from './bridge-link.ts'
import { createClient, type Client } from './client.ts'
import { openSocketLink } from './socket-link.ts'

/** The client of this page, by the way that its host offers: the desktop window's bridge or the studio's socket. */
export const openClient = (): Client => {
  const bridge = findBridge()
  return bridge === undefined
    ? createClient(() => openSocketLink())
    : createClient(() => openBridgeLink(bridge), { pathOf: bridge.pathOf, files: bridge.files, onOpenFile: bridge.onOpenFile })
}
