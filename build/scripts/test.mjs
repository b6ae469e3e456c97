/**
 * `npm test [-- vitest arguments]`: set-up, the house checks, then the tests. The last line is always `N passed, N failed, N skipped`,
 * the checks counted among them. Arguments that narrow the run down to some tests leave the checks out.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnv, runInPlace } from './child.mjs'
import { main, ROOT, setUp } from './setup.mjs'
import { NODE_FLAGS } from './setup/node.mjs'

const runCounted = async (node, args) => {
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-test-'))
  const totalsPath = join(folder, 'totals.json')
  try {
    const code = await runInPlace(node, [...NODE_FLAGS, ...args], { cwd: ROOT, env: { ...childEnv(), FIDDLEHEAD_TOTALS: totalsPath } })
    const totals = existsSync(totalsPath)
      ? JSON.parse(readFileSync(totalsPath, 'utf8'))
      : { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 }
    return { ...totals, code }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main(async () => {
  const args = process.argv.slice(2)
  const totals = { passed: 0, failed: 0, skipped: 0 }
  let code = 1
  try {
    const node = await setUp({ isRetryAllowed: true })
    const results = []
    if (args.length === 0) results.push(await runCounted(node, [join(ROOT, 'build/scripts/check.mjs')]))
    results.push(await runCounted(node, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...args]))
    for (const result of results) for (const key of Object.keys(totals)) totals[key] += result[key]
    code = results.find((result) => result.code !== 0)?.code ?? 0
    if (totals.passed === 0 && !args.includes('--help')) code ||= 1
  } catch (problem) {
    totals.failed += 1
    throw problem
  } finally {
    process.on('exit', () => process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`))
  }
  process.exitCode = code
})
