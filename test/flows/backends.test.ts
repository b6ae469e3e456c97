import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { writeToyVoice } from '#test/suites/toy-voice.ts'

const run = promisify(execFile)
const SCRIPT = join(import.meta.dirname, '../suites/render-toy.ts')

describe('backends', { timeout: 120_000 }, () => {
  it('sound alike: the last rung, WebAssembly, gives what the best one gives', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-backends-'))
    await writeToyVoice(folder)
    const render = async (backend: string): Promise<{ name: string; samples: Float32Array }> => {
      const out = join(folder, `${backend}.f32`)
      const { stdout } = await run(process.execPath, [SCRIPT, folder, out], { env: { ...process.env, FIDDLEHEAD_BACKEND: backend } })
      return { name: stdout, samples: new Float32Array(Uint8Array.from(readFileSync(out)).buffer) }
    }
    const best = await render('auto')
    const last = await render('wasm')
    expect(last.name).toBe('wasm')
    expect(last.samples.length).toBe(best.samples.length)
    let worst = 0
    for (let n = 0; n < best.samples.length; n++) worst = Math.max(worst, Math.abs(best.samples[n] - last.samples[n]))
    expect(Math.max(...best.samples)).toBeGreaterThan(0.01)
    expect(worst).toBeLessThan(1e-4)
  })
})
