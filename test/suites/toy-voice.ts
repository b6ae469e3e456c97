import { createRandom } from '#main/foundation/random.ts'
import { TOY_CODEC_CONFIG } from '#main/networks/codec/config.ts'
import { createCodecNetwork } from '#main/networks/codec/network.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'
import { encodeSafetensors } from '#main/tensor/checkpoint/safetensors.ts'
import { allParameters, disposeParameters } from '#main/tensor/layers/parameters.ts'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes a models folder with one voice of random, seeded weights. It plays the right notes, in an ugly tone. */
export const writeToyVoice = async (modelsDir: string, seed = 1): Promise<{ id: string; path: string; sha256: string }> => {
  await ensureBackend()
  const { parameters } = createCodecNetwork(TOY_CODEC_CONFIG, createRandom(seed))
  const tensors = new Map(
    [...allParameters(parameters)].map(([name, variable]) => [
      name,
      { shape: [...variable.shape], data: Float32Array.from(variable.dataSync()) },
    ]),
  )
  disposeParameters(parameters)
  const bytes = encodeSafetensors({ tensors, metadata: {} }, 'F16')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const [id, file] = ['toy', 'toy.safetensors']
  mkdirSync(modelsDir, { recursive: true })
  writeFileSync(join(modelsDir, file), bytes)
  const model = { id, file, sha256, size: 'toy', title: 'Toy violin', licence: 'MIT', sampleRate: TOY_CODEC_CONFIG.sampleRate }
  writeFileSync(join(modelsDir, 'manifest.json'), JSON.stringify({ models: [model] }))
  return { id, path: join(modelsDir, file), sha256 }
}
