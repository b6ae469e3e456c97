import type { MethodOutput } from '#contract/api.ts'
import type { Sqlite } from '../sqlite/database.ts'

export type LibraryFacets = MethodOutput<'library.facets'>
type Facet = { name: string; count: number }[]

/** What there is to filter by. */
export const createFacetReader = (database: Sqlite): (() => LibraryFacets) => {
  const totals = database.prepare<
    [],
    Pick<LibraryFacets, 'recordingCount' | 'sliceCount' | 'keptSliceCount' | 'seconds' | 'withVectorCount'>
  >(
    `SELECT (SELECT count(*) FROM recordings) AS recordingCount, (SELECT count(*) FROM slices) AS sliceCount,
       (SELECT count(*) FROM slices WHERE is_kept = 1) AS keptSliceCount, (SELECT coalesce(sum(duration_seconds), 0.0) FROM recordings) AS seconds,
       (SELECT count(*) FROM slice_vectors) AS withVectorCount`,
  )
  const facet = (sql: string): (() => Facet) => {
    const statement = database.prepare<[], Facet[number]>(sql)
    return () => statement.all()
  }
  const ofSlices = (column: string): (() => Facet) =>
    facet(
      `SELECT ${column} AS name, count(*) AS count FROM slices WHERE ${column} IS NOT NULL GROUP BY ${column} ORDER BY count DESC, name`,
    )
  const tags = facet(
    `SELECT t.name, (SELECT count(*) FROM recording_tags WHERE tag_id = t.id) + (SELECT count(*) FROM slice_tags WHERE tag_id = t.id) AS count
     FROM tags t ORDER BY count DESC, t.name`,
  )
  const instruments = facet(
    `SELECT instrument AS name, count(*) AS count FROM recordings WHERE instrument <> '' GROUP BY instrument ORDER BY count DESC, name`,
  )
  const keys = ofSlices('key')
  const registers = ofSlices('register')
  const articulations = ofSlices('articulation')
  const dynamics = ofSlices('dynamics')
  const licences = facet(
    `SELECT coalesce(g.licence, 'unknown') AS name, count(*) AS count FROM recordings r LEFT JOIN rights g ON g.id = r.rights_id GROUP BY 1 ORDER BY count DESC, name`,
  )
  const codes = facet('SELECT mark_codes AS name, count(*) AS count FROM slices GROUP BY mark_codes')
  const marks = (): Facet => {
    const counts = new Map<string, number>()
    for (const { name, count } of codes()) {
      for (const code of name.trim().split(' ')) if (code !== '') counts.set(code, (counts.get(code) ?? 0) + count)
    }
    return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
  }
  return () => ({
    ...(totals.get() as NonNullable<ReturnType<typeof totals.get>>),
    tags: tags(),
    instruments: instruments(),
    keys: keys(),
    registers: registers(),
    articulations: articulations(),
    dynamics: dynamics(),
    marks: marks(),
    licences: licences(),
  })
}
