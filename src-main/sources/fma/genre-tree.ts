import { readCsv } from '../csv/read-csv.ts'

interface Genre {
  readonly title: string
  /** 0 at the top. */
  readonly parent: number
}
export type GenreTree = ReadonlyMap<number, Genre>

/** genres.csv: genre_id, #tracks, parent, title, top_level. */
export const readGenreTree = async (path: string, onBadRow: (line: number, reason: string) => void): Promise<GenreTree> => {
  const tree = new Map<number, Genre>()
  for await (const { cell, line } of readCsv(path, { required: ['genre_id', 'parent', 'title'], onBadRow })) {
    const id = Number(cell('genre_id'))
    const parent = Number(cell('parent'))
    if (!Number.isInteger(id) || cell('genre_id') === '' || !Number.isInteger(parent)) onBadRow(line, 'its genre or parent is no number')
    else tree.set(id, { title: cell('title').trim(), parent })
  }
  return tree
}

/** Titles of genres with all their ancestors, from the top down, each once. A parent that is missing or loops ends the way up. */
export const nameGenres = (ids: readonly number[], tree: GenreTree): string[] => {
  const titles = new Set<string>()
  for (const id of ids) {
    const way: string[] = []
    const seen = new Set<number>()
    for (let at = id, genre = tree.get(at); genre !== undefined && !seen.has(at); at = genre.parent, genre = tree.get(at)) {
      seen.add(at)
      way.unshift(genre.title)
    }
    for (const title of way) titles.add(title)
  }
  return [...titles]
}
