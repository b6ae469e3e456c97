import { writeFileSync } from 'node:fs'

/**
 * A vitest reporter that ends with `N passed, N failed, N skipped`. A file that does not load counts as one failure, as does an error
 * outside every test; no test at all is a failure too. With FIDDLEHEAD_TOTALS set the numbers go to that file instead.
 */
export default class ClosingLine {
  onTestRunEnd(modules, errors) {
    const totals = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      let failedHere = 0
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') totals.passed += 1
        else if (state === 'failed') failedHere += 1
        else totals.skipped += 1
      }
      totals.failed += failedHere === 0 && module.state() === 'failed' ? 1 : failedHere
    }
    if (totals.passed === 0) process.exitCode = 1
    const path = process.env.FIDDLEHEAD_TOTALS
    if (path) writeFileSync(path, JSON.stringify(totals))
    else process.on('exit', () => process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`))
  }
}
