import type { Api, MethodInput, MethodOutput } from '#contract/api.ts'
import type { Recording, RecordingRow, Selection, SliceRow } from '#contract/library.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import type { Unit } from '#main/library/repositories/library-conditions.ts'
import type { ServiceContext } from './context.ts'
import { createSimilarity } from './library-similarity.ts'
import { cutSound, drawOutline, drawOutlines, drawSound } from './library-sound.ts'

type LibraryContext = Pick<ServiceContext, 'env' | 'library' | 'pushes'>

const DEFAULT_SORT = { by: 'added', isDescending: false } as const
const SIGNAL_RATE = 100

/** What a caller gave of an optional sort. */
const readSort = (
  sort: {
    by?: 'added' | 'name' | 'duration' | 'quality' | 'pitch' | 'loudness' | 'tempo' | undefined
    isDescending?: boolean | undefined
  } = {},
): {
  by: 'added' | 'name' | 'duration' | 'quality' | 'pitch' | 'loudness' | 'tempo'
  isDescending: boolean
} => ({ by: sort.by ?? DEFAULT_SORT.by, isDescending: sort.isDescending ?? DEFAULT_SORT.isDescending })

/** Which part of a recording is meant, through which chain. */
const readSpan = (
  recording: Recording,
  { startSeconds = 0, endSeconds, cleaning = 'none' }: Omit<MethodInput<'library.sound'>, 'recordingId'>,
): { startSeconds: number; endSeconds: number; cleaning: Recording['cleaning'] } => ({
  startSeconds,
  endSeconds: endSeconds ?? recording.durationSeconds,
  cleaning: cleaning === 'stored' ? recording.cleaning : cleaning === 'none' ? null : cleaning.chain,
})

export const findRecording = ({ library }: Pick<LibraryContext, 'library'>, id: string): Recording => {
  const recording = library.recordings.find(id)
  if (recording === null) throw new EngineError('NOT_FOUND', { kind: 'recording', id })
  return recording
}

/** The library of recordings: search, measurements, sound, and changes by hand that can be taken back. */
export const createLibraryService = (context: LibraryContext): Api['library'] & { close(): Promise<void> } => {
  const { env, library, pushes } = context
  const announce = (): void => pushes.emit('library.changed', { kinds: ['recordings'] })
  const similarity = createSimilarity(context)

  const readRows = (unit: Unit, seqs: readonly number[]): (SliceRow | RecordingRow)[] =>
    unit === 'slices' ? library.recordings.slices(seqs) : library.recordings.recordings(seqs)

  const select = (unit: Unit, selection: Selection): readonly number[] =>
    'seqs' in selection ? selection.seqs : [...library.search.order(unit, selection.query, DEFAULT_SORT)]

  const change = <T>(step: () => T): T => {
    const result = library.transaction(step)
    announce()
    return result
  }

  return {
    async search({ unit = 'slices', query = {}, sort, after = null, limit = 100 }) {
      const page = library.search.page(unit, query, readSort(sort), after, limit)
      return { rows: readRows(unit, page.seqs), total: page.total, next: page.next }
    },
    order: async ({ unit = 'slices', query = {}, sort }) => ({
      seqs: library.search.order(unit, query, readSort(sort)) as Int32Array<ArrayBuffer>,
    }),
    rows: async ({ unit = 'slices', seqs }) => readRows(unit, seqs),
    similar: ({ to, query = {}, limit = 50 }) => similarity.find(to, query, limit),
    facets: async () => library.facets(),
    recording: async ({ recordingId }) => findRecording(context, recordingId),

    async waveform({ recordingId, startSeconds = 0, endSeconds, count = 800 }) {
      const { durationSeconds } = findRecording(context, recordingId)
      const signals = library.recordings.findSignals(recordingId)
      if (signals === null) return { minima: new Float32Array(count), maxima: new Float32Array(count) }
      return drawOutline(signals, startSeconds, Math.min(endSeconds ?? durationSeconds, durationSeconds), count)
    },

    async curves({ recordingId }): Promise<MethodOutput<'library.curves'>> {
      findRecording(context, recordingId)
      const signals = library.recordings.findSignals(recordingId)
      const [f0, loudnessDb] = [signals?.f0 ?? new Float32Array(), signals?.loudnessDb ?? new Float32Array()]
      return { frameRate: SIGNAL_RATE, f0: f0 as Float32Array<ArrayBuffer>, loudnessDb: loudnessDb as Float32Array<ArrayBuffer> }
    },

    outlines: async ({ unit = 'slices', seqs, count = 100 }) => ({ peaks: drawOutlines(context, unit, seqs, count) }),

    async picture({ recordingId, columns = 600, bands = 128, ...rest }) {
      const recording = findRecording(context, recordingId)
      return drawSound(context, recording, { ...readSpan(recording, rest), columns, bands })
    },

    async sound({ recordingId, ...rest }) {
      const recording = findRecording(context, recordingId)
      return cutSound(context, recording, readSpan(recording, rest))
    },

    async edit({ unit = 'slices', selection, changes }) {
      const { sessionId, rightsId } = changes
      if (typeof sessionId === 'string' && library.sessions.find(sessionId) === null) {
        throw new EngineError('NOT_FOUND', { kind: 'session', id: sessionId })
      }
      if (typeof rightsId === 'string' && library.sessions.findRights(rightsId) === null) {
        throw new EngineError('NOT_FOUND', { kind: 'note of rights', id: rightsId })
      }
      return change(() => library.edits.apply(unit, select(unit, selection), changes, readTimestamp(env.clock)))
    },
    undo: async () => change(() => library.edits.undo()),
    redo: async () => change(() => library.edits.redo()),
    edits: async () => library.edits.list(),

    async remove({ recordingIds }) {
      const removed = change(() => library.recordings.remove(recordingIds))
      library.assets.prune()
      return { removed }
    },

    sessions: async () => library.sessions.list(),
    async saveSession({ id, name, note = '' }) {
      const sessionId = id ?? createId('session', env.clock, env.random)
      change(() => {
        library.sessions.save({ id: sessionId, name, note, createdAt: readTimestamp(env.clock) })
        const members = library.sessions.listMembers(sessionId)
        library.words.indexRecordings(members.recordings)
        library.words.indexSlices(members.slices)
      })
      const saved = library.sessions.find(sessionId)
      if (saved === null) throw new EngineError('NOT_FOUND', { kind: 'session', id: sessionId })
      return saved
    },
    rights: async () => library.sessions.listRights(),
    async saveRights({ id, licence, holder = '', note = '', isShareable = false }) {
      const rights = { id: id ?? createId('rights', env.clock, env.random), licence, holder, note, isShareable }
      change(() => library.sessions.saveRights(rights))
      return rights
    },
    embed: () => similarity.embed(),
    close: () => similarity.close(),
  }
}
