import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { FinetuneScores } from '#contract/finetune.ts'
import { DEFAULT_LANES } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import type { VoiceCard, VoiceModel } from '#contract/voices.ts'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import { createCodeReader } from '#main/evaluation/voice/code-clip.ts'
import type { Phrase } from '#main/evaluation/voice/cut-phrases.ts'
import { evaluateVoice } from '#main/evaluation/voice/evaluate-voice.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { openJointEmbedding } from '#main/generation/joint-embedding.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import { buildCodec, findBase, readVoiceWeights } from '#main/generation/voice-weights.ts'
import { findVoiceEntry, openVoice } from '#main/generation/voice.ts'
import type { CodecNetwork } from '#main/networks/codec/network.ts'
import { TOY_MULAN_CONFIG } from '#main/networks/mulan/config.ts'
import { openMulan } from '#main/networks/mulan/mulan.ts'
import { STAGE_NAMES, type StageName } from '#main/networks/stages/config.ts'
import { openSemanticTokenizer } from '#main/networks/semantic-tokens/tokenizer.ts'
import { decodeSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { disposeParameters } from '#main/tensor/layers/parameters.ts'
import { assembleVoice, type FinetuneSetting } from '#main/training/finetune/stages.ts'
import type { StartWeights, Tensors } from '#main/training/finetune/start-weights.ts'
import type { Tokenizers } from '#main/training/runs/token-cache.ts'
import { hashBase, readModelFile, type ModelEntry } from '#main/voices/model-files.ts'
import { writeVoiceFolder } from '#main/voices/voice-folder.ts'
import { createPhraseRenderer } from './evaluate-voice-renderers.ts'

/** Networks around a run's training: what it starts from, what reads its clips, how it sounds on the way, how good it is. */

export interface OpenedStart {
  readonly start: StartWeights
  readonly base: ModelEntry
  readonly baseHash: string
  /** Of everything that tokens depend on. */
  readonly codecHash: string
}

const readTensors = (entry: ModelEntry, file: { file: string; sha256: string }): Tensors =>
  decodeSafetensors(readModelFile(entry.folder, file), file.file).tensors

/**
 * The voice to start from, and the base below it.
 *
 * @throws EngineError VOICE_NOT_FOUND, VOICE_NOT_TRAINABLE, MODEL_NOT_INSTALLED, MODEL_DAMAGED
 */
export const openStart = (from: string, modelsDir: string, voicesDir: string): OpenedStart => {
  const { entry, models } = findVoiceEntry(from, modelsDir, voicesDir)
  const base = findBase(entry, models)
  const { stages, mulan, semanticTokens } = base
  const refuse = (reason: string): never => {
    throw new EngineError('VOICE_NOT_TRAINABLE', { voice: from, reason })
  }
  if (stages === undefined || mulan === undefined || semanticTokens === undefined) return refuse('its base has no stages that write tokens')
  const byStage = <T>(read: (name: StageName) => T): Record<StageName, T> =>
    Object.fromEntries(STAGE_NAMES.map((name) => [name, read(name)])) as Record<StageName, T>
  const { adapters } = entry
  return {
    start: {
      size: base.size,
      stages: byStage((name) => readTensors(base, stages[name])),
      adapters: adapters === undefined ? null : byStage((name) => readTensors(entry, adapters[name])),
      adapterAlpha: entry.adapterAlpha ?? 16,
      codec: readVoiceWeights(entry, base).codec,
    },
    base,
    baseHash: hashBase(base),
    codecHash: createHash('sha256').update(`${base.sha256} ${semanticTokens.sha256}`).digest('hex'),
  }
}

/** What reads clips into tokens, until `close`. */
export const openTokenizers = ({ base }: OpenedStart): { tokenizers: Omit<Tokenizers, 'captions'>; close: () => void } => {
  const { mulan: mulanFile, semanticTokens } = base
  if (mulanFile === undefined || semanticTokens === undefined)
    throw new EngineError('VOICE_NOT_TRAINABLE', { voice: base.id, reason: 'it cannot read tokens' })
  const codec = buildCodec(base.size, readTensors(base, base), base.file)
  const mulan = openMulan(readModelFile(base.folder, mulanFile), base.size === 'toy' ? { config: TOY_MULAN_CONFIG } : {})
  const semantic = openSemanticTokenizer(readModelFile(base.folder, semanticTokens))
  return {
    tokenizers: {
      codec,
      semantic,
      embedding: {
        embedAudio: (pcm) => mulan.embedAudio(pcm),
        embedTexts: (texts) => mulan.embedTexts(texts),
        quantize: (vector) => mulan.lookUp(mulan.tokens(vector)),
      },
    },
    close() {
      semantic.dispose()
      mulan.dispose()
      disposeParameters(codec.parameters)
    },
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A voice's weights as its card's model names them. */
export const describeModel = (
  id: string,
  { files, adapterAlpha }: ReturnType<typeof assembleVoice>,
  base: Pick<ModelEntry, 'id' | 'size'>,
): VoiceModel => {
  const fileOf = (file: string): { file: string; sha256: string } => ({ file, sha256: sha256(files.get(file) ?? new Uint8Array()) })
  return {
    id,
    size: base.size,
    ...fileOf('codec.safetensors'),
    base: base.id,
    adapterAlpha,
    adapters: { semantic: fileOf('semantic.safetensors'), coarse: fileOf('coarse.safetensors'), fine: fileOf('fine.safetensors') },
  }
}

/** The voice of the moment as a folder that can be played from, until `remove`. */
export const writeCandidate = (
  runDir: string,
  { start, base, baseHash }: OpenedStart,
  setting: FinetuneSetting & { readonly name: string },
): { voice: string; voicesDir: string; remove: () => void } => {
  const voicesDir = join(runDir, 'candidates')
  const voice = `candidate-${setting.name}`
  rmSync(join(voicesDir, voice), { recursive: true, force: true })
  const assembled = assembleVoice(runDir, start, setting)
  const card: VoiceCard = {
    format: 'fiddlehead-voice',
    version: 1,
    id: voice,
    title: 'Candidate',
    createdAt: new Date(0).toISOString(),
    licence: 'unknown',
    model: describeModel(voice, assembled, base),
    baseHash,
    origin: { kind: 'blend', parts: [] },
    curve: [],
    bestStep: null,
    scores: { before: null, after: null },
    previews: [],
  }
  writeVoiceFolder(voicesDir, card, assembled.files)
  return { voice, voicesDir, remove: () => void rmSync(join(voicesDir, voice), { recursive: true, force: true }) }
}

const LONGEST_PREVIEW_SECONDS = 8

/** The beginning of a hum by a voice. */
export const playHum = (
  notes: readonly Note[],
  where: { voice: string; voicesDir: string; modelsDir: string; seed: number },
  signal: AbortSignal,
): ReturnType<typeof renderClip> => {
  const start = notes[0]?.onsetSeconds ?? 0
  const beginning = notes.filter(({ onsetSeconds }) => onsetSeconds - start < LONGEST_PREVIEW_SECONDS)
  return renderClip({ ...where, notes: beginning, lanes: DEFAULT_LANES }, { signal })
}

/** Held-out clips, evenly over them, as phrases; with their captions where there is something that reads words. */
const choosePhrases = (clipsDir: string, count: number, isPrompted: boolean): Phrase[] => {
  const corpus = openCorpus(clipsDir, 'test')
  const { length } = corpus.clips
  const chosen = Array.from({ length: Math.min(count, length) }, (_, i) => Math.floor((i * length) / Math.min(count, length)))
  const phrases = chosen.map((index): Phrase => {
    const { id, notes, caption } = corpus.clips[index]
    return { name: id, pcm: corpus.readAudio(index), notes, prompt: isPrompted ? caption : '' }
  })
  corpus.close()
  return phrases
}

/** Start and new voice on the held-out recordings. */
export const scoreVoices = async (
  options: {
    clipsDir: string
    phrases: number
    seed: number
    modelsDir: string
    before: { voice: string; voicesDir: string }
    after: { voice: string; voicesDir: string }
    hasEmbedding: boolean
  },
  deps: { signal: AbortSignal; onProgress: (fraction: number, message: string) => void },
): Promise<FinetuneScores | null> => {
  const { clipsDir, modelsDir, seed, before, after } = options
  const phrases = choosePhrases(clipsDir, options.phrases, options.hasEmbedding)
  if (phrases.length === 0) return null
  const { hierarchy, network } = await openVoice(after.voice, modelsDir, after.voicesDir)
  const reader: CodecNetwork = hierarchy?.codec ?? network
  const scores = await evaluateVoice(
    phrases,
    [
      { name: 'before', render: createPhraseRenderer({ ...before, modelsDir }) },
      { name: 'after', render: createPhraseRenderer({ ...after, modelsDir }) },
    ],
    { embedding: options.hasEmbedding ? await openJointEmbedding(modelsDir) : null, codec: createCodeReader(reader), seed, ...deps },
  )
  const [first, second] = scores.columns
  if (first === undefined || second === undefined) return null
  return { phrases: scores.phrases, seconds: scores.seconds, referenceMulanCycle: scores.referenceMulanCycle, before: first, after: second }
}

/** A preview's bytes with the name that the library gives such a sound. */
export const hashFile = (path: string): string => sha256(readFileSync(path))
