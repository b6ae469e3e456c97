import type { About, Api, Voice } from '#contract/api.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { machineReportSchema, type MachineReport } from '#main/jobs/handlers/describe.ts'
import type { ServiceContext } from './context.ts'
import { listFolder } from './list-folder.ts'

/** Asks the compute process once, which also warms it up, and remembers what it says. */
export const createSystemService = (
  { env }: Pick<ServiceContext, 'env'>,
  listOwnVoices: () => Promise<Voice[]> = async () => [],
): Api['system'] & { report(): Promise<MachineReport> } => {
  let asked: Promise<MachineReport> | null = null

  const ask = async (): Promise<MachineReport> => {
    const context = { signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined }
    return machineReportSchema.parse(await env.runner.run('describe', {}, context))
  }

  const report = (): Promise<MachineReport> => {
    asked ??= ask().catch((error: unknown) => {
      asked = null
      throw error
    })
    return asked
  }

  return {
    report,
    folder: ({ path = '' }) => listFolder(path),
    async about(): Promise<About> {
      const base = { version: env.version, dataDir: env.dataDir }
      try {
        const { backend, reason, voices } = await report()
        return { ...base, backend, backendReason: reason, voices: [...voices, ...(await listOwnVoices())] }
      } catch (error) {
        env.logger.error('the compute process could not be asked about itself', { error })
        const backendReason =
          error instanceof EngineError ? `${error.message} ${error.remedy}` : 'The compute process does not answer; the log says why.'
        return { ...base, backend: 'none', backendReason, voices: [] }
      }
    },
  }
}
