import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError } from '#main/foundation/engine-error.ts'
import { clipMetaSchema, CONTROL_NAMES, type ClipMeta } from './format.ts'

export interface ClipControlArrays {
  /** [F] Hz, always positive. */
  readonly f0: Float32Array
  /** [F] dBFS as measured, -100 where silent. */
  readonly loudnessDb: Float32Array
  /** [F] 0..1 as measured. */
  readonly brightness: Float32Array
  /** [F] index into ARTICULATIONS. */
  readonly articulation: Uint8Array
  /** [F] seconds. */
  readonly noteAge: Float32Array
  /** [F] seconds. */
  readonly noteRemaining: Float32Array
  /** [F] 0 or 1. */
  readonly isNote: Uint8Array
}

export interface Corpus {
  readonly clips: readonly ClipMeta[]
  /** [S] of clip i at 44.1 kHz, or a part of it. */
  readAudio(index: number, from?: number, length?: number): Float32Array
  readControls(index: number): ClipControlArrays
  close(): void
}

const readBytes = (file: number, start: number, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const count = readSync(file, bytes, done, length - done, start + done)
    if (count === 0) break
    done += count
  }
  return bytes
}

/**
 * Opens one split of a corpus for random access; nothing but the clips' descriptions stays in memory.
 *
 * @param dir    corpus folder (or directly a split's folder)
 * @param split  which part, when `dir` is the corpus folder
 * @throws       EngineError CORPUS_MATERIAL_MISSING when there is no corpus at `dir`
 */
export const openCorpus = (dir: string, split: 'train' | 'valid' | 'test' = 'train'): Corpus => {
  const folder = existsSync(join(dir, 'clips.jsonl')) ? dir : join(dir, split)
  if (!existsSync(join(folder, 'clips.jsonl'))) {
    throw new EngineError('CORPUS_MATERIAL_MISSING', { what: `no corpus at "${folder}"`, how: 'Build one with "npm run corpus".' })
  }
  const clips = readFileSync(join(folder, 'clips.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => clipMetaSchema.parse(JSON.parse(line)))
  const audio = openSync(join(folder, 'audio.i16'), 'r')
  const values = openSync(join(folder, 'controls.f32'), 'r')
  return {
    clips,
    readAudio(index, from = 0, length = clips[index].samples - from) {
      const bytes = readBytes(audio, (clips[index].audioOffset + from) * 2, length * 2)
      return Float32Array.from(new Int16Array(bytes.buffer), (value) => value / 32767)
    },
    readControls(index) {
      const { frames, controlsOffset } = clips[index]
      const all = new Float32Array(readBytes(values, controlsOffset * 4, frames * CONTROL_NAMES.length * 4).buffer)
      const column = (i: number): Float32Array => all.slice(i * frames, (i + 1) * frames)
      return {
        f0: column(0),
        loudnessDb: column(1),
        brightness: column(2),
        articulation: Uint8Array.from(column(3)),
        noteAge: column(4),
        noteRemaining: column(5),
        isNote: Uint8Array.from(column(6)),
      }
    },
    close() {
      closeSync(audio)
      closeSync(values)
    },
  }
}
