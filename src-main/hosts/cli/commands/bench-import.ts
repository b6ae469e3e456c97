import { EngineError } from '#main/foundation/engine-error.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withLibrary } from '../library-session.ts'
import { createProgress, printResult, type CommonOptions } from '../terminal.ts'
import { watchProcessTree } from './process-tree.ts'

export interface BenchImportOptions extends CommonOptions {
  readonly folder?: string
  readonly files: number
}

const CURVE_POINTS = 12

/** A folder with every format that can be made here, by the script that the tests use. */
const makeFolder = (folder: string, files: number): void => {
  const script = join(findProjectRoot(), 'test/suites/make-import-folder.ts')
  if (!existsSync(script)) throw new EngineError('INVALID_ARGUMENT', { what: 'Name a folder to import with --folder.' })
  const damaged = Math.round(files * 0.015)
  spawnSync(process.execPath, [script, folder, String(files), String(damaged)], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** A few points of a curve, evenly spread, the last one included. */
const thin = <T>(values: readonly T[]): T[] =>
  values.length <= CURVE_POINTS
    ? [...values]
    : Array.from({ length: CURVE_POINTS }, (_, i) => values[Math.round((i * (values.length - 1)) / (CURVE_POINTS - 1))] as T)

/** A folder into a new library: how fast, with how much work and memory, and what was refused. */
export const benchImport = async (options: BenchImportOptions): Promise<void> => {
  const work = mkdtempSync(join(tmpdir(), 'fiddlehead-bench-import-'))
  const progress = createProgress()
  try {
    const folder = options.folder ?? join(work, 'in')
    if (options.folder === undefined) {
      progress.show(0, `${options.files} files are made`)
      makeFolder(folder, options.files)
      progress.end()
    }
    const result = await withLibrary({ dataDir: join(work, 'library') }, async ({ api, finishImport }) => {
      const tree = watchProcessTree()
      const start = performance.now()
      const started = await api.imports.start({ paths: [folder] })
      const report = await finishImport(started.id)
      const wallSeconds = (performance.now() - start) / 1000
      const { cpuSeconds, residentMegabytes } = tree.stop()
      const refused = await api.imports.files({ importId: started.id, status: 'failed', limit: 1000 })
      const { fileCount, addedCount, duplicateCount, soundsLikeCount, failedCount, audioSeconds, status } = report
      return {
        status,
        ...{ fileCount, addedCount, duplicateCount, soundsLikeCount, failedCount, audioSeconds, wallSeconds },
        timesRealTime: audioSeconds / wallSeconds,
        cpuSeconds,
        cpuMillisecondsPerAudioSecond: cpuSeconds === null ? null : (1000 * cpuSeconds) / audioSeconds,
        residentMegabytes: thin(residentMegabytes),
        refused: refused.map(({ path, reason }) => ({ path, reason })),
      }
    })
    const { cpuMillisecondsPerAudioSecond: perSecond, residentMegabytes } = result
    printResult(options, result, [
      `${result.fileCount} files: ${result.addedCount} added (${(result.audioSeconds / 3600).toFixed(2)} hours), ${result.duplicateCount} there already, ${result.failedCount} refused`,
      `${result.wallSeconds.toFixed(0)} s: ${result.timesRealTime.toFixed(1)} × real time with analysis`,
      ...(perSecond === null
        ? []
        : [`${perSecond.toFixed(1)} ms of processor time for a second of sound: ${(1000 / perSecond).toFixed(1)} × on one core`]),
      ...(residentMegabytes.length === 0 ? [] : [`resident memory of all processes over time, MB: ${residentMegabytes.join(' ')}`]),
    ])
  } finally {
    progress.end()
    rmSync(work, { recursive: true, force: true })
  }
}
