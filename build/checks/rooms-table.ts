/** The table of rooms for src-main/README.md: `node build/checks/rooms-table.ts` writes it between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(import.meta.dirname, '../..')
const BEGIN = '<!-- rooms: written by build/checks/rooms-table.ts -->'
const END = '<!-- /rooms -->'

/** The part of the map that follows from rooms.json. */
export const createRoomsTable = (): string => {
  const { rooms, packageOwners, pure, separateSiblings } = JSON.parse(readFileSync(join(root, 'build/checks/rooms.json'), 'utf8')) as {
    rooms: Record<string, string[]>
    packageOwners: Record<string, string[]>
    pure: string[]
    separateSiblings: string[]
  }
  const lines = Object.entries(rooms).map(([room, may]) => `| \`${room}\` | ${may.length === 0 ? 'no other room' : may.join(', ')} |`)
  const owners = Object.entries(packageOwners).map(([name, places]) => `${name} in ${places.map((place) => `\`${place}\``).join(' and ')}`)
  return [
    BEGIN,
    '| room | may import |',
    '|---|---|',
    ...lines,
    '',
    `Packages with one owner: ${owners.join('; ')}.`,
    `No Node built-ins in ${pure.map((room) => `\`${room}\``).join(', ')}.`,
    `Folders that do not import their siblings: those in ${separateSiblings.map((room) => `\`${room}\``).join(', ')}.`,
    END,
  ].join('\n')
}

/** The map with its table replaced. */
export const withRoomsTable = (map: string): string => {
  const [before = '', rest = ''] = map.split(BEGIN)
  return `${before}${createRoomsTable()}${rest.split(END)[1] ?? ''}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(root, 'src-main/README.md')
  writeFileSync(path, withRoomsTable(readFileSync(path, 'utf8')))
}
