import { join } from 'node:path'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { voicesDirOf } from '#main/voices/voice-folder.ts'
import type { EngineEnv } from './env.ts'

/** Where a job finds the shipped voices and the person's own. */
export const voiceFolders = (env: Pick<EngineEnv, 'dataDir' | 'modelsDir' | 'voicesDir'>): { modelsDir: string; voicesDir: string } => ({
  modelsDir: env.modelsDir ?? join(findProjectRoot(), 'models'),
  voicesDir: env.voicesDir ?? voicesDirOf(env.dataDir),
})
