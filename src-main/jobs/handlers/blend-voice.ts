import { createHash } from 'node:crypto'
import type { ModelFile, VoiceCard } from '#contract/voices.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findVoiceEntry } from '#main/generation/voice.ts'
import { blendVoices, findBase, readVoiceWeights, type Tensors } from '#main/generation/voice-weights.ts'
import { encodeSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { hashBase, hashVoice } from '#main/voices/model-files.ts'
import { findVoiceCard, writeVoiceFolder } from '#main/voices/voice-folder.ts'
import { blendVoiceSpecSchema } from './blend-voice-spec.ts'
import type { TaskHandler } from '../runner/runner.ts'

/** What differs from the base: the rest need not be said again. */
const changesOf = (weights: Tensors, base: Tensors): Tensors =>
  new Map(
    [...weights].filter(([name, { data }]) => {
      const plain = base.get(name)?.data
      return plain?.length !== data.length || data.some((value, i) => value !== plain[i])
    }),
  )

/** Voices mixed in their weights, as a new voice. Full precision, so that weight 1 is the voice and weight 0 the base, bit for bit. */
export const blendVoiceHandler: TaskHandler = {
  async run(rawSpec, { onProgress }) {
    const { id, title, createdAt, parts, modelsDir, voicesDir } = blendVoiceSpecSchema.parse(rawSpec)
    const found = parts.map(({ voice, weight, title: partTitle }) => ({
      weight,
      partTitle,
      ...findVoiceEntry(voice, modelsDir, voicesDir),
    }))
    const [first] = found
    const base = findBase(first.entry, first.models)
    if (base === first.entry) throw new EngineError('VOICE_NOT_BLENDABLE', { voice: first.partTitle, reason: 'it adapts no base' })
    onProgress(0.1, `Blending ${title}`)
    const weights = blendVoices(found, base)
    const plain = readVoiceWeights(base, base)
    const files = new Map<string, Uint8Array>()
    const add = (file: string, tensors: Tensors): ModelFile => {
      const bytes = encodeSafetensors({ tensors: new Map(tensors), metadata: {} })
      files.set(file, bytes)
      return { file, sha256: createHash('sha256').update(bytes).digest('hex') }
    }
    const { stages } = weights
    const stageOf = (name: 'semantic' | 'coarse' | 'fine'): ModelFile =>
      add(`${name}.safetensors`, changesOf(stages?.[name] ?? new Map(), plain.stages?.[name] ?? new Map()))
    const model: VoiceCard['model'] = {
      id,
      size: base.size,
      base: base.id,
      ...add('codec.safetensors', weights.scoreCodec),
      ...(stages === null ? {} : { adapters: { semantic: stageOf('semantic'), coarse: stageOf('coarse'), fine: stageOf('fine') } }),
      ...(weights.codec === weights.scoreCodec ? {} : { decoder: add('decoder.safetensors', changesOf(weights.codec, plain.codec)) }),
    }
    const licences = found.map(({ entry }) => findVoiceCard(voicesDir, entry.id)?.licence ?? 'MIT')
    const card: VoiceCard = {
      format: 'fiddlehead-voice',
      version: 1,
      id,
      title,
      createdAt,
      // Nothing that holds a restricted voice gets freer by blending.
      licence: [...new Set(licences.filter((licence) => licence !== 'MIT'))].join('; ') || 'MIT',
      model,
      baseHash: hashBase(base),
      origin: {
        kind: 'blend',
        parts: found.map(({ entry, weight, partTitle }) => ({ title: partTitle, modelHash: hashVoice(entry, base), weight })),
      },
      curve: [],
      bestStep: null,
      scores: { before: null, after: null },
      previews: [],
    }
    writeVoiceFolder(voicesDir, card, files)
    return { id }
  },
}
