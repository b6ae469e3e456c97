import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const require = createRequire(import.meta.url)
// electron-builder exports its own validation only here.
const { validateConfiguration } = createRequire(require.resolve('electron-builder/package.json'))(
  'app-builder-lib/out/util/config/config.js',
) as {
  validateConfiguration(config: object, logger: object): Promise<void>
}
const config = require('./electron-builder.cjs') as {
  files: string[]
  asarUnpack: string[]
  npmRebuild: boolean
  linux: { icon: string }
  mac: { entitlements: string; extendInfo: Record<string, string> }
}
const logger = { isEnabled: false, add: () => undefined }

describe('packaging', () => {
  it('is what electron-builder takes', async () => {
    await expect(validateConfiguration(config, logger)).resolves.toBeUndefined()
    await expect(validateConfiguration({ ...config, fils: [] }, logger)).rejects.toThrow(/fils/)
  })
  it('names files that are there', () => {
    for (const path of [config.linux.icon, config.mac.entitlements]) expect(existsSync(join(root, path)), path).toBe(true)
    expect(readFileSync(join(root, config.linux.icon)).readUInt32BE(16)).toBeGreaterThanOrEqual(512)
  })
  it('keeps native modules outside the archive and their rebuild away', () => {
    expect(config.npmRebuild).toBe(false)
    for (const name of ['@tensorflow/tfjs-node', 'better-sqlite3']) expect(config.asarUnpack).toContain(`node_modules/${name}/**`)
    expect(config.files).toContain('!node_modules/node-*-*/**')
  })
  it('says on a Mac why it wants the microphone', () => {
    expect(config.mac.extendInfo['NSMicrophoneUsageDescription']).toMatch(/hum/)
    expect(readFileSync(join(root, config.mac.entitlements), 'utf8')).toContain('com.apple.security.device.audio-input')
  })
  it('starts the shell that electron-vite builds', () => {
    const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main: string }
    expect(main).toBe('out/main/index.js')
    expect(readFileSync(join(root, 'electron.vite.config.ts'), 'utf8')).toContain("index: at('src-main/hosts/electron/index.ts')")
  })
})
