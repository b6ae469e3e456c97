import { EngineError } from '#main/foundation/engine-error.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { readSafetensorsMetadata } from '#main/tensor/checkpoint/safetensors.ts'
import { createWordPiece, type WordPiece } from './wordpiece.ts'

/** Where set-up puts the sentence encoder. */
export const sentenceEncoderPath = (): string => `${findProjectRoot()}/models/minilm/minilm.safetensors`

/**
 * The tokenizer that a prompt goes through, without the encoder behind it.
 *
 * @throws EngineError SENTENCE_ENCODER_MISSING, MODEL_DAMAGED
 */
export const openPromptTokenizer = (path = sentenceEncoderPath()): WordPiece => {
  let metadata: Record<string, string>
  try {
    metadata = readSafetensorsMetadata(path)
  } catch (cause) {
    if (cause instanceof EngineError && cause.code === 'MODEL_NOT_INSTALLED')
      throw new EngineError('SENTENCE_ENCODER_MISSING', { path }, { cause })
    throw cause
  }
  const vocabulary = metadata['vocabulary']
  if (vocabulary === undefined) throw new EngineError('MODEL_DAMAGED', { model: 'MiniLM', reason: 'its vocabulary is missing' })
  return createWordPiece(vocabulary)
}
