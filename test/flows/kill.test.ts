import { openLibrary } from '#main/library/open-library.ts'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const writeUntilKilled = async (dataDir: string, start: number, commits: number): Promise<number> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../suites/writer-child.ts'), dataDir, String(start)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += String(chunk)
    if (text.split('\n').length > commits) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const lines = text.split('\n').slice(0, -1)
  return Number(lines.at(-1))
}

describe('a kill in the middle of writing', () => {
  it('loses nothing that was committed and leaves no broken sound', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'fiddlehead-kill-'))
    let start = 0
    for (const commits of [1, 7, 20]) {
      const last = await writeUntilKilled(dataDir, start, commits)
      expect(last).toBeGreaterThanOrEqual(start)
      const library = openLibrary(join(dataDir, 'library.sqlite'), dataDir)
      const hums = library.hums.list()
      const numbers = new Set(hums.map(({ name }) => Number(name)))
      for (let i = 0; i <= last; i++) expect(numbers).toContain(i)
      for (const { assetId } of hums) {
        const asset = library.assets.find(assetId ?? '')
        expect(asset).not.toBeNull()
        if (asset !== null) expect(createHash('sha256').update(library.assets.read(asset)).digest('hex')).toBe(assetId)
      }
      library.close()
      const files = readdirSync(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
      expect(files).toHaveLength(hums.length)
      start = hums.length
    }
    rmSync(dataDir, { recursive: true, force: true })
  })
})
