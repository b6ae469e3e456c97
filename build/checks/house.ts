/** Checks that need no tool: names, places, suppressions. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const SEE = 'See src-main/README.md.'
const SKIPPED = new Set(['node_modules', 'out', 'dist', '.git', '.cache', 'data', 'runs', 'seeded'])
const SUPPRESSION = /eslint-disable|@ts-(?:expect-error|ignore|nocheck)|svelte-ignore/g

/** Every file below a folder, as paths relative to the root, `/` between the parts. */
export const listFiles = (root: string, folder = root): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        if (SKIPPED.has(entry.name)) return []
        const path = join(folder, entry.name)
        return entry.isDirectory() ? listFiles(root, path) : [relative(root, path).replaceAll('\\', '/')]
      })
    : []

const isWellNamed = (path: string): boolean => {
  const name = basename(path)
  if (name === 'README.md' || name.startsWith('.')) return true
  if (name.endsWith('.svelte')) return /^[A-Z][A-Za-z0-9]*\.svelte$/.test(name)
  return /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$/.test(name)
}

/** One sentence per violation in the repository at that folder. */
export const checkHouse = (root: string): string[] => {
  const { rooms, suppressions } = JSON.parse(readFileSync(join(root, 'build/checks/rooms.json'), 'utf8')) as {
    rooms: object
    suppressions: number
  }
  const sources = ['src-main', 'src-preload', 'src-renderer'].flatMap((folder) => listFiles(root, join(root, folder)))
  const problems: string[] = []
  let suppressionCount = 0
  for (const path of sources) {
    const isInRoom = Object.keys(rooms).some((room) => path.startsWith(`${room}/`))
    if (!isInRoom && !path.endsWith('.d.ts') && path !== 'src-main/README.md')
      problems.push(`${path} lives in no room of rooms.json. ${SEE}`)
    if (!isWellNamed(path)) problems.push(`${path}: files are kebab-case, components PascalCase. ${SEE}`)
    if (/(^|\/)(utils?|helpers?|common|misc)(\/|\.[a-z])/.test(path))
      problems.push(`${path}: a room and a file are named after their subject. ${SEE}`)
    if (/\.(ts|svelte|js)$/.test(path)) suppressionCount += readFileSync(join(root, path), 'utf8').match(SUPPRESSION)?.length ?? 0
  }
  if (suppressionCount > suppressions) {
    problems.push(
      `${suppressionCount} suppressions of checks in the sources; rooms.json allows ${suppressions}, and the number may only fall. ${SEE}`,
    )
  }
  for (const room of Object.keys(rooms)) {
    if (!sources.some((path) => path.startsWith(`${room}/`))) problems.push(`rooms.json names ${room}, which holds no file. ${SEE}`)
  }
  return problems
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkHouse(join(dirname(fileURLToPath(import.meta.url)), '../..'))
  if (problems.length > 0) {
    process.stdout.write(`${problems.join('\n')}\n`)
    process.exitCode = 1
  }
}
