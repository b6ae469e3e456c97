import { svelte } from '@sveltejs/vite-plugin-svelte'
import { join } from 'node:path'
import { build } from 'vite'
import { ensureMessages } from '../../build/scripts/setup/messages.mjs'

const ROOT = join(import.meta.dirname, '../..')

/** Builds the page as the studio host serves it. */
export const buildPage = async (outDir: string): Promise<void> => {
  await ensureMessages(ROOT)
  await build({
    configFile: false,
    root: join(ROOT, 'src-renderer/app'),
    base: './',
    logLevel: 'warn',
    plugins: [svelte({ configFile: join(ROOT, 'svelte.config.js') })],
    build: { outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  })
}
