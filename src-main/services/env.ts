import type { Clock } from '#main/foundation/clock.ts'
import type { Logger } from '#main/foundation/logger.ts'
import type { Random } from '#main/foundation/random.ts'
import type { Runner } from '#main/jobs/runner/runner.ts'

/** Everything that the services take from the process they live in. Nothing below reads the environment or the clock by itself. */
export interface EngineEnv {
  readonly dataDir: string
  /** The shipped models; those beside the program unless told. */
  readonly modelsDir?: string
  /** The person's own voices; those in the data folder unless told. */
  readonly voicesDir?: string
  /** Path of the SQLite file, or `:memory:`. */
  readonly databasePath: string
  readonly runner: Runner
  /** Trains voices beside whatever `runner` is doing; left out, `runner` does that too. */
  readonly trainer?: Runner
  /** Listens to hums and takes, beside whatever `runner` is doing. */
  readonly ears: Runner
  /**
   * Opens runners that read files for the library, side by side; they are closed when an import ends. Left out, `ears` reads them.
   */
  readonly openImporters?: () => readonly Runner[]
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  /** True where the studio's jobs are left to the studio: only what this process asks for is run. */
  readonly isGuest?: boolean
  /** Version of the program, for the about box. */
  readonly version: string
}
