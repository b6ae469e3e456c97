import type { RenderEngine } from './render-engine.ts'

/** The real engine calls, loaded when first used. */
export const renderEngine: RenderEngine = {
  async renderClip({ notes, lanes, seed, durationSeconds }, deps) {
    const { renderClip } = await import('#main/generation/render-clip.ts')
    return renderClip({ notes, lanes, seed, ...(durationSeconds === undefined ? {} : { durationSeconds }) }, deps)
  },
  async scoreMatch(pcm, sampleRate, notes) {
    const { scoreMatch } = await import('#main/evaluation/melody/match-score.ts')
    return scoreMatch(pcm, sampleRate, [...notes])
  },
}
