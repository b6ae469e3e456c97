import type { TaskHandlers } from '../runner/runner.ts'

/** What the ears do, in a process that never opens TensorFlow: a hum is heard while takes are being played. */
export const EAR_HANDLERS: TaskHandlers = {
  listen: async () => (await import('./listen.ts')).listenHandler,
  'track-pitch': async () => (await import('./track-pitch.ts')).trackPitchHandler,
}
