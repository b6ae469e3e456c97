import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { createTestServices } from '#test/suites/test-services.ts'

/** Imports a folder into a library on the disk, as a studio before this one would have. */
export const importFolder = async (dataDir: string, path: string): Promise<void> => {
  const services = createTestServices({ ears: createInlineRunner(EAR_HANDLERS), dataDir, databaseName: 'library.sqlite' })
  const { id } = await services.api.imports.start({ paths: [path] })
  for (;;) {
    const { status } = await services.api.imports.get({ importId: id })
    if (status !== 'listing' && status !== 'running') break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await services.close()
}
