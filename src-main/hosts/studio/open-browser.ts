import { spawn } from 'node:child_process'

/** Asks the platform to show an address. That no browser opens is no failure: the address is on the screen. */
export const openBrowser = (address: string): void => {
  const commands: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
    darwin: ['open', address],
    win32: ['cmd', '/c', 'start', '""', address],
  }
  const [program, ...args] = commands[process.platform] ?? ['xdg-open', address]
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
