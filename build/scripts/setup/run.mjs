import { spawn } from 'node:child_process'

/**
 * Runs a program to its end with its output captured, and never longer than the limit.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitSeconds?: number, onText?: (text: string) => void }} [options]
 * @returns {Promise<{ ok: boolean, code: number | null, output: string, isMissing: boolean, isTimeout: boolean }>}
 */
export const run = (program, args, { cwd, env, limitSeconds = 900, onText } = {}) =>
  new Promise((resolve) => {
    let output = ''
    let isTimeout = false
    const isGroup = process.platform !== 'win32'
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: isGroup,
      shell: process.platform === 'win32' && program.endsWith('.cmd'),
    })
    const kill = () => {
      try {
        if (isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        child.kill('SIGKILL')
      }
    }
    // The child has its own group, so an interrupt of ours has to be handed on.
    const onSignal = () => {
      kill()
      process.exit(130)
    }
    process.once('SIGINT', onSignal)
    process.once('SIGTERM', onSignal)
    const timer = setTimeout(() => {
      isTimeout = true
      kill()
    }, limitSeconds * 1000)
    const take = (chunk) => {
      const text = String(chunk)
      output = (output + text).slice(-20_000)
      onText?.(text)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const finish = (code, isMissing) => {
      clearTimeout(timer)
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
      resolve({ ok: code === 0, code, output, isMissing, isTimeout })
    }
    child.on('error', (error) => finish(null, error.code === 'ENOENT'))
    child.on('close', (code) => finish(code, false))
  })

/** The last lines of a log, for the person who has to find out what went wrong. */
export const tailOf = (output, lines = 8) =>
  output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-lines)
    .map((line) => `  | ${line}`)
    .join('\n')

/** PATH without the project's own node_modules/.bin: what the machine itself offers. */
export const systemPath = (root) =>
  (process.env.PATH ?? '')
    .split(process.platform === 'win32' ? ';' : ':')
    .filter((folder) => folder !== '' && !(folder.startsWith(root) && folder.includes('node_modules')))
    .join(process.platform === 'win32' ? ';' : ':')
