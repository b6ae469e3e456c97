/** `npm run package [-- electron-builder options]`: set-up, build, then an installer for this system in dist/. */
import { join } from 'node:path'
import { runInPlace } from './child.mjs'
import { main, ROOT, setUp } from './setup.mjs'
import { say } from './setup/console.mjs'

await main(async () => {
  const node = await setUp({ isRetryAllowed: true })
  const options = { cwd: ROOT }
  const built = await runInPlace(node, [join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], options)
  if (built !== 0) {
    process.exitCode = built
    return
  }
  const args = ['--config', 'build/packaging/electron-builder.cjs', '--publish', 'never', ...process.argv.slice(2)]
  process.exitCode = await runInPlace(node, [join(ROOT, 'node_modules/electron-builder/cli.js'), ...args], options)
  if (process.exitCode !== 0) say('the package could not be made; the lines above say why (Electron itself is downloaded at this step)')
})
