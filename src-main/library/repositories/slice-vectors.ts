import type { Sqlite } from '../sqlite/database.ts'

/** Values of one vector of the joint embedding of sound and words. */
export const VECTOR_LENGTH = 128

/** Inner product with the vector that begins at `offset`; four sums, so that the processor need not wait for each. */
const multiply = (values: Float32Array, offset: number, vector: Float32Array): number => {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let k = 0; k < VECTOR_LENGTH; k += 4) {
    a += values[offset + k] * vector[k]
    b += values[offset + k + 1] * vector[k + 1]
    c += values[offset + k + 2] * vector[k + 2]
    d += values[offset + k + 3] * vector[k + 3]
  }
  return a + b + (c + d)
}

const byLikeness = (a: { seq: number; similarity: number }, b: { seq: number; similarity: number }): number =>
  b.similarity - a.similarity || a.seq - b.seq

export interface SliceSpan {
  readonly seq: number
  readonly startSeconds: number
  readonly endSeconds: number
}

export interface SliceVectorRepository {
  save(sliceSeq: number, vector: Float32Array): void
  find(sliceSeq: number): Float32Array | null
  countPending(): number
  /** The next recordings with slices that have no vector, with those slices. */
  listPending(limit: number): { recordingId: string; assetId: string; format: string; slices: SliceSpan[] }[]
  /** Row numbers and cosine similarities to a unit vector, greatest first; of all slices, or only of those given. */
  nearest(vector: Float32Array, limit: number, among: ReadonlySet<number> | null): { seq: number; similarity: number }[]
}

const readVector = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer)

export const createSliceVectorRepository = (database: Sqlite): SliceVectorRepository => {
  const save = database.prepare(
    'INSERT INTO slice_vectors (slice_seq, vector) SELECT seq, ? FROM slices WHERE seq = ? ON CONFLICT (slice_seq) DO UPDATE SET vector = excluded.vector',
  )
  const find = database.prepare<[number], Uint8Array>('SELECT vector FROM slice_vectors WHERE slice_seq = ?').pluck()
  const countPending = database
    .prepare<[], number>('SELECT count(*) FROM slices s WHERE NOT EXISTS (SELECT 1 FROM slice_vectors WHERE slice_seq = s.seq)')
    .pluck()
  const pending = database.prepare<[number], { id: string; asset_id: string; format: string; slices: string }>(
    `SELECT r.id, r.asset_id, r.format, json_group_array(json_array(s.seq, s.start_seconds, s.end_seconds)) AS slices
     FROM slices s JOIN recordings r ON r.seq = s.recording_seq
     WHERE NOT EXISTS (SELECT 1 FROM slice_vectors WHERE slice_seq = s.seq) GROUP BY r.seq ORDER BY r.seq LIMIT ?`,
  )
  const every = database.prepare<[], [number, Uint8Array]>('SELECT slice_seq, vector FROM slice_vectors').raw()
  const state = database.prepare<[], { count: number; last: number }>(
    'SELECT count(*) AS count, coalesce(max(slice_seq), 0) AS last FROM slice_vectors',
  )

  // 100,000 vectors are 51 MB: kept in memory from the first search on, until there are others.
  const changes = database.prepare<[], number>('SELECT total_changes()').pluck()
  let kept: { stamp: string; revision: number; seqs: Int32Array; values: Float32Array } | null = null
  const open = (): { seqs: Int32Array; values: Float32Array } => {
    // Counting them reads the whole table: only where anything at all was written since.
    const revision = changes.get() ?? 0
    if (kept?.revision === revision) return kept
    const now = state.get() ?? { count: 0, last: 0 }
    const stamp = `${now.count} ${now.last}`
    if (kept?.stamp === stamp) {
      kept.revision = revision
      return kept
    }
    const seqs = new Int32Array(now.count)
    const values = new Float32Array(now.count * VECTOR_LENGTH)
    let i = 0
    for (const [seq, vector] of every.iterate()) {
      seqs[i] = seq
      values.set(readVector(vector).subarray(0, VECTOR_LENGTH), i * VECTOR_LENGTH)
      i++
    }
    kept = { stamp, revision, seqs, values }
    return kept
  }

  return {
    save(sliceSeq, vector) {
      kept = null
      save.run(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), sliceSeq)
    },
    find: (sliceSeq) => {
      const bytes = find.get(sliceSeq)
      return bytes === undefined ? null : readVector(bytes)
    },
    countPending: () => countPending.get() ?? 0,
    listPending: (limit) =>
      pending.all(limit).map(({ id, asset_id: assetId, format, slices }) => ({
        recordingId: id,
        assetId,
        format,
        slices: (JSON.parse(slices) as [number, number, number][]).map(([seq, startSeconds, endSeconds]) => ({
          seq,
          startSeconds,
          endSeconds,
        })),
      })),
    nearest(vector, limit, among) {
      const { seqs, values } = open()
      const similarities = new Float32Array(seqs.length).fill(-2)
      const wanted = Float32Array.from({ length: VECTOR_LENGTH }, (_, k) => vector[k] ?? 0)
      for (let i = 0; i < seqs.length; i++) {
        if (among !== null && !among.has(seqs[i])) continue
        similarities[i] = multiply(values, i * VECTOR_LENGTH, wanted)
      }
      // The few best are kept in order while the rest passes by.
      const found: { seq: number; similarity: number }[] = []
      let bound = -2
      for (let i = 0; i < seqs.length; i++) {
        const similarity = similarities[i]
        if (similarity <= bound) continue
        found.push({ seq: seqs[i], similarity })
        if (found.length < 2 * limit) continue
        found.sort(byLikeness).splice(limit)
        bound = found[limit - 1].similarity
      }
      return found.sort(byLikeness).slice(0, limit)
    },
  }
}
