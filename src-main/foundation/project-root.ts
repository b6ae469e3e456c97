import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { invariant } from './engine-error.ts'

const isRoot = (folder: string): boolean => {
  const path = join(folder, 'package.json')
  return existsSync(path) && (JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown }).name === 'fiddlehead'
}

let found: string | null = null

/** The folder of our package.json, beside which models/ and resources/ lie: the same from the sources and from a build. */
export const findProjectRoot = (): string => {
  if (found !== null) return found
  let folder = import.meta.dirname
  while (!isRoot(folder)) {
    const parent = dirname(folder)
    invariant(parent !== folder, 'the program lies inside its package')
    folder = parent
  }
  return (found = folder)
}

/** Version of the program, from package.json. */
export const readProgramVersion = (): string =>
  (JSON.parse(readFileSync(join(findProjectRoot(), 'package.json'), 'utf8')) as { version: string }).version
