import type { Sqlite } from '../sqlite/database.ts'

/** Writes what the words of rows are found by. Call it in the transaction that changed them. */
export interface WordIndex {
  indexRecordings(seqs: readonly number[]): void
  indexSlices(seqs: readonly number[]): void
}

export const createWordIndex = (database: Sqlite): WordIndex => {
  const recordings = database.prepare(
    `INSERT OR REPLACE INTO recording_words (rowid, name, file_name, caption, tags, session)
     SELECT r.seq, r.name, r.file_name, r.caption || ' ' || r.instrument,
       (SELECT group_concat(t.name, ' ') FROM recording_tags x JOIN tags t ON t.id = x.tag_id WHERE x.recording_seq = r.seq),
       (SELECT name FROM sessions WHERE id = r.session_id)
     FROM recordings r WHERE r.seq IN (SELECT value FROM json_each(?))`,
  )
  const slices = database.prepare(
    `INSERT OR REPLACE INTO slice_words (rowid, name, caption, tags, session)
     SELECT s.seq, r.name, s.caption || ' ' || r.instrument,
       (SELECT group_concat(t.name, ' ') FROM tags t WHERE t.id IN (
          SELECT tag_id FROM recording_tags WHERE recording_seq = r.seq UNION SELECT tag_id FROM slice_tags WHERE slice_seq = s.seq)),
       (SELECT name FROM sessions WHERE id = r.session_id)
     FROM slices s JOIN recordings r ON r.seq = s.recording_seq WHERE s.seq IN (SELECT value FROM json_each(?))`,
  )
  return {
    indexRecordings: (seqs) => void recordings.run(JSON.stringify(seqs)),
    indexSlices: (seqs) => void slices.run(JSON.stringify(seqs)),
  }
}

/** What a person types, as FTS5 terms: every word as a beginning, "a phrase" as it stands, -word left out. */
export interface Words {
  readonly wanted: readonly string[]
  readonly unwanted: readonly string[]
}

/** Null where it names nothing to find. */
export const readWords = (text: string): Words | null => {
  const wanted: string[] = []
  const unwanted: string[] = []
  for (const [, minus = '', phrase, word = ''] of text.matchAll(/(-?)(?:"([^"]*)"|([^\s"]+))/g)) {
    const plain = (phrase ?? word).replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
    if (plain === '') continue
    const term = phrase === undefined && !plain.includes(' ') ? `"${plain}"*` : `"${plain}"`
    ;(minus === '-' ? unwanted : wanted).push(term)
  }
  return wanted.length + unwanted.length === 0 ? null : { wanted, unwanted }
}

/** One FTS5 expression; `isExclusion` where it only names what is to be left out. Null where nothing is asked for. */
export const joinWords = ({ wanted, unwanted }: Words): { match: string; isExclusion: boolean } | null => {
  if (wanted.length === 0) return unwanted.length === 0 ? null : { match: unwanted.join(' OR '), isExclusion: true }
  const all = wanted.join(' AND ')
  return { match: unwanted.length === 0 ? all : `(${all}) NOT (${unwanted.join(' OR ')})`, isExclusion: false }
}
