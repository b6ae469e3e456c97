/** A compute process that plays sines, with real ears: `studio/main.ts --compute test/suites/toy-compute.ts`. */
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { serveCompute } from '#main/jobs/runner/serve-compute.ts'
import { createToyHandlers } from './toy-engine.ts'

process.on('disconnect', () => process.exit(0))
serveCompute(
  {
    post: (message) => {
      if (process.connected) process.send?.(message)
    },
    onMessage: (listener) => void process.on('message', listener),
  },
  { ...createToyHandlers(Number(process.env['TOY_STEP_MS'] ?? 30)), ...EAR_HANDLERS },
)
