import { DEFAULT_LANES } from '#contract/expression.ts'
import type { Note } from '#contract/melody.ts'
import { describe, expect, it } from 'vitest'
import { renderClip } from './render-clip.ts'

const note = (onsetSeconds: number): Note => ({ onsetSeconds, durationSeconds: 0.5, pitch: 69, velocity: 0.7, confidence: 1 })

describe('what no clip can be made of', () => {
  it.each([
    { what: 'no notes', notes: [], code: 'PROMPT_EMPTY' },
    { what: 'ten minutes', notes: [note(0), note(600)], code: 'CLIP_TOO_LONG' },
    { what: 'a length of nothing', notes: [note(0)], durationSeconds: 0.01, code: 'INVALID_ARGUMENT' },
    { what: 'a violin that is not there', notes: [note(0)], voice: 'kazoo', code: 'VOICE_NOT_FOUND' },
  ])('$what: $code', async ({ notes, durationSeconds, voice, code }) => {
    const request = {
      notes,
      lanes: DEFAULT_LANES,
      seed: 1,
      ...(durationSeconds === undefined ? {} : { durationSeconds }),
      ...(voice === undefined ? {} : { voice }),
    }
    await expect(renderClip(request)).rejects.toThrow(expect.objectContaining({ code }))
  })
})
