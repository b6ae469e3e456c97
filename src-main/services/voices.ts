import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Api } from '#contract/api.ts'
import type { VoiceCard, VoiceEntry } from '#contract/voices.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { refuseUnwritable, writeFileAtomicallySync } from '#main/foundation/write-file.ts'
import type { BlendVoiceSpec } from '#main/jobs/handlers/blend-voice-spec.ts'
import type { TaskContext } from '#main/jobs/runner/runner.ts'
import { hashBase, hashVoice, readManifest, type ShippedModel } from '#main/voices/model-files.ts'
import { readVoiceArchive, VOICE_SUFFIX, writeVoiceArchive } from '#main/voices/voice-archive.ts'
import {
  chooseVoiceId,
  findVoiceCard,
  listVoiceIds,
  measureFolder,
  readVoiceCard,
  renameVoice,
  trashDirOf,
} from '#main/voices/voice-folder.ts'
import type { ServiceContext } from './context.ts'
import { voiceFolders } from './voice-folders.ts'

const createTask = (): TaskContext => ({ signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined })

const SHORTEST_ID = 4

/** Voices: the shipped ones and the person's own, each of those a folder. */
export const createVoicesService = (context: ServiceContext): Omit<Api['voices'], 'compare' | 'comparison'> => {
  const { env, library, pushes } = context
  const { modelsDir, voicesDir } = voiceFolders(env)
  const trashDir = trashDirOf(voicesDir)
  const announce = (): void => pushes.emit('library.changed', { kinds: ['voices'] })
  const listShipped = (): ShippedModel[] => (existsSync(join(modelsDir, 'manifest.json')) ? readManifest(modelsDir) : [])

  const describeShipped = (model: ShippedModel, models: readonly ShippedModel[]): VoiceEntry => ({
    id: model.id,
    title: model.title ?? model.id,
    isShipped: true,
    modelHash: hashVoice(
      model,
      models.find(({ id }) => id === model.base),
    ),
    licence: model.licence,
    bytes: measureFolder(join(modelsDir, dirname(model.file))),
    createdAt: '',
    isAdaptable: model.base !== undefined,
    isInTrash: false,
    card: null,
    trouble: null,
  })

  const describeCard = (card: VoiceCard, folder: string, isInTrash: boolean): VoiceEntry => {
    const base = listShipped().find(({ id }) => id === card.model.base)
    const fits = base !== undefined && hashBase(base) === card.baseHash
    return {
      id: card.id,
      title: card.title,
      isShipped: false,
      modelHash: hashVoice(card.model, base),
      licence: card.licence,
      bytes: measureFolder(folder),
      createdAt: card.createdAt,
      isAdaptable: fits,
      isInTrash,
      card,
      trouble: fits ? null : new EngineError('VOICE_OTHER_BASE', { voice: card.title }).message,
    }
  }

  /** One damaged folder does not hide the others. */
  const describeFolders = (parent: string, isInTrash: boolean): VoiceEntry[] =>
    listVoiceIds(parent).flatMap((id) => {
      const folder = join(parent, id)
      try {
        return [describeCard(readVoiceCard(folder), folder, isInTrash)]
      } catch (error) {
        if (!(error instanceof EngineError)) throw error
        const blank = { licence: '', createdAt: '', isShipped: false, isAdaptable: false, card: null, modelHash: '' }
        return [{ ...blank, id, title: id, isInTrash, bytes: measureFolder(folder), trouble: error.message }]
      }
    })

  const list = (): VoiceEntry[] => {
    const shipped = listShipped()
    const newestFirst = (a: VoiceEntry, b: VoiceEntry): number => b.createdAt.localeCompare(a.createdAt)
    return [
      ...shipped.map((model) => describeShipped(model, shipped)),
      ...describeFolders(voicesDir, false).sort(newestFirst),
      ...describeFolders(trashDir, true).sort(newestFirst),
    ]
  }

  const find = (id: string): VoiceEntry => {
    const all = list()
    const found = all.find((voice) => voice.id === id && !voice.isInTrash)
    if (found === undefined) {
      const voices = all.filter(({ isInTrash }) => !isInTrash).map((voice) => voice.id)
      throw new EngineError('VOICE_NOT_FOUND', { voice: id, voices: voices.join(', ') })
    }
    return found
  }

  /** A voice of the person's own. */
  const findOwn = (id: string): VoiceEntry => {
    const voice = find(id)
    if (voice.isShipped) throw new EngineError('VOICE_SHIPPED', { voice: voice.title })
    return voice
  }

  const chooseId = (title: string): string =>
    chooseVoiceId(
      voicesDir,
      title,
      listShipped().map(({ id }) => id),
    )

  /** Moves a folder; what is there already stays. */
  const moveFolder = (from: string, to: string): void => {
    mkdirSync(dirname(to), { recursive: true })
    try {
      renameSync(from, to)
    } catch (cause) {
      throw new EngineError('FILE_UNWRITABLE', { path: to }, { cause })
    }
  }

  /** Checks a file beside the voices and gives it its folder; a voice that is here already is answered as it is. */
  const takeIn = async (path: string, shownPath: string): Promise<VoiceEntry> => {
    const incoming = join(voicesDir, `.incoming-${randomUUID()}`)
    try {
      const card = readVoiceArchive(path, incoming, shownPath)
      await env.ears.run('check-voice', { folder: incoming, modelsDir, shownPath }, createTask())
      const same = list().find(
        (voice) =>
          !voice.isInTrash &&
          voice.card !== null &&
          voice.card.model.sha256 === card.model.sha256 &&
          voice.modelHash === describeCard(card, incoming, false).modelHash,
      )
      if (same !== undefined) return same
      const isTaken =
        listShipped().some((model) => model.id === card.id) || [voicesDir, trashDir].some((parent) => existsSync(join(parent, card.id)))
      const id = isTaken || card.id.length < SHORTEST_ID ? chooseId(card.title) : card.id
      writeFileAtomicallySync(join(incoming, 'card.json'), `${JSON.stringify({ ...card, id, model: { ...card.model, id } }, null, 1)}\n`)
      moveFolder(incoming, join(voicesDir, id))
      return find(id)
    } finally {
      rmSync(incoming, { recursive: true, force: true })
    }
  }

  return {
    list: async () => list(),
    get: async ({ voiceId }) => find(voiceId),
    async rename({ voiceId, title }) {
      renameVoice(voicesDir, findOwn(voiceId).id, title)
      announce()
      return find(voiceId)
    },
    async previews({ voiceId }) {
      const { card } = find(voiceId)
      const previews = card?.previews.filter(({ file }) => existsSync(join(voicesDir, voiceId, file))) ?? []
      return library.transaction(() =>
        previews.map(({ file, title, step }) => {
          const assetId = library.assets.save(readFileSync(join(voicesDir, voiceId, file)), 'wav', readTimestamp(env.clock))
          library.assets.hold(assetId, `voice ${voiceId}`)
          return { title, step, assetId }
        }),
      )
    },
    async export({ voiceId, path: given }) {
      const { id } = findOwn(voiceId)
      const fileName = `${id}${VOICE_SUFFIX}`
      if (given !== undefined) {
        const path = resolve(given)
        await refuseUnwritable(path)
        if (existsSync(path)) throw new EngineError('FILE_EXISTS', { path })
        return { fileName, path, assetId: null, ...writeVoiceArchive(join(voicesDir, id), path) }
      }
      const temporary = join(voicesDir, `.outgoing-${randomUUID()}`)
      try {
        const { byteLength } = writeVoiceArchive(join(voicesDir, id), temporary)
        const assetId = library.transaction(() => library.assets.save(readFileSync(temporary), 'fiddlehead', readTimestamp(env.clock)))
        return { fileName, path: null, assetId, byteLength }
      } finally {
        rmSync(temporary, { force: true })
      }
    },
    async import(input) {
      mkdirSync(voicesDir, { recursive: true })
      if ('path' in input) {
        const voice = await takeIn(resolve(input.path), input.path)
        announce()
        return voice
      }
      const temporary = join(voicesDir, `.upload-${randomUUID()}`)
      try {
        writeFileSync(temporary, input.bytes)
        const voice = await takeIn(temporary, basename(input.fileName))
        announce()
        return voice
      } finally {
        rmSync(temporary, { force: true })
      }
    },
    async blend({ title, parts }) {
      const total = parts.reduce((sum, { weight }) => sum + weight, 0)
      if (total > 1 + 1e-6)
        throw new EngineError('INVALID_ARGUMENT', { what: `The shares of a blend add up to at most 1, not ${total.toFixed(2)}.` })
      const voices = parts.map(({ voiceId, weight }) => ({ voice: find(voiceId), weight }))
      const unfit = voices.find(({ voice }) => !voice.isAdaptable)?.voice
      if (unfit !== undefined)
        throw new EngineError('VOICE_NOT_BLENDABLE', { voice: unfit.title, reason: unfit.trouble ?? 'it adapts no base' })
      mkdirSync(voicesDir, { recursive: true })
      const id = chooseId(title)
      const spec: BlendVoiceSpec = {
        id,
        title,
        createdAt: readTimestamp(env.clock),
        parts: voices.map(({ voice, weight }) => ({ voice: voice.id, title: voice.title, weight })),
        modelsDir,
        voicesDir,
      }
      await env.runner.run('blend-voice', spec, createTask())
      announce()
      return find(id)
    },
    async remove({ voiceId }) {
      const { id } = findOwn(voiceId)
      moveFolder(join(voicesDir, id), join(trashDir, id))
      announce()
      return {}
    },
    async restore({ voiceId }) {
      if (findVoiceCard(trashDir, voiceId) === null) throw new EngineError('NOT_FOUND', { kind: 'voice in the trash', id: voiceId })
      moveFolder(join(trashDir, voiceId), join(voicesDir, voiceId))
      announce()
      return find(voiceId)
    },
    async emptyTrash() {
      const bytes = measureFolder(trashDir)
      for (const id of listVoiceIds(trashDir)) library.assets.release(`voice ${id}`)
      rmSync(trashDir, { recursive: true, force: true })
      announce()
      return { bytes }
    },
  }
}
