import type { Job, Take } from '#contract/api.ts'
import { findLineage, type Lineage } from './take-lineage.ts'

/** The takes of one render, or those made of one take in the same way, together. */
export interface TakeGroup {
  readonly id: string
  readonly prompt: string
  readonly createdAt: string
  /** Null for takes played from the start. */
  readonly lineage: Lineage | null
  readonly takes: Take[]
}

/** Takes gathered by what they came from, the newest group first; within it the best match first, then in the order made. */
export const groupTakes = (takes: readonly Take[], jobs: readonly Job[]): TakeGroup[] => {
  const jobOf = new Map(jobs.flatMap((job) => job.results.map((takeId) => [takeId, job.id] as const)))
  const groups = new Map<string, TakeGroup>()
  for (const take of [...takes].sort((a, b) => a.createdAt.localeCompare(b.createdAt))) {
    const lineage = findLineage(take, takes)
    const id = lineage?.parentId == null ? (jobOf.get(take.id) ?? take.id) : `${lineage.parentId} ${lineage.edit?.kind ?? 'again'}`
    const own = groups.get(id)?.takes ?? []
    groups.set(id, { id, prompt: take.prompt, createdAt: take.createdAt, lineage, takes: [...own, take] })
  }
  return [...groups.values()]
    .map((group) => ({ ...group, takes: group.takes.toSorted((a, b) => b.score.percent - a.score.percent) }))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}
