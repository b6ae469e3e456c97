import type { Take } from '#contract/api.ts'
import type { Playable } from '#renderer/playback/transport.svelte.ts'
import { takesWords } from './strings.ts'

export const takePlayable = (take: Take, number: number): Playable => ({
  id: take.id,
  kind: 'asset',
  assetId: take.assetId,
  tempo: take.lanes.tempo,
  title: takesWords.take(number),
})
