import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupProblem } from './console.mjs'

/**
 * Node-API 10 is what better-sqlite3 13 needs (an older Node dies without a word), and from 22.18 on Node runs TypeScript by itself.
 */
export const isNodeGoodEnough = (version = process.versions.node, napi = process.versions.napi) => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return Number(napi ?? 0) >= 10 && (major > 22 ? major > 23 || minor >= 6 : major === 22 && minor >= 18)
}

/** @returns {string | undefined} the pinned Node that npm brought along */
export const pinnedNode = (root) => {
  const folder = join(root, 'node_modules', `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`)
  const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(binary) ? binary : undefined
}

/** The Node that runs Fiddlehead: this one where it is new enough, else the pinned one. */
export const chooseNode = (root) => {
  if (isNodeGoodEnough()) return process.execPath
  const pinned = pinnedNode(root)
  if (pinned !== undefined) return pinned
  throw new SetupProblem(
    `Fiddlehead needs Node 22.18 or newer; this one is ${process.versions.node}, and the package that brings a newer one could not be installed.`,
    'Install Node 24 from https://nodejs.org and try again.',
  )
}

/** Folder whose include/node holds the headers of that Node, where there is one (it spares node-gyp a download). */
export const headersOf = (nodeBinary) => {
  const folder = join(nodeBinary, '..', '..')
  const header = join(folder, 'include', 'node', 'node_version.h')
  if (!existsSync(header)) return undefined
  const text = readFileSync(header, 'utf8')
  return /#define NODE_MAJOR_VERSION \d+/.test(text) ? folder : undefined
}

/** Node flags every process of ours gets: no warning about type stripping on stderr. */
export const NODE_FLAGS = ['--disable-warning=ExperimentalWarning']
