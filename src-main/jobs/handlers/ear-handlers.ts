import type { TaskHandlers } from '../runner/runner.ts'

/** What the ears do, in a process of their own: a hum is heard while takes are being played. Only a prompt in unknown words opens TensorFlow. */
export const EAR_HANDLERS: TaskHandlers = {
  listen: async () => (await import('./listen.ts')).listenHandler,
  'import-file': async () => {
    const { createImportFileHandler } = await import('./import-file.ts')
    const { listeningAnalysis } = await import('./listening-analysis.ts')
    return createImportFileHandler(listeningAnalysis)
  },
  'check-voice': async () => (await import('./check-voice.ts')).checkVoiceHandler,
  'cut-sound': async () => (await import('./cut-sound.ts')).cutSoundHandler,
  'draw-sound': async () => (await import('./draw-sound.ts')).drawSoundHandler,
  'check-playing': async () => (await import('./check-playing.ts')).checkPlayingHandler,
  'export-dataset': async () => (await import('./export-dataset.ts')).exportDatasetHandler,
  'understand-prompt': async () => (await import('./understand-prompt.ts')).understandPromptHandler,
  'read-tokens': async () => (await import('./read-tokens.ts')).readTokensHandler,
  'scan-source': async () => (await import('./scan-source.ts')).scanSourceHandler,
  'detect-source': async () => (await import('./scan-source.ts')).detectSourceHandler,
  'list-source-kinds': async () => (await import('./scan-source.ts')).listSourceKindsHandler,
  'track-pitch': async () => (await import('./track-pitch.ts')).trackPitchHandler,
}
