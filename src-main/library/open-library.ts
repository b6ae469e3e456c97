import { createBlobStore, type BlobStore } from './blobs/blob-store.ts'
import { createAssetRepository, type AssetRepository } from './repositories/assets.ts'
import { createHumRepository, type HumRepository } from './repositories/hums.ts'
import { createJobRepository, type JobRepository } from './repositories/jobs.ts'
import { createSettingsRepository, type SettingsRepository } from './repositories/settings.ts'
import { createTakeRepository, type TakeRepository } from './repositories/takes.ts'
import { openDatabase } from './sqlite/database.ts'
import { translateStorageError } from './sqlite/storage-error.ts'

/** Everything that is kept: rows in one SQLite file, sounds beside it. One process writes. */
export interface Library {
  readonly hums: HumRepository
  readonly takes: TakeRepository
  readonly assets: AssetRepository
  readonly settings: SettingsRepository
  readonly jobs: JobRepository
  readonly blobs: BlobStore
  /** One transaction; what the disk refuses comes out as an error with a remedy. */
  transaction<T>(step: () => T): T
  close(): void
}

export const openLibrary = (databasePath: string, dataDir: string): Library => {
  const database = openDatabase(databasePath)
  const blobs = createBlobStore(dataDir)
  const assets = createAssetRepository(database, blobs)
  assets.prune()
  blobs.sweep((id) => assets.find(id) !== null)
  const transaction = <T>(step: () => T): T => {
    try {
      return database.transaction(step).immediate()
    } catch (error) {
      throw translateStorageError(error, databasePath)
    }
  }
  return {
    hums: createHumRepository(database),
    takes: createTakeRepository(database),
    assets,
    settings: createSettingsRepository(database),
    jobs: { ...createJobRepository(database), transaction },
    blobs,
    transaction,
    close: () => void database.close(),
  }
}
