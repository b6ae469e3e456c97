import type { MethodInput, MethodOutput } from '#contract/api.ts'
import type { LibraryQuery } from '#contract/library.ts'
import { isCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import {
  embedSoundsResultSchema,
  embedWordsResultSchema,
  type EmbedSoundsSpec,
  type EmbedWordsSpec,
} from '#main/jobs/handlers/embed-spec.ts'
import type { ServiceContext } from './context.ts'
import { findOriginal } from './library-sound.ts'

type Context = Pick<ServiceContext, 'env' | 'library' | 'pushes'>

export interface Similarity {
  find(to: MethodInput<'library.similar'>['to'], query: LibraryQuery, limit: number): Promise<MethodOutput<'library.similar'>>
  /** Measures what has no vector yet, one recording after the other, until all is done or `close` is called. */
  embed(): Promise<{ pending: number }>
  close(): Promise<void>
}

const hasFilter = (query: LibraryQuery): boolean => Object.values(query).some((value) => value !== undefined)

/** Slices by what they sound like: vectors of sound and words in one space. */
export const createSimilarity = (context: Context): Similarity => {
  const { env, library, pushes } = context
  const controller = new AbortController()
  let working: Promise<void> | null = null
  let failure: EngineError | null = null
  const task = { signal: controller.signal, onProgress: () => undefined, onItem: () => undefined }

  const readVector = async (to: MethodInput<'library.similar'>['to']): Promise<Float32Array> => {
    if ('prompt' in to) {
      const spec: EmbedWordsSpec = { text: to.prompt }
      return embedWordsResultSchema.parse(await env.runner.run('embed-words', spec, task)).vector
    }
    const [, recordingId = '', position = ''] = /^(.*)-(\d+)$/.exec(to.sliceId) ?? []
    const slice = library.recordings.find(recordingId)?.slices.find(({ index }) => index === Number(position))
    if (slice === undefined) throw new EngineError('NOT_FOUND', { kind: 'slice', id: to.sliceId })
    const vector = library.vectors.find(slice.seq)
    if (vector === null) throw new EngineError('SIMILARITY_UNAVAILABLE', { reason: 'this slice has not been measured' })
    return vector
  }

  const embedAll = async (): Promise<void> => {
    for (let [next] = library.vectors.listPending(1); next !== undefined; [next] = library.vectors.listPending(1)) {
      const { assetId, slices } = next
      const spec: EmbedSoundsSpec = {
        path: findOriginal(context, assetId),
        spans: slices.map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds })),
      }
      const { vectors } = embedSoundsResultSchema.parse(await env.runner.run('embed-sounds', spec, task))
      library.transaction(() => slices.forEach(({ seq }, i) => library.vectors.save(seq, vectors[i] ?? new Float32Array())))
      pushes.emit('library.changed', { kinds: ['recordings'] })
    }
  }

  return {
    async find(to, query, limit) {
      const vector = await readVector(to)
      const among = hasFilter(query) ? new Set(library.search.order('slices', query, { by: 'added', isDescending: false })) : null
      const found = library.vectors.nearest(vector, limit, among)
      if (found.length === 0 && library.vectors.countPending() > 0) {
        throw new EngineError('SIMILARITY_UNAVAILABLE', { reason: 'no slice has been measured' })
      }
      const rows = new Map(library.recordings.slices(found.map(({ seq }) => seq)).map((row) => [row.seq, row]))
      return found.flatMap(({ seq, similarity }) => {
        const row = rows.get(seq)
        return row === undefined ? [] : [{ similarity, row }]
      })
    },
    async embed() {
      if (failure !== null) {
        const told = failure
        failure = null
        throw told
      }
      working ??= embedAll()
        .catch((error: unknown) => {
          // Whoever asks next is told; nobody waits for the work itself.
          if (isCancelled(error)) return
          if (error instanceof EngineError) failure = error
          else {
            const traceId = createId('trace', env.clock, env.random)
            env.logger.error('slices could not be measured for similarity', { traceId, error })
            failure = new EngineError('INTERNAL', { traceId }, { cause: error })
          }
        })
        .then(() => {
          working = null
        })
      return { pending: library.vectors.countPending() }
    },
    async close() {
      controller.abort()
      await working
    },
  }
}
