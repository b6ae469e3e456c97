import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Api } from '#contract/api.ts'
import { comparisonSchema, type Comparison } from '#contract/voices.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import { comparedItemSchema, compareVoicesSpecSchema, type CompareVoicesSpec } from '#main/jobs/handlers/compare-voices-spec.ts'
import type { JobKind } from '#main/jobs/queue/job-queue.ts'
import type { ServiceContext } from './context.ts'
import type { EngineEnv } from './env.ts'
import { findHum } from './hums.ts'
import { voiceFolders } from './voice-folders.ts'

/** Comparisons by ear lie as one JSON file each in the data folder, under the id of the job that made them. */
const folderOf = (env: EngineEnv): string => join(env.dataDir, 'comparisons')
const pathOf = (env: EngineEnv, id: string): string => join(folderOf(env), `${id}.json`)

const TUNES = 3
const LONGEST_SECONDS = 9
/** Played where nobody has hummed yet. */
const DEMONSTRATION = { name: 'Scale and a turn', text: 'D4 E4 F#4 G4 A4 B4 C#5 D5 A4 F#4 D4 in quarter notes at 112' }

const read = (env: EngineEnv, id: string): Comparison => {
  const path = pathOf(env, id)
  if (!/^[\w-]+$/.test(id) || !existsSync(path)) throw new EngineError('NOT_FOUND', { kind: 'comparison', id })
  return comparisonSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
}

const write = (env: EngineEnv, comparison: Comparison): void => {
  mkdirSync(folderOf(env), { recursive: true })
  writeFileAtomicallySync(pathOf(env, comparison.id), JSON.stringify(comparison))
}

/** What the queue needs to know of comparing voices: each clip is kept as it comes. */
export const createComparisonKind = ({ env, library }: Pick<ServiceContext, 'env' | 'library'>): JobKind => ({
  resume: (job) => ({ ...compareVoicesSpecSchema.parse(job.spec), ...voiceFolders(env), firstIndex: job.results.length }),
  commitItem(job, rawItem) {
    const { pcm, sampleRate, modelHash, ...clip } = comparedItemSchema.parse(rawItem)
    const assetId = library.assets.save(encodeWav([pcm], { sampleRate, bits: 24 }), 'wav', readTimestamp(env.clock))
    library.assets.hold(assetId, job.id)
    const { tunes, candidates } = compareVoicesSpecSchema.parse(job.spec)
    const known: Comparison = existsSync(pathOf(env, job.id))
      ? read(env, job.id)
      : {
          id: job.id,
          createdAt: job.createdAt,
          candidates: candidates.map(({ voiceId, strength }) => ({ voiceId, strength, title: voiceId, modelHash: '' })),
          tunes: tunes.map(({ name }) => name),
          clips: [],
        }
    write(env, {
      ...known,
      candidates: known.candidates.map((candidate, i) => (i === clip.candidate ? { ...candidate, modelHash } : candidate)),
      clips: [
        ...known.clips.filter(({ candidate, tune }) => candidate !== clip.candidate || tune !== clip.tune),
        { ...clip, assetId, durationSeconds: pcm.length / sampleRate },
      ],
    })
    return assetId
  },
})

/** Voices compared by ear: the same tunes on each. */
export const createVoiceComparisons = (
  context: ServiceContext,
  listVoices: Api['voices']['list'],
): Pick<Api['voices'], 'compare' | 'comparison'> => {
  const { env, library, queue, understanding } = context

  const chooseTunes = async (humIds: readonly string[] | undefined): Promise<CompareVoicesSpec['tunes']> => {
    const hums =
      humIds?.map((id) => findHum(context, id)) ??
      library.hums
        .list()
        .filter(({ melody }) => melody.notes.length > 0)
        .slice(0, TUNES)
    const names = new Map<string, number>()
    const tunes = hums.flatMap(({ name, melody }) => {
      const start = melody.notes[0]?.onsetSeconds ?? 0
      const notes = melody.notes.filter(({ onsetSeconds }) => onsetSeconds - start < LONGEST_SECONDS)
      const count = (names.get(name) ?? 0) + 1
      names.set(name, count)
      return notes.length === 0 ? [] : [{ name: count === 1 ? name : `${name} (${count})`, notes }]
    })
    if (tunes.length > 0) return tunes
    return [{ name: DEMONSTRATION.name, notes: (await understanding.readMelodyText(DEMONSTRATION.text)).notes }]
  }

  return {
    async compare({ candidates, humIds }) {
      const voices = (await listVoices({})).filter(({ isInTrash }) => !isInTrash)
      const chosen = candidates.map(({ voiceId, strength = 1 }) => {
        const voice = voices.find(({ id }) => id === voiceId)
        if (voice === undefined) throw new EngineError('VOICE_NOT_FOUND', { voice: voiceId, voices: voices.map(({ id }) => id).join(', ') })
        if (strength < 1 && !voice.isAdaptable)
          throw new EngineError('VOICE_NOT_BLENDABLE', { voice: voice.title, reason: voice.trouble ?? 'it adapts no base' })
        return { voiceId, strength, title: voice.title, modelHash: voice.modelHash }
      })
      const tunes = await chooseTunes(humIds)
      const spec: CompareVoicesSpec = {
        candidates: chosen.map(({ voiceId, strength }) => ({ voiceId, strength })),
        tunes,
        seed: env.random.integer(4294967296),
      }
      const { id, createdAt } = queue.enqueue('compare-voices', spec)
      if (!existsSync(pathOf(env, id))) write(env, { id, createdAt, candidates: chosen, tunes: tunes.map(({ name }) => name), clips: [] })
      return { jobId: id }
    },
    comparison: async ({ comparisonId }) => read(env, comparisonId),
  }
}
