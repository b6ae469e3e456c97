/** A compute process that plays sines, with real ears: `studio/main.ts --compute test/suites/toy-compute.ts`. */
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { serveCompute } from '#main/jobs/runner/serve-compute.ts'
import { createToyHandlers } from './toy-engine.ts'
import { createToyNight, toyBlendHandler } from './toy-night.ts'

const STEP_MS = Number(process.env['TOY_STEP_MS'] ?? 30)

process.on('disconnect', () => process.exit(0))
serveCompute(
  {
    post: (message) => {
      if (process.connected) process.send?.(message)
    },
    onMessage: (listener) => void process.on('message', listener),
  },
  {
    ...createToyHandlers(STEP_MS),
    finetune: async () => createToyNight(8 * STEP_MS),
    'blend-voice': async () => toyBlendHandler,
    ...EAR_HANDLERS,
  },
)
