import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OPENED_EXTENSIONS } from '#main/hosts/electron/opened-files.ts'
import { VOICE_SUFFIX } from '#main/voices/voice-archive.ts'

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
  fileAssociations: { ext: string; mimeType: string }[]
  linux: { icon: string; target: string[] }
  mac: {
    entitlements: string
    hardenedRuntime: boolean
    target: { target: string; arch: string[] }[]
    extendInfo: Record<string, string>
  }
  win: { icon: string; target: string[] }
}
const unpacked = join(root, 'dist/linux-unpacked')
if (!existsSync(unpacked)) process.stderr.write('Skipped: the layout of the package, since none was made (npm run package -- --dir).\n')
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
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
    const native = Object.keys(dependencies).filter((name) =>
      readdirSync(join(root, 'node_modules', name), { recursive: true }).some((path) => String(path).endsWith('.node')),
    )
    expect(native).toContain('better-sqlite3')
    for (const name of native) expect(config.asarUnpack).toContain(`node_modules/${name}/**`)
    expect(config.files).toContain('!node_modules/node-*-*/**')
  })
  it('makes what each system installs, hardened on a Mac for both processors', () => {
    expect(config.linux.target).toEqual(['AppImage', 'deb'])
    expect(config.mac.target).toEqual([{ target: 'dmg', arch: ['universal'] }])
    expect(config.mac.hardenedRuntime).toBe(true)
    expect(config.win.target).toEqual(['nsis'])
  })
  it('opens arrangements and voices, which the shell hands on', () => {
    expect(config.fileAssociations.map(({ ext }) => ext)).toEqual(OPENED_EXTENSIONS.map((extension) => extension.slice(1)))
    expect(OPENED_EXTENSIONS).toContain(VOICE_SUFFIX)
  })
  it.skipIf(!existsSync(unpacked))('lays native modules and models beside the archive', () => {
    const outside = join(unpacked, 'resources/app.asar.unpacked')
    expect(existsSync(join(unpacked, 'resources/app.asar'))).toBe(true)
    for (const name of ['@tensorflow/tfjs-node', 'better-sqlite3', 'node-web-audio-api']) {
      const files = readdirSync(join(outside, 'node_modules', name), { recursive: true })
      expect(
        files.some((path) => String(path).endsWith('.node')),
        name,
      ).toBe(true)
    }
    expect(existsSync(join(outside, 'models'))).toBe(true)
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
