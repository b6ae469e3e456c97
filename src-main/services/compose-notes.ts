import type { Melody } from '#contract/melody.ts'
import { composedMelodySchema, type ComposeSpec } from '#main/jobs/handlers/compose-spec.ts'
import type { ServiceContext } from './context.ts'

/** A melody, or what follows one, from the composer in the compute process. */
export const composeNotes = async ({ env }: Pick<ServiceContext, 'env'>, spec: ComposeSpec): Promise<Melody> => {
  const task = { signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined }
  return composedMelodySchema.parse(await env.runner.run('compose', spec, task))
}
