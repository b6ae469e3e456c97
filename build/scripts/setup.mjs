/**
 * Everything that has to be there before Fiddlehead can run, done by itself: packages, a Node that is new enough, the page's
 * words compiled, TensorFlow, the sentence encoder.
 * Node 20's built-ins only, since it runs before anything is installed. `node build/scripts/setup.mjs [--retry] [--cuda]` by hand.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { explain, say, SetupProblem } from './setup/console.mjs'
import { ensureMessages } from './setup/messages.mjs'
import { ensureMinilm } from './setup/minilm.mjs'
import { chooseNode } from './setup/node.mjs'
import { ensurePackages } from './setup/packages.mjs'
import { ensureTensorflow } from './setup/tensorflow.mjs'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * @param {{ isRetryAllowed?: boolean, force?: boolean }} [options] isRetryAllowed: a TensorFlow that failed a day ago is tried again
 * @returns {Promise<string>} the Node binary that runs Fiddlehead
 */
export const setUp = async (options = {}) => {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 20)
    throw new SetupProblem(
      `Fiddlehead's set-up needs Node 20 or newer; this is ${process.versions.node}.`,
      'Install Node 24 from https://nodejs.org and try again.',
    )
  await ensurePackages(ROOT)
  const node = chooseNode(ROOT)
  await ensureMessages(ROOT, node)
  await ensureTensorflow(ROOT, options)
  await ensureMinilm(ROOT, options)
  return node
}

/** Runs a script's main function; a problem the user can mend becomes two sentences and exit code 1. */
export const main = async (work) => {
  try {
    await work()
  } catch (problem) {
    explain(problem)
    process.exitCode = 1
  }
}

/** Takes our own options out of the arguments and acts on them. */
export const takeSetupOptions = (args) => {
  if (args.includes('--cuda')) process.env.FIDDLEHEAD_TENSORFLOW = 'cuda'
  return args.filter((arg) => arg !== '--cuda')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const args = takeSetupOptions(process.argv.slice(2))
    await setUp({ isRetryAllowed: true, force: args.includes('--retry') })
    say('the set-up is done')
  })
}
