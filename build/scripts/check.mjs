/** `npm run check [-- name …]`: every check of the house, two at a time, one line each; what a failing one says follows its line. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main, ROOT, setUp } from './setup.mjs'
import { NODE_FLAGS } from './setup/node.mjs'
import { run } from './setup/run.mjs'

const bin = (path) => join(ROOT, 'node_modules', path)
const tsc = (project) => [bin('typescript/bin/tsc'), '-p', `build/checks/tsconfig/${project}.json`, '--pretty', 'false']

// The longest first, so that two lanes end together.
const CHECKS = {
  eslint: [bin('eslint/bin/eslint.js'), '--max-warnings', '0', '.'],
  'svelte-check': [
    bin('svelte-check/bin/svelte-check'),
    '--tsconfig',
    'build/checks/tsconfig/renderer.json',
    '--output',
    'human',
    '--fail-on-warnings',
  ],
  'tsc engine': tsc('engine'),
  'tsc whole': tsc('whole'),
  'tsc pure': tsc('pure'),
  'tsc contract': tsc('contract'),
  prettier: [bin('prettier/bin/prettier.cjs'), '--check', '--cache', '--cache-location', '.cache/prettier', '--log-level', 'warn', '.'],
  rooms: [
    bin('dependency-cruiser/bin/dependency-cruise.mjs'),
    ...['--config', 'build/checks/dependency-cruiser.cjs', '--output-type', 'err-long'],
    ...['src-main', 'src-preload', 'src-renderer', 'test'],
  ],
  knip: [bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'],
  house: ['build/checks/house.ts'],
}

const runCheck = (node, name) =>
  run(node, [...NODE_FLAGS, ...CHECKS[name]], { cwd: ROOT, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }, limitSeconds: 600 })

await main(async () => {
  const node = await setUp()
  mkdirSync(join(ROOT, '.cache/tsc'), { recursive: true })
  const wanted = process.argv.slice(2)
  const names = Object.keys(CHECKS).filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  const totals = { passed: 0, failed: 0, skipped: 0 }
  const queue = [...names]
  const lane = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const from = Date.now()
      const { ok, output } = await runCheck(node, name)
      const seconds = ((Date.now() - from) / 1000).toFixed(1)
      process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n${ok ? '' : `${output.trimEnd()}\n`}`)
      totals[ok ? 'passed' : 'failed'] += 1
    }
  }
  await Promise.all([lane(), lane()])
  if (process.env.FIDDLEHEAD_TOTALS) writeFileSync(process.env.FIDDLEHEAD_TOTALS, JSON.stringify(totals))
  else process.stdout.write(`${totals.passed} checks passed, ${totals.failed} failed\n`)
  process.exitCode = totals.failed === 0 ? 0 : 1
})
