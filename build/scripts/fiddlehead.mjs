#!/usr/bin/env node
/** `fiddlehead <command>`: the set-up, then the terminal host on the right Node. Nothing of ours goes to stdout here. */
import { join } from 'node:path'
import { childEnv, runInPlace } from './child.mjs'
import { main, ROOT, setUp } from './setup.mjs'
import { NODE_FLAGS } from './setup/node.mjs'

/**
 * Training frees and takes hundreds of megabytes each step. Left to itself glibc gives them back to the system every time:
 * one elementwise product of 43 million numbers took 138 ms so, and 23 ms with the memory kept. Other C libraries ignore this.
 */
const KEEP_MEMORY = { MALLOC_MMAP_THRESHOLD_: '8000000000', MALLOC_TRIM_THRESHOLD_: '8000000000', MALLOC_TOP_PAD_: '500000000' }

await main(async () => {
  const node = await setUp()
  process.exitCode = await runInPlace(node, [...NODE_FLAGS, join(ROOT, 'src-main/hosts/cli/main.ts'), ...process.argv.slice(2)], {
    env: { ...(process.argv[2] === 'train' ? KEEP_MEMORY : {}), ...childEnv() },
  })
})
