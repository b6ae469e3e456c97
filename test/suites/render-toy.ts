/** Renders a few notes with the toy voice in `argv[2]` and writes the samples to `argv[3]`: for comparing backends, one a process. */
import { writeFileSync } from 'node:fs'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'

const [, , modelsDir = '', out = ''] = process.argv
const notes = [67, 71, 74].map((pitch, i) => ({ pitch, onsetSeconds: 0.4 * i, durationSeconds: 0.4, velocity: 0.7, confidence: 1 }))
const { name } = await ensureBackend()
const { pcm } = await renderClip({ notes, lanes: DEFAULT_LANES, seed: 11, voice: 'toy', modelsDir })
writeFileSync(out, Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength))
process.stdout.write(name)
