import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pathFile = join(root, 'node_modules/electron/path.txt')
const binary = existsSync(pathFile) ? join(root, 'node_modules/electron/dist', readFileSync(pathFile, 'utf8').trim()) : ''
const isPresent = binary !== '' && existsSync(binary)
const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])
if (!isPresent || !hasDisplay)
  process.stderr.write(`Skipped: the desktop window, since ${isPresent ? 'there is no display' : "Electron's binary is not installed"}.\n`)

describe('the desktop window', () => {
  it.skipIf(!isPresent || !hasDisplay)('opens hardened, shows the page and reaches the engine', async () => {
    const built = spawnSync(process.execPath, [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(built.status, built.stderr).toBe(0)
    const dataDir = mkdtempSync(join(tmpdir(), 'fiddlehead-electron-'))
    const app = await _electron.launch({
      executablePath: binary,
      args: [root, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      env: { ...(process.env as Record<string, string>), FIDDLEHEAD_DATA_DIR: dataDir },
    })
    try {
      const page = await app.firstWindow()
      expect(page.url()).toBe('fiddlehead://app/')
      const seen = await page.evaluate(async () => {
        const bridge = (
          globalThis as unknown as { fiddlehead: { ready(): Promise<void>; call(method: string, input: unknown): Promise<unknown> } }
        ).fiddlehead
        await bridge.ready()
        return { hums: await bridge.call('hums.list', {}), hasNode: 'require' in globalThis || 'process' in globalThis }
      })
      expect(seen).toEqual({ hums: { output: [] }, hasNode: false })
      await page.evaluate(() => {
        location.href = 'https://example.com/'
      })
      await page.waitForTimeout(500)
      expect(page.url()).toBe('fiddlehead://app/')
    } finally {
      await app.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
