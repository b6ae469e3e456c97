import { createBlobStore, type BlobStore } from './blobs/blob-store.ts'
import { createAssetRepository, type AssetRepository } from './repositories/assets.ts'
import { createDatasetRepository, type DatasetRepository } from './repositories/datasets.ts'
import { createEditRepository, type EditRepository } from './repositories/edits.ts'
import { createHumRepository, type HumRepository } from './repositories/hums.ts'
import { createImportRepository, type ImportRepository } from './repositories/imports.ts'
import { createJobRepository, type JobRepository } from './repositories/jobs.ts'
import { createFacetReader, type LibraryFacets } from './repositories/library-facets.ts'
import { createSearchRepository, type SearchRepository } from './repositories/library-search.ts'
import { createPlayedSliceReader, type PlayedSliceReader } from './repositories/played-slices.ts'
import { createProjectRepository, type ProjectRepository } from './repositories/projects.ts'
import { createRecordingRepository, type RecordingRepository } from './repositories/recordings.ts'
import { createRecordingExporter, type WholeRecording } from './repositories/recording-export.ts'
import { createSessionRepository, type SessionRepository } from './repositories/sessions.ts'
import { createSettingsRepository, type SettingsRepository } from './repositories/settings.ts'
import { createSliceVectorRepository, type SliceVectorRepository } from './repositories/slice-vectors.ts'
import { createSourceRepository, type SourceRepository } from './repositories/sources.ts'
import { createTagRepository } from './repositories/tags.ts'
import { createTakeRepository, type TakeRepository } from './repositories/takes.ts'
import { createWordIndex, type WordIndex } from './repositories/library-words.ts'
import { openDatabase } from './sqlite/database.ts'
import { translateStorageError } from './sqlite/storage-error.ts'

/** Everything that is kept: rows in one SQLite file, sounds beside it. One process writes. */
export interface Library {
  readonly hums: HumRepository
  readonly takes: TakeRepository
  readonly assets: AssetRepository
  readonly settings: SettingsRepository
  readonly jobs: JobRepository
  readonly recordings: RecordingRepository
  readonly sessions: SessionRepository
  readonly search: SearchRepository
  readonly playedSlices: PlayedSliceReader
  readonly words: WordIndex
  readonly vectors: SliceVectorRepository
  readonly edits: EditRepository
  readonly imports: ImportRepository
  readonly datasets: DatasetRepository
  readonly sources: SourceRepository
  readonly projects: ProjectRepository
  facets(): LibraryFacets
  /** Everything of a recording but its curves, to go into another library. */
  exportRecording(id: string): WholeRecording | null
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
  const tags = createTagRepository(database)
  return {
    hums: createHumRepository(database),
    takes: createTakeRepository(database),
    assets,
    settings: createSettingsRepository(database),
    jobs: { ...createJobRepository(database), transaction },
    recordings: createRecordingRepository(database, tags),
    sessions: createSessionRepository(database),
    search: createSearchRepository(database),
    playedSlices: createPlayedSliceReader(database),
    words: createWordIndex(database),
    vectors: createSliceVectorRepository(database),
    edits: createEditRepository(database, tags),
    imports: createImportRepository(database),
    datasets: createDatasetRepository(database),
    sources: createSourceRepository(database),
    projects: createProjectRepository(database),
    facets: createFacetReader(database),
    exportRecording: createRecordingExporter(database, tags),
    blobs,
    transaction,
    close: () => void database.close(),
  }
}
