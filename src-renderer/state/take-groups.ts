import type { Job, Take } from '#contract/api.ts'

/** The takes of one render, together. */
export interface TakeGroup {
  readonly id: string
  readonly prompt: string
  readonly createdAt: string
  readonly takes: Take[]
}

/** Takes gathered by the render that made them, newest render first; within it in the order made. */
export const groupTakes = (takes: readonly Take[], jobs: readonly Job[]): TakeGroup[] => {
  const jobOf = new Map(jobs.flatMap((job) => job.results.map((takeId) => [takeId, job.id] as const)))
  const groups = new Map<string, Take[]>()
  for (const take of [...takes].sort((a, b) => a.createdAt.localeCompare(b.createdAt))) {
    const key = jobOf.get(take.id) ?? take.id
    groups.set(key, [...(groups.get(key) ?? []), take])
  }
  return [...groups.entries()]
    .flatMap(([id, own]) => {
      const first = own[0]
      return first === undefined ? [] : [{ id, prompt: first.prompt, createdAt: first.createdAt, takes: own }]
    })
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}
