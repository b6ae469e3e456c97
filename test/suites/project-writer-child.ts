/** Saves an arrangement over and over as fast as it can, telling its parent of each save, until it is killed. */
import { openLibrary } from '#main/library/open-library.ts'
import { join } from 'node:path'
import { SAMPLE_PROJECT } from './sample-projects.ts'

const dataDir = process.argv[2] ?? ''
const library = openLibrary(join(dataDir, 'library.sqlite'), dataDir)
for (let i = 0; ; i++) {
  const clips = Array.from({ length: 400 }, (_, n) => ({ ...SAMPLE_PROJECT.clips[0], id: `clip-${n}`, name: `${i}` }))
  library.transaction(() =>
    library.projects.update('project-1', { ...SAMPLE_PROJECT, title: `${i}`, clips: clips as typeof SAMPLE_PROJECT.clips }, 't'),
  )
  process.stdout.write(`${i}\n`)
}
