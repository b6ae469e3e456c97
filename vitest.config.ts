import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { ensureMessages } from './build/scripts/setup/messages.mjs'

await ensureMessages(fileURLToPath(new URL('.', import.meta.url)))
const setupFiles = [fileURLToPath(new URL('./test/suites/property-seed.ts', import.meta.url))]
const renderer = svelte({ configFile: fileURLToPath(new URL('./svelte.config.js', import.meta.url)) })

export default defineConfig({
  test: {
    reporters: [process.stdout.isTTY ? 'default' : 'dot', './build/scripts/closing-line.mjs'],
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles,
          include: [
            'src-{main,preload}/**/*.test.ts',
            'test/{contract,flows,peers,golden,prompts,suites}/**/*.test.ts',
            'build/**/*.test.ts',
          ],
          exclude: ['test/app/**'],
          pool: 'forks',
          testTimeout: 30_000,
          env: { TF_CPP_MIN_LOG_LEVEL: '2' },
        },
      },
      {
        plugins: [renderer],
        resolve: { conditions: ['browser'] },
        test: { name: 'renderer', setupFiles, include: ['src-renderer/**/*.test.ts'], pool: 'forks', testTimeout: 30_000 },
      },
      {
        test: {
          name: 'app',
          setupFiles,
          include: ['test/app/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          env: { TF_CPP_MIN_LOG_LEVEL: '2' },
        },
      },
    ],
  },
})
