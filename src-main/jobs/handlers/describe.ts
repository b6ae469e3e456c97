import { voiceSchema } from '#contract/api.ts'
import { z } from 'zod'
import type { TaskHandler } from '../runner/runner.ts'

/** What the compute process says about itself. */
export const machineReportSchema = z.object({
  backend: z.string(),
  /** Why this backend and no other. */
  reason: z.string(),
  /** What would make it faster, one sentence each. */
  advice: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
  voices: z.array(voiceSchema),
  models: z.array(z.object({ name: z.string(), path: z.string(), sha256: z.string(), megabytes: z.number() })),
})
export type MachineReport = z.infer<typeof machineReportSchema>

/** The handler of `describe`: which backend, which voices. */
export const createDescribeHandler = (describe: () => Promise<MachineReport>): TaskHandler => ({ run: () => describe() })
