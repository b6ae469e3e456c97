import { scoreMatch } from '#main/evaluation/melody/match-score.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import type { RenderEngine } from './render-engine.ts'

/** The real engine calls. */
export const renderEngine: RenderEngine = { renderClip, scoreMatch }
