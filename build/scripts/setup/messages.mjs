/**
 * Compiles the words of the page, src-renderer/language/messages/<language>.json, to functions under .cache/messages (imported as
 * #messages/…). Works without a network. `node build/scripts/setup/messages.mjs` by hand.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupProblem, step } from './console.mjs'
import { run, tailOf } from './run.mjs'

const SCRIPT = fileURLToPath(import.meta.url)
const SOURCES = 'src-renderer/language/messages'
const COMPILED = '.cache/messages'
const LANGUAGES = ['en', 'de']

const hashOf = (root) => {
  const hash = createHash('sha256')
  for (const path of [...LANGUAGES.map((language) => join(root, SOURCES, `${language}.json`)), SCRIPT]) hash.update(readFileSync(path))
  return hash.digest('hex')
}

const compileMessages = async (root) => {
  const { compile } = await import('@inlang/paraglide-js')
  const stamp = hashOf(root)
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache/messages-'))
  try {
    const project = join(folder, 'project.inlang')
    mkdirSync(project)
    const settings = {
      baseLocale: 'en',
      locales: LANGUAGES,
      modules: [join(root, 'node_modules/@inlang/plugin-message-format/dist/index.js')],
      'plugin.inlang.messageFormat': { pathPattern: `./${relative(folder, join(root, SOURCES))}/{locale}.json`.replaceAll('\\', '/') },
    }
    writeFileSync(join(project, 'settings.json'), JSON.stringify(settings))
    const outdir = join(folder, 'compiled')
    await compile({ project, outdir, outputStructure: 'locale-modules', strategy: ['baseLocale'], emitReadme: false })
    writeFileSync(join(outdir, 'stamp'), stamp)
    // In one step, so that whoever reads at the same time sees the old or the new.
    if (existsSync(join(root, COMPILED))) renameSync(join(root, COMPILED), join(folder, 'old'))
    renameSync(outdir, join(root, COMPILED))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} root
 * @param {string} [node] the Node binary that runs Fiddlehead
 */
export const ensureMessages = async (root, node = process.execPath) => {
  const stampPath = join(root, COMPILED, 'stamp')
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === hashOf(root)) return
  const result = await step('compiling the words of the page', () => run(node, [SCRIPT], { cwd: root, limitSeconds: 600 }))
  if (!result.ok) {
    throw new SetupProblem(
      'The words of the page could not be compiled.',
      `Look at ${SOURCES}; a fresh copy of the sources mends it.`,
      tailOf(result.output, 15),
    )
  }
}

if (process.argv[1] === SCRIPT) await compileMessages(join(import.meta.dirname, '../../..'))
