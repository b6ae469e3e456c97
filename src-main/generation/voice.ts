import { join } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import type { CodecNetwork } from '#main/networks/codec/network.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { disposeParameters } from '#main/tensor/layers/parameters.ts'
import { hashVoice, readManifest, type ModelEntry } from '#main/voices/model-files.ts'
import { findVoiceCard, listVoiceIds } from '#main/voices/voice-folder.ts'
import { openHierarchy, type Hierarchy } from './hierarchy.ts'
import { blendVoices, buildCodec, findBase, readVoiceWeights } from './voice-weights.ts'

/** A voice ready to play. */
export interface LoadedVoice {
  readonly name: string
  /** sha256 of all its weight files' checksums; of the one file where there is only one. */
  readonly modelHash: string
  /** The codec that plays from the score alone: the fallback, and the baseline of evaluations. */
  readonly network: CodecNetwork
  /** The learned stages, where the voice has them. */
  readonly hierarchy: Hierarchy | null
}

export const DEFAULT_VOICE = 'violin'

/** Voices stay open as long as few are: a person who tries many would otherwise fill the memory. */
const MOST_OPEN = 8
/** Those at half strength are drafts: one slider makes many. */
const MOST_DRAFTS = 2

const loaded = new Map<string, Promise<LoadedVoice>>()

const close = async (opening: Promise<LoadedVoice>): Promise<void> => {
  const { network, hierarchy } = await opening
  const networks = new Set([network, ...(hierarchy === null ? [] : [hierarchy.codec, ...Object.values(hierarchy.stages)])])
  for (const { parameters } of networks) disposeParameters(parameters)
}

const isDraft = (key: string): boolean => !key.endsWith('@1')

/** Closes what was longest not asked for. */
const makeRoom = async (key: string): Promise<void> => {
  const alike = [...loaded.keys()].filter((other) => isDraft(other) === isDraft(key))
  for (const old of alike.slice(0, Math.max(0, alike.length + 1 - (isDraft(key) ? MOST_DRAFTS : MOST_OPEN)))) {
    const opening = loaded.get(old)
    loaded.delete(old)
    if (opening !== undefined) await close(opening).catch(() => undefined)
  }
}

/**
 * The entry of a shipped or own voice, and every model that it may adapt.
 *
 * @throws EngineError VOICE_NOT_FOUND, VOICE_UNREADABLE, MODEL_NOT_INSTALLED, MODEL_DAMAGED
 */
export const findVoiceEntry = (name: string, modelsDir: string, voicesDir?: string): { entry: ModelEntry; models: ModelEntry[] } => {
  const models: ModelEntry[] = readManifest(modelsDir)
  const shipped = models.find(({ id }) => id === name)
  if (shipped !== undefined) return { entry: shipped, models }
  const card = voicesDir === undefined ? null : findVoiceCard(voicesDir, name)
  if (card === null || voicesDir === undefined) {
    const own = voicesDir === undefined ? [] : listVoiceIds(voicesDir)
    throw new EngineError('VOICE_NOT_FOUND', { voice: name, voices: [...models.map(({ id }) => id), ...own].join(', ') })
  }
  return { entry: { ...card.model, id: card.id, folder: join(voicesDir, card.id) }, models }
}

const loadVoice = async (entry: ModelEntry, base: ModelEntry, identity: { modelHash: string; strength: number }): Promise<LoadedVoice> => {
  const { modelHash, strength } = identity
  const weights = strength === 1 ? readVoiceWeights(entry, base) : blendVoices([{ entry, weight: strength }], base)
  await ensureBackend()
  const network = buildCodec(entry.size, weights.scoreCodec, entry.file)
  const codec = weights.codec === weights.scoreCodec ? network : buildCodec(base.size, weights.codec, entry.decoder?.file ?? base.file)
  return { name: entry.id, modelHash, network, hierarchy: openHierarchy(weights, base, { codec, scoreCodec: network }) }
}

/**
 * Opens a voice by its id in models/manifest.json or among the person's own, and keeps it while few others are asked for.
 *
 * @param strength  1 the voice, below it leans towards its base, 0 is the base
 * @throws EngineError VOICE_NOT_FOUND, VOICE_UNREADABLE, VOICE_NOT_BLENDABLE, MODEL_NOT_INSTALLED, MODEL_DAMAGED, BACKEND_UNAVAILABLE
 */
export const openVoice = async (
  name: string = DEFAULT_VOICE,
  modelsDir: string = join(findProjectRoot(), 'models'),
  voicesDir?: string,
  strength = 1,
): Promise<LoadedVoice> => {
  const { entry, models } = findVoiceEntry(name, modelsDir, voicesDir)
  const base = findBase(entry, models)
  const voiceHash = hashVoice(entry, entry.base === undefined ? undefined : base)
  const modelHash = strength === 1 ? voiceHash : `${voiceHash}@${strength}`
  const key = `${join(entry.folder, name)} ${voiceHash}@${strength}`
  const known = loaded.get(key)
  if (known !== undefined) {
    loaded.delete(key)
    loaded.set(key, known)
    return known
  }
  await makeRoom(key)
  const opening = loadVoice(entry, base, { modelHash, strength }).catch((error: unknown) => {
    loaded.delete(key)
    throw error
  })
  loaded.set(key, opening)
  return opening
}
