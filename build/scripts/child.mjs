import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'

/**
 * Runs a program in our place: its streams are ours, signals reach it, and its end is our end.
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @param {(child: import('node:child_process').ChildProcess) => void} [onStart]
 * @returns {Promise<number>} exit code
 */
export const runInPlace = (program, args, options = {}, onStart = () => {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options })
    // A terminal sends its interrupt to both of us; a kill reaches us alone.
    const isFromTerminal = process.stdin.isTTY === true
    const forward = (signal) => {
      if (signal !== 'SIGINT' || !isFromTerminal) child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    onStart(child)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, forward)
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })

/** Where Node keeps what it has compiled; a folder that cannot be written costs a second at each start, no more. */
const COMPILE_CACHE = join(import.meta.dirname, '../../node_modules/.cache/node-compile')

/** Environment of every process of ours: TensorFlow keeps its start-up chatter to itself, and code is compiled once. */
export const childEnv = () => ({ TF_CPP_MIN_LOG_LEVEL: '2', NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env })
