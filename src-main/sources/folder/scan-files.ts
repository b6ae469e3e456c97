import { relative, sep } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import type { ScanOptions, SourceItem } from '../source.ts'
import { walkFiles } from './walk-files.ts'
import { describeTrouble, type ScanWatch } from './watch-scan.ts'

export interface FileScan {
  readonly dir: string
  readonly options: ScanOptions
  readonly watch: ScanWatch
  readonly fits: (name: string) => boolean
  /** The items of one file, `file` being its path below the folder; `share` of it done, 0..1. */
  read(path: string, file: string): AsyncIterable<{ item: SourceItem; share?: number }>
  /** What to say where no file fits. */
  readonly missing: { readonly title: string; readonly reason: string; readonly how: string }
}

/** The items of data sets that keep many in each file. A file that cannot be read is reported; the others go on. Throws SOURCE_INCOMPLETE. */
export async function* scanFiles({ dir, options, watch, fits, read, missing }: FileScan): AsyncGenerator<SourceItem, void, undefined> {
  let files = 0
  for await (const path of walkFiles(dir, fits, options.onProblem)) {
    files += 1
    await watch.startFile(path)
    try {
      for await (const { item, share } of read(path, relative(dir, path).split(sep).join('/'))) {
        yield item
        await watch.countItem(share)
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      watch.report(path, describeTrouble(error))
    }
    watch.endFile()
  }
  if (files === 0) throw new EngineError('SOURCE_INCOMPLETE', { path: dir, ...missing })
}
