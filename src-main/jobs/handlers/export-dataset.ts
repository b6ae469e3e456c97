import { DATASET_SPLITS } from '#contract/datasets.ts'
import type { Melody } from '#contract/melody.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { writeFileAtomically } from '#main/foundation/write-file.ts'
import { findPeak } from '#main/audio/level/levels.ts'
import { writeLabels, writeManifestLine, writeSideCar } from '#main/datasets/audiocraft.ts'
import type { DatasetItem } from '#main/datasets/item.ts'
import { writeMidi } from '#main/export/midi/write-midi.ts'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TaskHandler } from '../runner/runner.ts'
import { exportDatasetSpecSchema, type ExportDatasetResult, type ExportDatasetSpec } from './export-dataset-spec.ts'
import { INTERNAL_RATE, readCleanSound } from './read-clean-sound.ts'

/** A recording's name as a file's: short, and without what file systems refuse. */
const fileNameOf = (name: string, id: string): string =>
  `${name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)}-${id.slice(-6)}`

const toMelody = (notes: ExportDatasetSpec['recordings'][number]['items'][number]['notes'], item: DatasetItem): Melody => ({
  notes: notes.map(([onsetSeconds, durationSeconds, pitch, velocity, confidence]) => ({
    onsetSeconds,
    durationSeconds,
    pitch,
    velocity,
    confidence,
  })),
  durationSeconds: item.endSeconds - item.startSeconds,
  ...(item.bpm !== null && { bpm: item.bpm }),
  ...(item.key !== null && { key: item.key }),
})

/**
 * Writes a folder as audiocraft reads it: `egs/<split>/data.jsonl`, `<split>/<slice>.wav` with a side-car `.json` and the notes as `.mid` beside each, and
 * `labels/<recording>.txt` for Audacity over the originals. The JSONL files come last: an export that was cut short has none.
 */
export const exportDatasetHandler: TaskHandler = {
  async run(rawSpec, { signal, onProgress }): Promise<ExportDatasetResult> {
    const { folder, name, manifest, recordings } = exportDatasetSpecSchema.parse(rawSpec)
    const total = { fileCount: 0, byteLength: 0 }
    const write = async (path: string, contents: Uint8Array | string): Promise<void> => {
      await writeFileAtomically(join(folder, path), contents)
      total.fileCount += 1
      total.byteLength += typeof contents === 'string' ? Buffer.byteLength(contents) : contents.length
    }
    try {
      for (const part of ['labels', ...DATASET_SPLITS, ...DATASET_SPLITS.map((split) => join('egs', split))]) {
        await mkdir(join(folder, part), { recursive: true })
      }
    } catch (cause) {
      throw new EngineError('FILE_UNWRITABLE', { path: folder }, { cause })
    }
    const lines: Record<string, string[]> = {}
    for (const [i, { path, id, name: recordingName, items }] of recordings.entries()) {
      throwIfCancelled(signal)
      onProgress(i / recordings.length, `writing ${recordingName}`)
      const fileName = fileNameOf(recordingName, id)
      const clean = await readCleanSound(path, items[0]?.item.cleaning ?? null)
      for (const { split, item, notes } of items) {
        const span = clean.subarray(Math.round(item.startSeconds * INTERNAL_RATE), Math.round(item.endSeconds * INTERNAL_RATE))
        if (span.length === 0) continue
        const position = item.sliceId.split('-').at(-1) ?? '0'
        const sound = `${split}/${fileName}-${position.padStart(3, '0')}`
        await write(`${sound}.wav`, encodeWav([span], { sampleRate: INTERNAL_RATE, bits: 24 }))
        await write(`${sound}.json`, writeSideCar(item))
        if (notes.length > 0) await write(`${sound}.mid`, writeMidi(toMelody(notes, item)))
        ;(lines[split] ??= []).push(writeManifestLine(`${sound}.wav`, span.length / INTERNAL_RATE, INTERNAL_RATE, findPeak(span)))
      }
      await write(`labels/${fileName}.txt`, writeLabels(items.map(({ item }) => item)))
    }
    await write('fiddlehead.json', manifest)
    for (const split of DATASET_SPLITS) await write(`egs/${split}/data.jsonl`, (lines[split] ?? []).join(''))
    onProgress(1, `wrote ${name}`)
    return total
  },
}
