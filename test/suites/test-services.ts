import type { Note } from '#contract/melody.ts'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { createFakeClock } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createLogger, type LogLine } from '#main/foundation/logger.ts'
import { createRandom } from '#main/foundation/random.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import type { Runner, TaskHandlers } from '#main/jobs/runner/runner.ts'
import { createServices, type Services } from '#main/services/create-services.ts'
import type { Understanding } from '#main/services/understanding.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createToyHandlers } from './toy-engine.ts'

export const TOY_NOTES: Note[] = [69, 71, 73].map((pitch, i) => ({
  onsetSeconds: i * 0.5,
  durationSeconds: 0.45,
  pitch,
  velocity: 0.7,
  confidence: 1,
}))

/** Hears the same three notes in everything: the ears are tested in their own room. */
export const toyUnderstanding: Understanding = {
  async decode(fileName, bytes) {
    if (bytes.length === 0) throw new EngineError('AUDIO_EMPTY', { path: fileName })
    return { pcm: new Float32Array(22050).fill(0.1), sampleRate: 22050, warnings: ['It was quiet.'] }
  },
  transcribe: async (pcm, sampleRate) => ({ melody: { notes: TOY_NOTES, durationSeconds: pcm.length / sampleRate }, warnings: [] }),
  snap: async (melody) => ({ ...melody, notes: melody.notes.map((note) => ({ ...note, pitch: Math.round(note.pitch) })) }),
  readPrompt: async () => ({ lanes: DEFAULT_LANES, moves: [], melody: null }),
  async readMelodyText(text) {
    if (!/[a-g]\d/i.test(text)) throw new EngineError('MELODY_UNREADABLE', { reason: 'there are no notes in it' })
    return { notes: TOY_NOTES, durationSeconds: 1.5 }
  },
  readMidi: async () => ({ notes: TOY_NOTES, durationSeconds: 1.5, bpm: 120 }),
  writeMidi: async () => new Uint8Array([0x4d, 0x54, 0x68, 0x64]),
  trackPitch: async () => ({ hopSeconds: 0.01, f0: [440], voicing: [1] }),
  synthesizeDemo: async () => ({ pcm: new Float32Array(44100).fill(0.2), sampleRate: 44100 }),
}

export interface TestServices extends Services {
  readonly dataDir: string
  readonly lines: LogLine[]
  readonly clock: ReturnType<typeof createFakeClock>
  /** Closes the services and deletes their folder. */
  remove(): Promise<void>
}

/** Each life draws other ids, as it does in truth. */
let lives = 0

/** Real services over a real database in memory and a folder of their own; only the voice and the ears are toys. */
export const createTestServices = (
  options: {
    handlers?: TaskHandlers
    runner?: Runner
    databaseName?: string
    dataDir?: string
    understanding?: Partial<Understanding>
  } = {},
): TestServices => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'fiddlehead-test-'))
  const clock = createFakeClock()
  const lines: LogLine[] = []
  const services = createServices(
    {
      dataDir,
      databasePath: options.databaseName === undefined ? ':memory:' : join(dataDir, options.databaseName),
      runner: options.runner ?? createInlineRunner(options.handlers ?? createToyHandlers()),
      logger: createLogger((line) => lines.push(line), clock, 'debug'),
      clock,
      random: createRandom(++lives),
      version: '0.0.0-test',
    },
    { ...toyUnderstanding, ...options.understanding },
  )
  return {
    ...services,
    dataDir,
    lines,
    clock,
    async remove() {
      await services.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
