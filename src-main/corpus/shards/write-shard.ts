import { createHash } from 'node:crypto'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError, invariant } from '#main/foundation/engine-error.ts'
import { CONTROL_NAMES, type ClipRecord, type ControlName } from './format.ts'

export type ClipControls = Readonly<Record<ControlName, Float32Array | Uint8Array>>

export interface ShardWriter {
  add(
    meta: Omit<ClipRecord, 'audioOffset' | 'samples' | 'controlsOffset' | 'frames'>,
    pcm: Float32Array,
    controls: ClipControls,
  ): Promise<void>
  /** Closes the files; returns the hash over all that was written. */
  close(): Promise<string>
}

/** Writes one split: clips.jsonl, audio.i16, controls.f32 in a folder of its own. */
export const createShardWriter = async (folder: string): Promise<ShardWriter> => {
  let files: FileHandle[] = []
  try {
    await mkdir(folder, { recursive: true })
    files = await Promise.all(['clips.jsonl', 'audio.i16', 'controls.f32'].map((name) => open(join(folder, name), 'w')))
  } catch (cause) {
    throw new EngineError('FILE_UNWRITABLE', { path: folder }, { cause })
  }
  const [clips, audio, values] = files
  const hash = createHash('sha256')
  let audioOffset = 0
  let controlsOffset = 0
  const append = async (file: FileHandle, data: Uint8Array): Promise<void> => {
    hash.update(data)
    try {
      await file.write(data)
    } catch (cause) {
      throw new EngineError(
        (cause as NodeJS.ErrnoException).code === 'ENOSPC' ? 'DISK_FULL' : 'FILE_UNWRITABLE',
        { path: folder },
        { cause },
      )
    }
  }
  return {
    async add(meta, pcm, controls) {
      const frames = controls.f0.length
      invariant(frames === Math.floor(pcm.length / 441), 'one control frame per 441 samples')
      const whole = new Int16Array(pcm.length)
      for (let n = 0; n < pcm.length; n++) whole[n] = Math.max(-32768, Math.min(32767, Math.round(pcm[n] * 32767)))
      const block = new Float32Array(CONTROL_NAMES.length * frames)
      CONTROL_NAMES.forEach((name, column) => block.set(controls[name], column * frames))
      const full: ClipRecord = { ...meta, audioOffset, samples: pcm.length, controlsOffset, frames }
      await append(audio, new Uint8Array(whole.buffer))
      await append(values, new Uint8Array(block.buffer))
      await append(clips, Buffer.from(`${JSON.stringify(full)}\n`))
      audioOffset += pcm.length
      controlsOffset += block.length
    },
    async close() {
      await Promise.all(files.map((file) => file.close()))
      return hash.digest('hex')
    },
  }
}
