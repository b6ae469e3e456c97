import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { ESLint, Linter } from 'eslint'
import ts from 'typescript'
import tseslint from 'typescript-eslint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkHouse } from './house.ts'

/** Seeds one violation of each rule into a small tree of its own and shows that the checks see it. */
const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const config = createRequire(import.meta.url)('./dependency-cruiser.cjs') as { forbidden: unknown[]; options: Record<string, unknown> }
const rooms = JSON.parse(readFileSync(join(root, 'build/checks/rooms.json'), 'utf8')) as { rooms: Record<string, string[]> }

const SEEDS: Record<string, { source: string; rule: string }> = {
  'src-main/audio/pitch/upward.ts': { source: `import '#main/services/clean.ts'`, rule: 'room:src-main/audio' },
  'src-main/foundation/type-only.ts': {
    source: `import type { Clean } from '#main/services/clean.ts'\nexport type Seed = Clean`,
    rule: 'room:src-main/foundation',
  },
  'src-main/services/tensor-user.ts': { source: `import '#main/tensor/clean.ts'`, rule: 'room:src-main/services' },
  'src-main/corpus/network-user.ts': { source: `import '#main/networks/codec/clean.ts'`, rule: 'room:src-main/corpus' },
  'src-main/generation/trainer-user.ts': { source: `import '#main/training/clean.ts'`, rule: 'room:src-main/generation' },
  'src-renderer/features/prompt/engine-user.ts': { source: `import '#main/services/clean.ts'`, rule: 'room:src-renderer/features' },
  'src-renderer/ui/EngineUser.svelte': {
    source: `<script lang="ts">import '#main/services/clean.ts'</script>`,
    rule: 'room:src-renderer/ui',
  },
  'src-renderer/features/record/sibling.ts': { source: `import '../prompt/clean.ts'`, rule: 'siblings:src-renderer/features' },
  'src-main/networks/lora/sibling.ts': { source: `import '../codec/clean.ts'`, rule: 'siblings:src-main/networks' },
  'src-main/hosts/cli/sibling.ts': { source: `import '../engine/clean.ts'`, rule: 'siblings:src-main/hosts' },
  'src-renderer/app/tone-user.ts': { source: `import 'tone'`, rule: 'owner:tone' },
  'src-main/services/electron-user.ts': { source: `import 'electron'`, rule: 'owner:electron' },
  'src-main/services/database-user.ts': { source: `import 'better-sqlite3'`, rule: 'owner:better-sqlite3' },
  'src-main/training/tensorflow-user.ts': { source: `import '@tensorflow/tfjs'`, rule: 'owner:@tensorflow' },
  'src-main/audio/spectral/file-reader.ts': { source: `import 'node:fs'`, rule: 'pure:src-main/audio/spectral' },
  'src-preload/contract/file-reader.ts': { source: `import 'fs'`, rule: 'pure:src-preload/contract' },
  'src-main/library/circle-one.ts': { source: `import { two } from './circle-two.ts'\nexport const one = () => two`, rule: 'no-cycle' },
  'src-main/library/test-user.ts': { source: `import '#test/suites/clean.ts'`, rule: 'sources-know-no-tests' },
  'src-main/stray.ts': { source: `import './foundation/clean.ts'`, rule: 'lives-in-a-room' },
  'src-main/audio/io/helper-user.ts': { source: `import './helpers.ts'`, rule: 'no-nameless-room' },
  'src-main/jobs/dangling.ts': { source: `import './gone.ts'`, rule: 'no-unresolvable' },
}
const CLEAN = [
  'src-main/services',
  'src-main/tensor',
  'src-main/networks/codec',
  'src-main/training',
  'src-main/hosts/engine',
  'src-main/foundation',
  'src-renderer/features/prompt',
  'test/suites',
]

let tree: string
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(tree, path)), { recursive: true })
  writeFileSync(join(tree, path), text)
}

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'fiddlehead-seeded-'))
  cpSync(join(root, 'tsconfig.json'), join(tree, 'tsconfig.json'))
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { imports: unknown }
  write('package.json', JSON.stringify({ name: 'seeded', type: 'module', imports }))
  for (const folder of CLEAN) write(`${folder}/clean.ts`, 'export type Clean = string\nexport const clean = 1\n')
  for (const [path, { source }] of Object.entries(SEEDS)) write(path, `${source}\n`)
  write('src-main/library/circle-two.ts', `import { one } from './circle-one.ts'\nexport const two = () => one\n`)
  write('src-main/audio/io/helpers.ts', 'export {}\n')
  for (const name of ['tone', 'electron', 'better-sqlite3', '@tensorflow/tfjs']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'module.exports = {}\n')
  }
})
afterAll(() => rmSync(tree, { recursive: true, force: true }))

describe('rooms', () => {
  let found: Map<string, string[]>
  beforeAll(async () => {
    const { forbidden, options } = config
    const cruiseOptions = { ...options, ruleSet: { forbidden }, validate: true, baseDir: tree } as unknown as ICruiseOptions
    const { output } = await cruise(['src-main', 'src-preload', 'src-renderer', 'test'], cruiseOptions, undefined, {
      tsConfig: extractTSConfig(join(tree, 'tsconfig.json')),
    })
    found = new Map<string, string[]>()
    for (const { from, rule } of (output as ICruiseResult).summary.violations) found.set(from, [...(found.get(from) ?? []), rule.name])
  }, 60_000)

  it.each(Object.entries(SEEDS))('%s is caught', (path, { rule }) => {
    expect(found.get(path)).toContain(rule)
  })
  it('accuses no file that does nothing wrong', () => {
    for (const folder of CLEAN) expect(found.get(`${folder}/clean.ts`)).toBeUndefined()
  })
  it('points every message to the map', () => {
    for (const rule of config.forbidden as { comment: string }[]) expect(rule.comment).toMatch(/See src-main\/README\.md\.$/)
  })
  it('lets no two rooms import each other, in any number of steps', () => {
    const name = (room: string): string => room.slice(room.lastIndexOf('/') + 1)
    const below = new Map(Object.entries(rooms.rooms).map(([room, may]) => [name(room), may.map(name)]))
    const reach = (from: string, seen = new Set<string>()): Set<string> => {
      for (const next of below.get(from) ?? []) if (!seen.has(next)) reach(next, seen.add(next))
      return seen
    }
    for (const room of below.keys()) expect([...reach(room)], room).not.toContain(room)
  })
})

describe('house', () => {
  it('sees stray and badly named files and new suppressions', () => {
    write('build/checks/rooms.json', JSON.stringify({ rooms: { 'src-main/foundation': [], 'src-main/empty': [] }, suppressions: 0 }))
    write('src-main/foundation/BadName.ts', `${'// @ts-'}expect-error because\nexport {}\n`)
    const problems = checkHouse(tree).join('\n')
    expect(problems).toContain('src-main/stray.ts lives in no room')
    expect(problems).toContain('src-main/foundation/BadName.ts: files are kebab-case')
    expect(problems).toContain('src-main/audio/io/helpers.ts: a room and a file')
    expect(problems).toContain('1 suppressions')
    expect(problems).toContain('src-main/empty, which holds no file')
  })
})

describe('types', () => {
  const errorsOf = (project: string, path: string, source: string): string[] => {
    write(path, source)
    const parsed = ts.getParsedCommandLineOfConfigFile(
      join(root, `build/checks/tsconfig/${project}.json`),
      { noEmit: true, incremental: false },
      {
        ...ts.sys,
        readDirectory: () => [],
        onUnRecoverableConfigFileDiagnostic: () => undefined,
      },
    )
    const { tsBuildInfoFile: _, ...options } = parsed?.options ?? {}
    const program = ts.createProgram([join(tree, path)], options)
    return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
  }
  it('know no window in the contract', () => {
    expect(errorsOf('contract', 'src-preload/contract/page.ts', 'export const width = window.innerWidth\n').join()).toContain(
      "Cannot find name 'window'",
    )
  })
  it('know no document in the engine', () => {
    expect(errorsOf('engine', 'src-main/jobs/page.ts', 'export const title = document.title\n').join()).toContain(
      "Cannot find name 'document'",
    )
  })
  it('know no process in pure rooms', () => {
    expect(errorsOf('pure', 'src-main/audio/level/environment.ts', 'export const home = process.env\n').join()).toMatch(
      /Cannot find name 'process'/,
    )
  })
})

describe('lint', () => {
  const WANTED: Record<string, string> = {
    'no-restricted-syntax': `export const fail = () => { throw new Error('x') }`,
    'no-empty': 'try { globalThis.close() } catch {}',
    'no-console': `console.log('x')`,
    'max-lines':
      'export const a = 1\n'.replace('a', 'a0') + Array.from({ length: 401 }, (_, i) => `export const a${i + 1} = ${i}`).join('\n'),
    eqeqeq: 'export const same = (a: number, b: number) => a == b',
  }
  it('catches what the style forbids in the engine', async () => {
    const eslint = new ESLint({ cwd: root })
    const { rules } = (await eslint.calculateConfigForFile(join(root, 'src-main/jobs/seeded.ts'))) as { rules: Linter.RulesRecord }
    const linter = new Linter()
    for (const [rule, source] of Object.entries(WANTED)) {
      const setting = rules[rule]
      const messages = linter.verify(
        source,
        [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser as Linter.Parser }, rules: { [rule]: setting ?? 'off' } }],
        'seeded.ts',
      )
      expect(
        messages.map(({ ruleId }) => ruleId),
        rule,
      ).toContain(rule)
    }
  }, 60_000)
  it('lets only the terminal, the studio and tests print', async () => {
    const eslint = new ESLint({ cwd: root })
    const setting = async (path: string): Promise<unknown> =>
      ((await eslint.calculateConfigForFile(join(root, path))) as { rules: Record<string, unknown[]> }).rules['no-console']?.[0]
    expect(await setting('src-main/hosts/cli/main.ts')).toBe(0)
    expect(await setting('src-main/hosts/electron/index.ts')).toBe(2)
  })
})
