/**
 * The one door to the tensor library. Everything tensor-shaped imports `tf` from here and nothing else knows
 * which backend computes: tfjs-node-gpu where an NVIDIA GPU is, tfjs-node on the CPU, WebAssembly last.
 */
import { createRequire } from 'node:module'
import util from 'node:util'
import type * as Tf from '@tensorflow/tfjs'
import { EngineError } from '#main/foundation/engine-error.ts'

const require = createRequire(import.meta.url)

/** tfjs-node 4.22 calls helpers that Node removed in version 23. */
const shimNodeUtil = (): void => {
  const legacy = util as unknown as Record<string, unknown>
  legacy['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  legacy['isArray'] = Array.isArray // still there in Node 24, with a warning on stderr
}
shimNodeUtil()
process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'

export const tf = require('@tensorflow/tfjs') as typeof Tf
export type Tensor = Tf.Tensor
export type Tensor2D = Tf.Tensor2D
export type Tensor3D = Tf.Tensor3D
export type Scalar = Tf.Scalar
export type Variable = Tf.Variable
export type Rank = Tf.Rank

export type BackendName = 'tfjs-node-gpu' | 'tfjs-node' | 'wasm'

export interface BackendReport {
  readonly name: BackendName
  /** Why this one, in a sentence. */
  readonly reason: string
  /** What would make it faster, in a sentence; empty when nothing would. */
  readonly advice: string
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

const loadNative = async (packageName: '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu'): Promise<string | null> => {
  try {
    require(packageName)
    await tf.setBackend('tensorflow')
    await tf.ready()
    return null
  } catch (error) {
    return firstLine(error)
  }
}

const loadWasm = async (): Promise<string | null> => {
  try {
    const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void }
    const folder = require.resolve('@tensorflow/tfjs-backend-wasm/package.json').replace(/package\.json$/, 'dist/')
    wasm.setWasmPaths(folder)
    await tf.setBackend('wasm')
    await tf.ready()
    return null
  } catch (error) {
    return firstLine(error)
  }
}

const hasNvidiaGpu = async (): Promise<boolean> => {
  const { existsSync } = await import('node:fs')
  return existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidia0')
}

const openBackend = async (wanted: BackendName | 'auto'): Promise<BackendReport> => {
  const refusals: string[] = []
  if (wanted === 'tfjs-node-gpu' || (wanted === 'auto' && (await hasNvidiaGpu()))) {
    const problem = await loadNative('@tensorflow/tfjs-node-gpu')
    if (problem === null) return { name: 'tfjs-node-gpu', reason: 'an NVIDIA GPU and its TensorFlow library are present', advice: '' }
    refusals.push(`the GPU library did not load (${problem})`)
  }
  if (wanted === 'tfjs-node' || wanted === 'auto') {
    const problem = await loadNative('@tensorflow/tfjs-node')
    if (problem === null) {
      const reason =
        refusals.length > 0 ? `${refusals.join('; ')}; the CPU library works` : 'no NVIDIA GPU was found; the CPU library works'
      return { name: 'tfjs-node', reason, advice: 'An NVIDIA GPU with the CUDA build (npm start -- --cuda) makes training faster.' }
    }
    refusals.push(`the CPU library did not load (${problem})`)
  }
  if (wanted === 'wasm' || wanted === 'auto') {
    const problem = await loadWasm()
    const reason = refusals.length > 0 ? refusals.join('; ') : 'WebAssembly was asked for'
    if (problem === null)
      return {
        name: 'wasm',
        reason,
        advice: 'Run "npm start" with a network and a C++ compiler once: the native library is many times faster.',
      }
    refusals.push(`WebAssembly did not load (${problem})`)
  }
  throw new EngineError('BACKEND_UNAVAILABLE', { backend: wanted, reason: refusals.join('; ') })
}

let opened: Promise<BackendReport> | undefined

/**
 * Opens the best backend once per process; later calls answer the same report.
 * FIDDLEHEAD_BACKEND (tfjs-node-gpu, tfjs-node, wasm) overrides the choice.
 *
 * @throws EngineError BACKEND_UNAVAILABLE when not even WebAssembly loads
 */
export const ensureBackend = (): Promise<BackendReport> => {
  const asked = process.env['FIDDLEHEAD_BACKEND']
  const wanted = asked === 'tfjs-node-gpu' || asked === 'tfjs-node' || asked === 'wasm' ? asked : 'auto'
  opened ??= openBackend(wanted)
  return opened
}
