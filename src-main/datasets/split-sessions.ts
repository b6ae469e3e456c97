import { createHash } from 'node:crypto'
import { secondsOf, type DatasetItem, type SplitName } from './item.ts'

export interface SplitShares {
  /** Shares of the seconds, 0..0.5 each; the rest is for training. */
  readonly validation: number
  readonly test: number
  readonly seed: number
}

interface Group {
  readonly key: string
  readonly seconds: number
  readonly members: readonly string[]
}

/** Sessions that are tied together by recordings that sound alike count as one. */
const groupSessions = (items: readonly DatasetItem[]): Group[] => {
  const parents = new Map<string, string>()
  const find = (key: string): string => {
    const parent = parents.get(key) ?? key
    if (parent === key) return key
    const root = find(parent)
    parents.set(key, root)
    return root
  }
  const join = (a: string, b: string): void => {
    const [first, second] = [find(a), find(b)].sort() as [string, string]
    if (first !== second) parents.set(second, first)
  }
  // A recording without a session stands for itself.
  for (const { recordingId, sessionId, duplicateOf } of items) {
    if (sessionId !== null) join(`recording ${recordingId}`, `session ${sessionId}`)
    if (duplicateOf !== null) join(`recording ${recordingId}`, `recording ${duplicateOf}`)
  }
  const groups = new Map<string, { seconds: number; members: Set<string> }>()
  for (const item of items) {
    const key = find(`recording ${item.recordingId}`)
    const group = groups.get(key) ?? { seconds: 0, members: new Set<string>() }
    group.seconds += secondsOf(item)
    group.members.add(item.recordingId)
    groups.set(key, group)
  }
  return [...groups].map(([key, { seconds, members }]) => ({ key, seconds, members: [...members] }))
}

/** So many groups at least, or one of them would be a whole split's only voice. */
const LEAST_GROUPS = 3

/**
 * Splits by recording session, so that nothing leaks: every slice of a session, and of whatever sounds like it, lies in one split.
 *
 * @param items   what is to be split
 * @param shares  of the seconds; kept as well as whole sessions allow
 * @returns       the split of each recording, by id; with fewer than three groups everything is for training
 */
export const splitSessions = (items: readonly DatasetItem[], { validation, test, seed }: SplitShares): Map<string, SplitName> => {
  const rank = (key: string): string => createHash('sha256').update(`${seed} ${key}`).digest('hex')
  const groups = groupSessions(items).sort((a, b) => (rank(a.key) < rank(b.key) ? -1 : 1))
  const total = groups.reduce((sum, { seconds }) => sum + seconds, 0)
  const splits = new Map<string, SplitName>()
  const left = new Set(groups)
  const take = (share: number, split: SplitName): void => {
    if (share <= 0 || groups.length < LEAST_GROUPS) return
    const wanted = share * total
    let taken = 0
    const assign = (group: Group): void => {
      left.delete(group)
      taken += group.seconds
      for (const recordingId of group.members) splits.set(recordingId, split)
    }
    for (const group of groups) {
      if (taken >= wanted || left.size <= 1) break
      // A long session is passed over where it would overshoot by more than it falls short without.
      if (left.has(group) && taken + group.seconds - wanted <= wanted - taken) assign(group)
    }
    const [smallest] = [...left].sort((a, b) => a.seconds - b.seconds)
    if (taken === 0 && left.size > 1 && smallest !== undefined) assign(smallest)
  }
  take(test, 'test')
  take(validation, 'validation')
  for (const group of left) for (const recordingId of group.members) splits.set(recordingId, 'train')
  return splits
}
