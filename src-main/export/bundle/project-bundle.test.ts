import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { strToU8, unzipSync, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { EngineError } from '#main/foundation/engine-error.ts'
import { SAMPLE_PROJECT } from '#test/suites/sample-projects.ts'
import { type BundleAsset, readBundle, writeBundle } from './project-bundle.ts'

const assets: BundleAsset[] = [
  { assetId: 'asset-phrase', extension: 'wav', bytes: Uint8Array.of(1, 2, 3) },
  { assetId: 'asset-backing', extension: 'mp3', bytes: new Uint8Array(1000) },
]
const good = writeBundle(SAMPLE_PROJECT, assets)
const refusal = (bytes: Uint8Array): string => {
  try {
    readBundle(bytes, 'song.fiddlehead')
    return 'opened'
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError)
    return error instanceof EngineError ? `${error.code}: ${error.details.reason ?? error.details.found}` : ''
  }
}
/** The bundle with some entries replaced, or removed where null; `listed` as its list of contents says it. */
const alter = (changes: Record<string, Uint8Array | null>, listed: readonly string[] = []): Uint8Array => {
  const entries = { ...unzipSync(good), ...changes } as Record<string, Uint8Array>
  for (const [path, bytes] of Object.entries(changes)) if (bytes === null) delete entries[path]
  const manifest = JSON.parse(new TextDecoder().decode(entries['manifest.json'])) as {
    files: { path: string; bytes: number; sha256: string }[]
  }
  for (const path of listed) {
    const bytes = entries[path] ?? new Uint8Array(0)
    manifest.files = [
      ...manifest.files.filter((file) => file.path !== path),
      { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    ]
  }
  return zipSync(listed.length === 0 ? entries : { ...entries, 'manifest.json': strToU8(JSON.stringify(manifest)) })
}

describe('a project bundle', () => {
  it('opens as it was saved, and is the same file every time', () => {
    expect(readBundle(good, 'song.fiddlehead')).toEqual({ project: SAMPLE_PROJECT, assets })
    expect(writeBundle(SAMPLE_PROJECT, assets)).toEqual(good)
  })

  it('says what is wrong with a file that is none, or was changed', () => {
    expect(refusal(strToU8('not a zip'))).toBe('PROJECT_UNREADABLE: it is damaged, or no project at all')
    expect(refusal(zipSync({ 'word/document.xml': strToU8('<x/>') }))).toMatch(/something else/)
    expect(refusal(alter({ 'assets/asset-phrase.wav': Uint8Array.of(1, 2, 4) }))).toMatch(/asset-phrase.wav was changed/)
    expect(refusal(alter({ 'assets/asset-phrase.wav': null }))).toMatch(/asset-phrase.wav is missing/)
    expect(refusal(writeBundle(SAMPLE_PROJECT, assets.slice(1)))).toMatch(/sound of "Phrase <1> & "more"" is missing/)
    expect(refusal(alter({ 'project.json': strToU8('{"version":1}') }, ['project.json']))).toMatch(/makes no sense/)
    expect(refusal(alter({ 'manifest.json': strToU8('{"format":"fiddlehead-project","version":1}') }))).toMatch(/list of contents/)
    expect(refusal(alter({ 'manifest.json': strToU8('{"format":"fiddlehead-project","version":2}') }))).toBe('PROJECT_NEWER: 2')
  })

  it('never hands out a name that leads out of its folder', () => {
    for (const path of ['../evil.wav', 'assets/../../evil.wav', '/etc/passwd', 'C:\\evil.wav', 'assets/evil.wav/x', 'assets/a b.wav']) {
      expect(readBundle(alter({ [path]: Uint8Array.of(1) }), 'song.fiddlehead').assets).toEqual(assets)
      expect(refusal(alter({ [path]: Uint8Array.of(1) }, [path]))).toMatch(/list of contents/)
    }
  })

  it('throws nothing but EngineErrors, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = good.slice(0, length % 3 === 0 ? length : good.length)
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
          refusal(bytes)
        },
      ),
      { numRuns: 150 },
    )
  })
})
