import { hums } from './0010-hums.ts'
import { takes } from './0020-takes.ts'
import { settings } from './0030-settings.ts'
import { jobs } from './0040-jobs.ts'
import { drafts } from './0050-drafts.ts'
import { recordings } from './0060-recordings.ts'
import { libraryWords } from './0070-library-words.ts'
import { imports } from './0080-imports.ts'
import { edits } from './0090-edits.ts'
import { datasets } from './0100-datasets.ts'
import { takeRecipes } from './0110-take-recipes.ts'
import { projects } from './0120-projects.ts'
import { sources } from './0130-sources.ts'
import { jobTimes } from './0140-job-times.ts'
import { assetHolders } from './0150-asset-holders.ts'
import { jobOrder } from './0160-job-order.ts'
import { takeNotes } from './0170-take-notes.ts'
import type { Migration } from './migrate.ts'

/** Every step in order. */
export const MIGRATIONS: readonly Migration[] = [
  hums,
  takes,
  settings,
  jobs,
  drafts,
  recordings,
  libraryWords,
  imports,
  edits,
  datasets,
  takeRecipes,
  projects,
  sources,
  jobTimes,
  assetHolders,
  jobOrder,
  takeNotes,
]
