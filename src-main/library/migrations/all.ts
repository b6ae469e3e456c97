import { hums } from './0010-hums.ts'
import { takes } from './0020-takes.ts'
import { settings } from './0030-settings.ts'
import { jobs } from './0040-jobs.ts'
import { drafts } from './0050-drafts.ts'
import type { Migration } from './migrate.ts'

/** Every step in order. */
export const MIGRATIONS: readonly Migration[] = [hums, takes, settings, jobs, drafts]
