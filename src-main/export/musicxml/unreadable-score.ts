import { EngineError } from '#main/foundation/engine-error.ts'

export const unreadableScore = (reason: string, cause?: unknown): EngineError =>
  new EngineError('MELODY_UNREADABLE', { reason: `the MusicXML file cannot be used: ${reason}` }, { cause })
