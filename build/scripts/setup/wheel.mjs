import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SetupProblem } from './console.mjs'
import { run, systemPath, tailOf } from './run.mjs'

/**
 * The TensorFlow wheels whose libtensorflow_cc carries the C API that tfjs-node is built against.
 * The CUDA wheel brings no CUDA itself; the nvidia-* wheels beside it are the versions that TensorFlow 2.15.1 names as `and-cuda`.
 */
export const WHEELS = {
  cpu: { packages: ['tensorflow-cpu==2.15.1'], sizeMb: 207, sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26' },
  cuda: {
    packages: [
      'tensorflow==2.15.1',
      'nvidia-cublas-cu12==12.2.5.6',
      'nvidia-cuda-cupti-cu12==12.2.142',
      'nvidia-cuda-nvcc-cu12==12.2.140',
      'nvidia-cuda-nvrtc-cu12==12.2.140',
      'nvidia-cuda-runtime-cu12==12.2.140',
      'nvidia-cudnn-cu12==8.9.4.25',
      'nvidia-cufft-cu12==11.0.8.103',
      'nvidia-curand-cu12==10.3.3.141',
      'nvidia-cusolver-cu12==11.5.2.141',
      'nvidia-cusparse-cu12==12.1.2.141',
      'nvidia-nccl-cu12==2.16.5',
      'nvidia-nvjitlink-cu12==12.2.140',
    ],
    sizeMb: 2400,
  },
}

/** Where unpacked wheels stay, shared by every checkout of the same user. */
export const cacheFolder = (root) => {
  if (process.env.FIDDLEHEAD_CACHE) return process.env.FIDDLEHEAD_CACHE
  const home = homedir()
  const base = process.env.XDG_CACHE_HOME || (process.platform === 'darwin' ? join(home, 'Library/Caches') : join(home, '.cache'))
  const folder = join(base, 'fiddlehead')
  try {
    mkdirSync(folder, { recursive: true })
    return folder
  } catch {
    return join(root, '.cache')
  }
}

// Takes only what the addon needs out of the wheels: two libraries, the C headers, the nvidia libraries.
const UNPACK = `
import sys, zipfile
target, wheels = sys.argv[1], sys.argv[2:]
keep = ('tensorflow/include/', 'tensorflow/libtensorflow', 'nvidia/')
for wheel in wheels:
    with zipfile.ZipFile(wheel) as archive:
        names = [n for n in archive.namelist() if n.startswith(keep) or n.endswith(('LICENSE', 'License.txt', 'THIRD_PARTY_NOTICES.txt'))]
        archive.extractall(target, names)
`

/**
 * Fetches and unpacks TensorFlow's wheel once.
 * @param {string} root
 * @param {'cpu' | 'cuda'} kind
 * @returns {Promise<string>} folder that holds tensorflow/ (and nvidia/)
 */
export const fetchWheel = async (root, kind) => {
  const cache = cacheFolder(root)
  const target = join(cache, `tensorflow-2.15.1-${kind}`)
  if (existsSync(join(target, 'tensorflow/libtensorflow_cc.so.2'))) return target
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'unpacking-'))
  try {
    const downloads = join(work, 'wheels')
    mkdirSync(downloads)
    const given = process.env.FIDDLEHEAD_WHEEL
    const wheels = given && kind === 'cpu' ? [given] : await downloadWheels(root, kind, downloads)
    const unpacked = join(work, 'unpacked')
    const result = await run('python3', ['-c', UNPACK, unpacked, ...wheels], { limitSeconds: 600 })
    if (!result.ok)
      throw new SetupProblem(
        'TensorFlow was downloaded but could not be unpacked.',
        'Check the free disk space (2 GB are needed).',
        tailOf(result.output, 3),
      )
    if (!existsSync(join(unpacked, 'tensorflow/libtensorflow_cc.so.2')))
      throw new SetupProblem('The TensorFlow package holds no C library.', 'Report this with your system and Python version.')
    rmSync(target, { recursive: true, force: true })
    renameSync(unpacked, target)
    return target
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const downloadWheels = async (root, kind, folder) => {
  const { packages } = WHEELS[kind]
  const env = { ...process.env, PATH: systemPath(root) }
  const base = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-input', '--progress-bar', 'off', '-d', folder]
  // A pip of another Python version has to be told which wheel to take: we want the library, not the Python part.
  const platform = [
    '--python-version',
    '3.11',
    '--implementation',
    'cp',
    '--platform',
    'manylinux_2_17_x86_64',
    '--platform',
    'manylinux2014_x86_64',
    '--platform',
    'manylinux1_x86_64',
  ]
  const tries = [
    [...base, ...packages],
    [...base, ...platform, ...packages],
  ]
  let last
  for (const args of tries) {
    last = await run('python3', args, { env, limitSeconds: kind === 'cuda' ? 3600 : 900 })
    if (last.ok) return wheelsIn(folder)
    if (last.isMissing || last.isTimeout) break
  }
  if (/No module named pip/.test(last?.output ?? '') && kind === 'cpu') return [await downloadDirectly(WHEELS.cpu, folder)]
  if (last?.isMissing)
    throw new SetupProblem(
      'Python 3 was not found, and TensorFlow is fetched and built with it.',
      'Install Python 3 and run the same command again.',
    )
  throw new SetupProblem(
    'TensorFlow could not be downloaded from the Python package index.',
    'Check the network and run the same command again.',
    tailOf(last?.output ?? '', 3),
  )
}

const wheelsIn = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .map((name) => join(folder, name))

/**
 * A Python without pip (Debian's) cannot download, so the wheel is taken from the index's own listing and checked against its known hash.
 * @param {{ packages: string[], sha256: string, title?: string }} wheel
 * @param {string} folder
 * @param {string} index
 */
export const downloadDirectly = async (wheel, folder, index = process.env.PIP_INDEX_URL ?? 'https://pypi.org/simple') => {
  const name = wheel.packages[0].split('==')[0]
  const listingUrl = `${index.replace(/\/$/, '')}/${name}/`
  const problem = (reason) =>
    new SetupProblem(
      `${wheel.title ?? 'TensorFlow'} could not be downloaded from the Python package index: ${reason}.`,
      'Check the network, or install pip for Python 3, then run the same command again.',
    )
  try {
    const listing = await fetch(listingUrl, {
      headers: { accept: 'application/vnd.pypi.simple.v1+json' },
      signal: AbortSignal.timeout(30_000),
    })
    if (!listing.ok) throw problem(`it answered ${listing.status}`)
    const { files } = await listing.json()
    const file = files.find(({ hashes }) => hashes?.sha256 === wheel.sha256)
    if (file === undefined) throw problem('the version that Fiddlehead needs is not listed')
    const path = join(folder, file.filename.replace(/[^\w.+-]/g, '_'))
    const response = await fetch(new URL(file.url, listingUrl), { signal: AbortSignal.timeout(900_000) })
    if (!response.ok || response.body === null) throw problem(`it answered ${response.status}`)
    const hash = createHash('sha256')
    const watch = new Transform({
      transform(chunk, _, done) {
        hash.update(chunk)
        done(null, chunk)
      },
    })
    await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(path))
    if (hash.digest('hex') !== wheel.sha256) throw problem('the file that came is not the one that was published')
    return path
  } catch (error) {
    if (error instanceof SetupProblem) throw error
    throw problem(error.cause?.code ?? error.message)
  }
}
