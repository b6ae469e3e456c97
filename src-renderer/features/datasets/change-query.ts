import type { LibraryQuery } from '#contract/library.ts'

const isEmpty = (value: unknown): boolean => value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** A query with some of its filters changed; those that say nothing are left out, so that equal queries are equal. */
export const changeQuery = (query: LibraryQuery, changes: LibraryQuery): LibraryQuery =>
  Object.fromEntries(Object.entries({ ...query, ...changes }).filter(([, value]) => !isEmpty(value))) as LibraryQuery
