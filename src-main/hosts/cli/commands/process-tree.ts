import { readdirSync, readFileSync } from 'node:fs'

/** Ticks of /proc/<pid>/stat a second, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4096
const EVERY_MS = 1000

interface Stat {
  readonly parent: number
  readonly cpuSeconds: number
  readonly residentBytes: number
}

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1')
  } catch (cause) {
    // A process that has just ended.
    if (cause instanceof Error && 'code' in cause) return null
    throw cause
  }
}

/** proc(5): fields after the name in brackets; 4 is the parent, 14 and 15 are the times, 24 is the resident set. */
const readStat = (pid: number): Stat | null => {
  const text = readText(`/proc/${pid}/stat`)
  if (text === null) return null
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number): number => Number(fields[number - 3] ?? 0)
  return { parent: field(4), cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND, residentBytes: field(24) * PAGE_BYTES }
}

const readTree = (root: number): Map<number, Stat> => {
  const all = new Map<number, Stat>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null
    if (stat !== null) all.set(Number(name), stat)
  }
  const isOurs = (pid: number): boolean => pid === root || (all.has(pid) && isOurs(all.get(pid)?.parent ?? 0))
  return new Map([...all].filter(([pid]) => isOurs(pid)))
}

export interface ProcessTreeFigures {
  /** Of this process and all that it started, since the watch began; null where the system does not tell. */
  readonly cpuSeconds: number | null
  /** All of them together, once a second. */
  readonly residentMegabytes: readonly number[]
}

/** Watches this process and those that it starts. On Linux only; elsewhere it answers with nothing. */
export const watchProcessTree = (): { stop(): ProcessTreeFigures } => {
  if (process.platform !== 'linux') return { stop: () => ({ cpuSeconds: null, residentMegabytes: [] }) }
  const before = new Map([...readTree(process.pid)].map(([pid, { cpuSeconds }]) => [pid, cpuSeconds]))
  const latest = new Map<number, number>()
  const residentMegabytes: number[] = []
  const look = (): void => {
    let bytes = 0
    for (const [pid, { cpuSeconds, residentBytes }] of readTree(process.pid)) {
      latest.set(pid, cpuSeconds - (before.get(pid) ?? 0))
      bytes += residentBytes
    }
    residentMegabytes.push(Math.round(bytes / 2 ** 20))
  }
  const timer = setInterval(look, EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      look()
      return { cpuSeconds: [...latest.values()].reduce((sum, seconds) => sum + seconds, 0), residentMegabytes }
    },
  }
}
