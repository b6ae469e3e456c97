import type { MachineReport } from '#main/jobs/handlers/describe.ts'
import type { Command } from 'commander'
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { findDataDir } from '../../data-dir.ts'
import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

const PACKAGES = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-backend-wasm', 'better-sqlite3', 'electron']

const readPackageVersions = async (): Promise<Record<string, string>> => {
  const { findProjectRoot } = await import('#main/foundation/project-root.ts')
  const root = findProjectRoot()
  const require = createRequire(join(root, 'package.json'))
  const versions: Record<string, string> = {}
  for (const name of PACKAGES) {
    const path = join(root, 'node_modules', name, 'package.json')
    versions[name] = existsSync(path) ? (require(path) as { version: string }).version : 'not installed'
  }
  return versions
}

/** Writable, or writable once made: the nearest folder that exists decides. */
const isWritable = (folder: string): boolean => {
  let existing = folder
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing)
  try {
    accessSync(existing, constants.W_OK)
    return true
  } catch (error) {
    // The answer is the finding; why not is the system's business.
    return error === undefined
  }
}

const run = async (options: CommonOptions): Promise<void> => {
  const machine = (await runTask('describe', {})) as MachineReport
  const packages = await readPackageVersions()
  const dataDir = findDataDir(process.env)
  const canWrite = isWritable(dataDir)
  const memoryGigabytes = Math.round(totalmem() / 1e8) / 10
  const cores = availableParallelism()
  const lines = [
    `backend     ${machine.backend}: ${machine.reason}`,
    ...machine.advice.map((text) => `faster      ${text}`),
    `machine     ${machine.versions['platform']}, ${cores} cores, ${memoryGigabytes} GB of memory`,
    `node        ${machine.versions['node']} (Node-API ${machine.versions['napi']})`,
    ...Object.entries(packages).map(([name, version]) => `package     ${name} ${version}`),
    ...machine.voices.map(({ name, title, licence }) => `voice       ${name}: ${title} (${licence})`),
    ...machine.models.map(({ name, sha256, megabytes }) => `model       ${name}, ${megabytes} MB, SHA-256 ${sha256}`),
    ...(machine.models.length === 0 ? ['model       none: run "npm start" once to restore it'] : []),
    `data        ${dataDir}${canWrite ? '' : ' (may not be written to)'}`,
  ]
  printResult(options, { ...machine, cores, memoryGigabytes, packages, dataDir, isDataDirWritable: canWrite }, lines)
}

export const addDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('say what Fiddlehead computes with, why, and what would make it faster')
    .option('--json', 'print it as JSON')
    .action(run)
}
