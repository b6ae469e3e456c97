import { spawn } from 'node:child_process'
import { say } from './setup/console.mjs'

export const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

export const openBrowser = (url) => {
  if (!hasDisplay()) return
  const [program, ...args] = { darwin: ['open', url], win32: ['cmd', '/c', 'start', '""', url] }[process.platform] ?? ['xdg-open', url]
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  child.on('error', () => say(`open this address in a browser: ${url}`))
  child.unref()
}

/**
 * Passes a studio's lines on and opens the first address among them.
 * @param {{ on(event: 'data', listener: (chunk: unknown) => void): unknown }} output of the studio
 * @param {{ isOpened: boolean, open?: (url: string) => void, write?: (chunk: unknown) => void }} options isOpened: false with --no-open
 */
export const watchForAddress = (output, { isOpened, open = openBrowser, write = (chunk) => process.stdout.write(chunk) }) => {
  let text = ''
  let isDone = !isOpened
  output.on('data', (chunk) => {
    write(chunk)
    if (isDone) return
    text += String(chunk)
    const address = /https?:\/\/(127\.0\.0\.1|localhost):\d+\S*/.exec(text)?.[0]
    if (address === undefined || !text.slice(text.indexOf(address)).includes('\n')) return
    isDone = true
    open(address)
  })
}
