import { estimateKey } from '#main/audio/pitch/snap.ts'
import { hearSlice, interpretSlice, type HeardParts } from '#main/audio/quality/understand-slice.ts'
import type { Note } from '#contract/melody.ts'

/** A clip whose facts are known because it was made from them. */
export interface CaptionTestClip {
  /** [S] mono at 44.1 kHz */
  readonly pcm: Float32Array
  readonly facts: Readonly<Record<string, unknown>>
  readonly notes: readonly Note[]
}

export interface FactScore {
  /** How often the fact was stated, and how often it was so. */
  readonly stated: number
  readonly isTrue: number
}

export interface CaptionEvaluation {
  readonly clips: number
  readonly facts: Record<string, FactScore>
  readonly all: FactScore
  /** Agreement with the key estimated from the true notes; not counted among the facts, as no clip states its key. */
  readonly key: FactScore
}

/** Words that stand for several of the clips' own. */
const WIDER: Readonly<Record<string, readonly string[]>> = { short: ['staccato', 'spiccato'], some: ['slight', 'warm', 'wide'] }

/**
 * Counts how many of the facts that captions state are true.
 *
 * @param clips    with their facts
 * @param options  onProgress: share done; hear: the ears, to put others in their place
 */
export const evaluateCaptions = (
  clips: readonly CaptionTestClip[],
  {
    onProgress = () => undefined,
    hear = hearSlice,
  }: { onProgress?: (fraction: number) => void; hear?: (pcm: Float32Array) => Omit<HeardParts, 'half'> } = {},
): CaptionEvaluation => {
  const facts: Record<string, { stated: number; isTrue: number }> = {}
  const all = { stated: 0, isTrue: 0 }
  const key = { stated: 0, isTrue: 0 }
  clips.forEach(({ pcm, facts: truth, notes }, index) => {
    onProgress(index / clips.length)
    const understanding = interpretSlice(hear(pcm))
    for (const [fact, word] of Object.entries(understanding.words) as [string, string | null][]) {
      if (word === null) continue
      const isTrue = (WIDER[word] ?? [word]).includes(String(truth[fact])) ? 1 : 0
      const score = (facts[fact] ??= { stated: 0, isTrue: 0 })
      score.stated++
      score.isTrue += isTrue
      all.stated++
      all.isTrue += isTrue
    }
    if (understanding.key === null) return
    key.stated++
    if (understanding.key === estimateKey(notes).key) key.isTrue++
  })
  return { clips: clips.length, facts, all, key }
}

/** The evaluation as lines for a terminal. */
export const formatCaptionEvaluation = ({ clips, facts, all, key }: CaptionEvaluation): string => {
  const line = (name: string, { stated, isTrue }: FactScore): string =>
    `${name.padEnd(26)}${String(stated).padStart(5)} stated ${String(isTrue).padStart(5)} true ${stated === 0 ? '' : `${((100 * isTrue) / stated).toFixed(1)} %`}`
  return [
    `${clips} clips`,
    ...Object.entries(facts).map(([name, score]) => line(name, score)),
    line('all stated facts', all),
    line('key, as of the true notes', key),
  ].join('\n')
}
