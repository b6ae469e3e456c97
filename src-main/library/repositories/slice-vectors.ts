import type { Sqlite } from '../sqlite/database.ts'

/** Values of one vector of the joint embedding of sound and words. */
export const VECTOR_LENGTH = 128

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
  let kept: { stamp: string; seqs: Int32Array; values: Float32Array } | null = null
  const open = (): { seqs: Int32Array; values: Float32Array } => {
    const now = state.get() ?? { count: 0, last: 0 }
    const stamp = `${now.count} ${now.last}`
    if (kept?.stamp === stamp) return kept
    const seqs = new Int32Array(now.count)
    const values = new Float32Array(now.count * VECTOR_LENGTH)
    let i = 0
    for (const [seq, vector] of every.iterate()) {
      seqs[i] = seq
      values.set(readVector(vector).subarray(0, VECTOR_LENGTH), i * VECTOR_LENGTH)
      i++
    }
    kept = { stamp, seqs, values }
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
      for (let i = 0, offset = 0; i < seqs.length; i++, offset += VECTOR_LENGTH) {
        if (among !== null && !among.has(seqs[i] ?? 0)) continue
        let sum = 0
        for (let k = 0; k < VECTOR_LENGTH; k++) sum += (values[offset + k] ?? 0) * (vector[k] ?? 0)
        similarities[i] = sum
      }
      // Typed sort of the similarities gives the bound; the few at or above it are then put in order.
      const bound = Float32Array.from(similarities).sort()[Math.max(0, seqs.length - limit)] ?? -2
      const found: { seq: number; similarity: number }[] = []
      for (let i = 0; i < seqs.length; i++) {
        const similarity = similarities[i] ?? -2
        if (similarity >= bound && similarity > -2) found.push({ seq: seqs[i] ?? 0, similarity })
      }
      return found.sort((a, b) => b.similarity - a.similarity || a.seq - b.seq).slice(0, limit)
    },
  }
}
