import type { Api, Take } from '#contract/api.ts'
import { readWav, encodeWav } from '#main/audio/io/wav.ts'
import { measureTruePeakDb } from '#main/audio/level/true-peak.ts'
import { measureScoops } from '#main/audio/pitch/measure-scoops.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import type { TakeEdit } from '#contract/take-edit.ts'
import { renderedItemSchema, renderSpecSchema, seedOfTake, type RenderSpec } from '#main/jobs/handlers/render.ts'
import type { JobRecord } from '#main/jobs/queue/job-store.ts'
import type { JobKind } from '#main/jobs/queue/job-queue.ts'
import { composeNotes } from './compose-notes.ts'
import type { ServiceContext } from './context.ts'
import { continueRecipe, playedNotes } from './continue-take.ts'
import { findHum } from './hums.ts'
import { voiceFolders } from './voice-folders.ts'

const PEAK_COUNT = 400

/** Greatest absolute sample in each of `count` equal spans, 0..1. */
export const measurePeaks = (pcm: Float32Array, count = PEAK_COUNT): number[] =>
  Array.from({ length: count }, (_, i) => {
    const end = Math.floor(((i + 1) * pcm.length) / count)
    let peak = 0
    for (let n = Math.floor((i * pcm.length) / count); n < end; n++) peak = Math.max(peak, Math.abs(pcm[n] ?? 0))
    return Math.round(Math.min(1, peak) * 1000) / 1000
  })

export const findTake = ({ library }: Pick<ServiceContext, 'library'>, id: string): Take => {
  const take = library.takes.find(id)
  if (take === null) throw new EngineError('NOT_FOUND', { kind: 'take', id })
  return take
}

const readTakeWav = ({ library }: Pick<ServiceContext, 'library'>, take: Take): Uint8Array => {
  const asset = library.assets.find(take.assetId)
  if (asset === null) throw new EngineError('NOT_FOUND', { kind: 'sound', id: take.assetId })
  return library.assets.read(asset)
}

/** A take's sound. */
export const readTakeSound = (context: Pick<ServiceContext, 'library'>, take: Take): { pcm: Float32Array; sampleRate: number } => {
  const { channels, sampleRate } = readWav(readTakeWav(context, take))
  const pcm = channels[0]
  if (pcm === undefined) throw new EngineError('AUDIO_EMPTY', { path: take.id })
  return { pcm, sampleRate }
}

/** What the queue needs to know of rendering: how a take is kept, and where to go on after an interruption. */
export const createRenderKind = ({ env, library, pushes }: Pick<ServiceContext, 'env' | 'library' | 'pushes'>): JobKind => ({
  resume: (job) => ({ ...renderSpecSchema.parse(job.spec), ...voiceFolders(env), firstIndex: job.results.length }),
  commitItem(job: JobRecord, rawItem) {
    const item = renderedItemSchema.parse(rawItem)
    const { humId, prompt, lanes } = renderSpecSchema.parse(job.spec)
    const createdAt = readTimestamp(env.clock)
    const { pcm, sampleRate } = item
    const take: Take = {
      id: createId('take', env.clock, env.random),
      humId,
      createdAt,
      prompt,
      lanes,
      notes: item.notes,
      seed: item.seed,
      voice: item.voice,
      modelHash: item.modelHash,
      assetId: library.assets.save(encodeWav([pcm], { sampleRate, bits: 24 }), 'wav', createdAt),
      durationSeconds: pcm.length / sampleRate,
      truePeakDb: Math.max(-120, measureTruePeakDb(pcm, sampleRate)),
      score: item.score,
      isFavourite: false,
      note: '',
      peaks: measurePeaks(pcm),
      recipe: item.recipe,
    }
    findHum({ library }, humId)
    library.takes.insert(take)
    // Told after the transaction: whoever listens asks for the rows at once.
    queueMicrotask(() => pushes.emit('library.changed', { kinds: ['takes'] }))
    return take.id
  },
})

/** Takes: the violin's renditions of a hum. */
export const createTakesService = (context: ServiceContext): Api['takes'] => {
  const { env, library, queue, pushes, understanding } = context
  const drawSeed = (): number => env.random.integer(4294967296)

  /** A take's recipe once more, with a change; answers the job. */
  const playAgain = (takeId: string, change: { edit?: TakeEdit; voice?: string }): string => {
    const { humId, recipe } = findTake(context, takeId)
    if (recipe === null) throw new EngineError('TAKE_WITHOUT_RECIPE')
    const { modelHash: _modelHash, edits, ...rest } = recipe
    const spec: RenderSpec = {
      ...rest,
      humId,
      count: 1,
      edits: change.edit === undefined ? edits : [...edits, change.edit],
      ...(change.voice === undefined ? {} : { voice: change.voice }),
    }
    return queue.enqueue('render', spec).id
  }

  return {
    async render({ humId, prompt, lanes, count, seed, voice, durationSeconds, freedom, own }) {
      const { melody } = findHum(context, humId)
      if (melody.notes.length === 0) throw new EngineError('HUM_NO_MELODY', { reason: ': it has no notes' })
      const spec: RenderSpec = {
        humId,
        prompt,
        lanes,
        notes:
          own !== undefined && own.scoops > 0 && melody.pitchTrack !== undefined
            ? measureScoops(melody.notes, melody.pitchTrack)
            : melody.notes,
        count,
        seed: seed ?? env.random.integer(4294967296),
        ...(voice === undefined ? {} : { voice }),
        ...(durationSeconds === undefined ? {} : { durationSeconds }),
        ...(freedom === undefined ? {} : { freedom }),
        ...(own === undefined ? {} : { own: { ...own, ...(melody.bpm !== undefined && { bpm: melody.bpm }) } }),
      }
      return { jobId: queue.enqueue('render', spec).id }
    },

    retake: async ({ takeId, fromSeconds, toSeconds, seed }) => ({
      jobId: playAgain(takeId, { edit: { kind: 'retake', fromSeconds, toSeconds, seed: seed ?? drawSeed() } }),
    }),

    async vary({ takeId, strength, count, seed }) {
      const first = seed ?? drawSeed()
      return {
        jobIds: Array.from({ length: count }, (_, i) =>
          playAgain(takeId, { edit: { kind: 'vary', strength, seed: seedOfTake(first, i) } }),
        ),
      }
    },

    async continue({ takeId, seconds, seed }) {
      const take = findTake(context, takeId)
      const { recipe } = take
      if (recipe === null) throw new EngineError('TAKE_WITHOUT_RECIPE')
      const chosen = seed ?? drawSeed()
      const { prompt, lanes } = recipe
      const before = playedNotes(take, recipe)
      const composed = await composeNotes(context, { prompt, seconds: seconds * lanes.tempo, seed: chosen, before })
      const { modelHash: _modelHash, durationSeconds: _durationSeconds, ...rest } = recipe
      const spec: RenderSpec = { ...rest, ...continueRecipe(take, recipe, composed, chosen), humId: take.humId, count: 1 }
      return { jobId: queue.enqueue('render', spec).id }
    },

    rerun: async ({ takeId, voice }) => ({ jobId: playAgain(takeId, voice === undefined ? {} : { voice }) }),

    list: async ({ humId }) => library.takes.list(humId),

    async setFavourite({ takeId, isFavourite }) {
      const take = findTake(context, takeId)
      library.transaction(() => library.takes.setFavourite(takeId, isFavourite))
      pushes.emit('library.changed', { kinds: ['takes'] })
      return { ...take, isFavourite }
    },

    async setNote({ takeId, note }) {
      const take = findTake(context, takeId)
      library.transaction(() => library.takes.setNote(takeId, note))
      pushes.emit('library.changed', { kinds: ['takes'] })
      return { ...take, note }
    },

    async remove({ takeId }) {
      findTake(context, takeId)
      library.transaction(() => library.takes.remove(takeId))
      library.assets.prune()
      pushes.emit('library.changed', { kinds: ['takes'] })
      return {}
    },

    pitchTrack: async ({ takeId }) => understanding.trackPitch(readTakeWav(context, findTake(context, takeId))),
  }
}
