import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { dirname, join } from 'node:path'
import { say, SetupProblem, step } from './console.mjs'
import { chooseNode, headersOf } from './node.mjs'
import { run, tailOf } from './run.mjs'
import { fetchWheel, WHEELS } from './wheel.mjs'

/**
 * Brings up the fastest TensorFlow that this machine can have. The rungs, from the top:
 * 0. it is there already; 1. tfjs-node's own download of libtensorflow; 2. the libtensorflow of TensorFlow's wheel on the Python
 * package index, against which the addon is compiled here; 3. nothing: the program then runs on WebAssembly.
 */
const STAMP = 'node_modules/.fiddlehead-tensorflow.json'
const RETRY_AFTER_MS = 24 * 3600 * 1000

const packageFolder = (root, kind) => join(root, 'node_modules/@tensorflow', kind === 'cuda' ? 'tfjs-node-gpu' : 'tfjs-node')

const readStamp = (root) => {
  try {
    return JSON.parse(readFileSync(join(root, STAMP), 'utf8'))
  } catch {
    return undefined
  }
}

const hasAddon = (folder) => {
  const lib = join(folder, 'lib')
  return existsSync(lib) && readdirSync(lib).some((name) => existsSync(join(lib, name, 'tfjs_binding.node')))
}

const wantedKind = async () => {
  if (process.env.FIDDLEHEAD_TENSORFLOW === 'cuda') return 'cuda'
  return 'cpu'
}

/** True when nothing is left to do: one small file read and two look-ups. */
export const isTensorflowSettled = (root, { isRetryAllowed = false } = {}) => {
  if (process.env.FIDDLEHEAD_TENSORFLOW === 'none') return true
  const stamp = readStamp(root)
  if (stamp === undefined) return false
  const wanted = process.env.FIDDLEHEAD_TENSORFLOW === 'cuda' ? 'cuda' : 'cpu'
  if (stamp.rung === 'none') return !isRetryAllowed || Date.now() - stamp.at < RETRY_AFTER_MS
  if (wanted === 'cuda' && stamp.kind !== 'cuda') return false
  return hasAddon(packageFolder(root, stamp.kind))
}

/**
 * Makes TensorFlow usable or says in one sentence why it is not; never throws for a reason the user could not help.
 * @param {string} root
 * @param {{ isRetryAllowed?: boolean, force?: boolean }} [options]
 */
export const ensureTensorflow = async (root, { isRetryAllowed = false, force = false } = {}) => {
  if (!force && isTensorflowSettled(root, { isRetryAllowed })) return
  const kind = await wantedKind()
  const settle = (rung) => writeFileSync(join(root, STAMP), JSON.stringify({ rung, kind, at: Date.now() }))
  if (!force && hasAddon(packageFolder(root, kind)) && (await works(root, kind))) return settle('found')
  try {
    settle(await climb(root, kind))
  } catch (problem) {
    if (!(problem instanceof SetupProblem)) throw problem
    if (hasAddon(packageFolder(root, kind)) && (await works(root, kind))) return settle('found')
    settle('none')
    if (problem.log !== '') process.stderr.write(`${problem.log}\n`)
    say(`TensorFlow is not available, so Fiddlehead computes with WebAssembly, which is slower: ${problem.message}`)
    say(`${problem.remedy.replace(/ ?(and|, then) run the same command again\.$/, '.')} Then run "node build/scripts/setup.mjs --retry".`)
  }
}

const climb = async (root, kind) => {
  if (!existsSync(packageFolder(root, kind))) {
    throw new SetupProblem('the package that connects to TensorFlow is not installed.', 'Check the network.')
  }
  if (kind === 'cuda') {
    const smi = await run('nvidia-smi', ['-L'], { limitSeconds: 20 })
    if (!smi.ok) throw new SetupProblem('no NVIDIA GPU with a driver was found.', 'Install the NVIDIA driver, or leave out --cuda.')
  }
  let reason = 'it is not offered for this system'
  // The official build stops at CUDA 11.2, so a GPU goes to the wheel at once.
  if (kind === 'cpu') {
    const official = await tryOfficial(root)
    if (official.ok) return 'official'
    reason = official.reason
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupProblem(`the official download failed (${reason}), and there is no other one for this system.`, 'Check the network.')
  }
  if (kind === 'cpu') say(`TensorFlow's official download is not to be had (${reason})`)
  await step(`fetching TensorFlow from the Python package index (${WHEELS[kind].sizeMb} MB the first time)`, async () =>
    stage(packageFolder(root, kind), await fetchWheel(root, kind)),
  )
  await step('building the TensorFlow addon', () => compile(root, kind))
  return 'wheel'
}

/** Rung 1: whatever tfjs-node itself offers. A host that does not answer within five seconds is not waited for. */
const tryOfficial = async (root) => {
  const host = process.env.TFJS_NODE_CDN_STORAGE ?? process.env.CDN_STORAGE ?? 'https://storage.googleapis.com/'
  const hasProxy = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => process.env[name])
  const answer = hasProxy ? { ok: true } : await probe(host)
  if (!answer.ok) return answer
  const folder = packageFolder(root, 'cpu')
  const packageText = readFileSync(join(folder, 'package.json'))
  const result = await step('downloading TensorFlow (official build)', () =>
    run(chooseNode(root), ['scripts/install.js', 'cpu', 'download'], {
      cwd: folder,
      env: toolEnv(root),
      limitSeconds: hasProxy ? 240 : 900,
    }),
  )
  // Its script rewrites its own package.json while it works.
  writeFileSync(join(folder, 'package.json'), packageText)
  if (result.ok && hasAddon(folder) && (await works(root, 'cpu'))) return { ok: true }
  return { ok: false, reason: result.isTimeout ? 'it took too long' : 'what came does not work here' }
}

const probe = (url) =>
  new Promise((resolve) => {
    const fail = (reason) => resolve({ ok: false, reason })
    if (!url.startsWith('https:')) return resolve({ ok: true })
    const request = get(url, { method: 'HEAD', timeout: 5000 }, (response) => {
      response.resume()
      resolve({ ok: true })
    })
    request.on('timeout', () => request.destroy(new Error('no answer within 5 s')))
    request.on('error', (error) =>
      fail(error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN' ? 'its server is not reachable' : (error.code ?? error.message)),
    )
  })

/** Lays the wheel's libraries and headers where tfjs-node's own download would have put them. */
const stage = (folder, wheel) => {
  const deps = join(folder, 'deps')
  rmSync(deps, { recursive: true, force: true })
  rmSync(join(folder, 'lib'), { recursive: true, force: true })
  mkdirSync(join(deps, 'lib'), { recursive: true })
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    const from = join(wheel, 'tensorflow', name)
    const to = join(deps, 'lib', name)
    try {
      linkSync(from, to)
    } catch {
      copyFileSync(from, to) // another file system
    }
  }
  symlinkSync('libtensorflow_cc.so.2', join(deps, 'lib/libtensorflow.so'))
  symlinkSync('libtensorflow_framework.so.2', join(deps, 'lib/libtensorflow_framework.so'))
  symlinkSync(join(wheel, 'tensorflow/include'), join(deps, 'include'))
  // The CUDA build looks for its libraries beside itself, at ../nvidia/*/lib.
  if (existsSync(join(wheel, 'nvidia'))) symlinkSync(join(wheel, 'nvidia'), join(deps, 'nvidia'))
}

const toolEnv = (root) => ({
  ...process.env,
  PATH: `${dirname(chooseNode(root))}:${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
})

const compile = async (root, kind) => {
  const folder = packageFolder(root, kind)
  const node = chooseNode(root)
  const headers = headersOf(node)
  const env = toolEnv(root)
  for (const name of Object.keys(env)) if (/^npm_config_nodedir$/i.test(name)) delete env[name]
  if (headers !== undefined) env.npm_config_nodedir = headers
  const tool = join(root, 'node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp')
  const result = await run(node, [tool, 'install', '--build-from-source'], { cwd: folder, env, limitSeconds: 600 })
  if (!result.ok || !hasAddon(folder))
    throw new SetupProblem(explainBuild(result.output), remedyForBuild(result.output), tailOf(result.output))
  if (!(await works(root, kind)))
    throw new SetupProblem(
      'the addon was built but does not compute on this machine.',
      'Report this with the name of your system and processor.',
    )
}

const explainBuild = (output) => {
  if (/find Python|python.*not found/i.test(output)) return 'Python 3, which builds the addon, was not found.'
  if (/not found: make|spawn make ENOENT|stack Error: not found/i.test(output)) return '"make", which builds the addon, was not found.'
  if (/g\+\+: (not found|No such)|c\+\+: not found|cc1plus/i.test(output)) return 'a C++ compiler, which builds the addon, was not found.'
  return 'the addon could not be compiled.'
}

const remedyForBuild = (output) =>
  /not found|find Python|ENOENT|cc1plus/i.test(output)
    ? 'Install the missing tool (on Debian and Ubuntu: the packages python3 and build-essential).'
    : 'The lines above say why.'

const PROBE = `
  const util = require('node:util')
  util.isNullOrUndefined ??= (value) => value == null
  const tf = require(process.argv[1])
  const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5], [6]])).dataSync()
  process.exit(product[0] === 17 && product[1] === 39 ? 0 : 1)
`

/** Loads the addon in a process of its own and multiplies two matrices with it: a crash then stays there. */
const works = async (root, kind) => {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' }
  const result = await run(chooseNode(root), ['-e', PROBE, packageFolder(root, kind)], { env, limitSeconds: 120 })
  return result.ok
}
