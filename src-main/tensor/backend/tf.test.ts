import fs from 'node:fs'
import Module, { syncBuiltinESMExports } from 'node:module'
import { afterEach, describe, expect, it, vi } from 'vitest'

const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu'
const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown }
const { _load: load } = loader
const { existsSync } = fs

/** A machine with an NVIDIA card: its driver's files are there, and its package is whatever is given. */
const pretend = (loadGpuPackage: (...rest: unknown[]) => unknown): void => {
  fs.existsSync = (path) => path === '/dev/nvidia0' || existsSync(path)
  syncBuiltinESMExports()
  loader._load = (request, ...rest) => (request === GPU_PACKAGE ? loadGpuPackage(...rest) : load(request, ...rest))
}

const open = async (): Promise<{ name: string; reason: string; backend: string; product: number }> => {
  vi.resetModules()
  const { ensureBackend, tf } = await import('./tf.ts')
  const { name, reason } = await ensureBackend()
  return { name, reason, backend: tf.getBackend(), product: tf.matMul([[2]], [[3]]).dataSync()[0] ?? NaN }
}

describe('the backend', () => {
  afterEach(() => {
    loader._load = load
    fs.existsSync = existsSync
    syncBuiltinESMExports()
    vi.unstubAllEnvs()
  })

  it('is the CUDA build where a card and its library are: the same code then computes there', async () => {
    vi.stubEnv('FIDDLEHEAD_BACKEND', '')
    const asked: string[] = []
    // The CPU build stands in for it: both register themselves under one name, and nothing else asks which one it was.
    pretend((...rest) => {
      asked.push(GPU_PACKAGE)
      return load('@tensorflow/tfjs-node', ...rest)
    })
    expect(await open()).toEqual({
      name: 'tfjs-node-gpu',
      reason: 'an NVIDIA GPU and its TensorFlow library are present',
      backend: 'tensorflow',
      product: 6,
    })
    expect(asked).toEqual([GPU_PACKAGE])
  })

  it('is the CPU build where the card’s library does not load, and says why', async () => {
    vi.stubEnv('FIDDLEHEAD_BACKEND', '')
    pretend(() => {
      throw new TypeError('libcudart.so.11.0: cannot open shared object file')
    })
    const { name, reason, product } = await open()
    expect(name).toBe('tfjs-node')
    expect(reason).toContain('libcudart')
    expect(product).toBe(6)
  })
})
