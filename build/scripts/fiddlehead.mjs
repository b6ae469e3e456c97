#!/usr/bin/env node
/** `fiddlehead <command>`: the set-up, then the terminal host on the right Node. Nothing of ours goes to stdout here. */
import { join } from 'node:path'
import { childEnv, runInPlace } from './child.mjs'
import { main, ROOT, setUp } from './setup.mjs'
import { NODE_FLAGS } from './setup/node.mjs'

await main(async () => {
  const node = await setUp()
  process.exitCode = await runInPlace(node, [...NODE_FLAGS, join(ROOT, 'src-main/hosts/cli/main.ts'), ...process.argv.slice(2)], {
    env: childEnv(),
  })
})
