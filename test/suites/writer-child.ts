/** Writes hums and takes as fast as it can, telling its parent of each commit, until it is killed. */
import { openLibrary } from '#main/library/open-library.ts'
import { join } from 'node:path'

const dataDir = process.argv[2] ?? ''
const library = openLibrary(join(dataDir, 'library.sqlite'), dataDir)
const start = Number(process.argv[3] ?? 0)
for (let i = start; ; i++) {
  const bytes = new Uint8Array(20_000).fill(i & 255)
  new DataView(bytes.buffer).setUint32(0, i)
  const createdAt = new Date(i).toISOString()
  library.transaction(() => {
    const assetId = library.assets.save(bytes, 'wav', createdAt)
    library.hums.insert({
      id: `hum-${i}-x`,
      name: `${i}`,
      createdAt,
      source: 'file',
      assetId,
      melody: { notes: [], durationSeconds: 0 },
      warnings: [],
    })
  })
  // Told synchronously, so that the parent never learns of a commit before it happened.
  process.stdout.write(`${i}\n`)
}
