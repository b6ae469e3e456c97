import type { Note } from '#contract/melody.ts'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { createFakeClock } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createLogger, type LogLine } from '#main/foundation/logger.ts'
import { createRandom } from '#main/foundation/random.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import type { Runner, TaskHandlers } from '#main/jobs/runner/runner.ts'
import { createServices, type Services } from '#main/services/create-services.ts'
import { createUnderstanding } from '#main/services/default-understanding.ts'
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
  async listen(sound) {
    const isFile = 'bytes' in sound
    if (isFile && sound.bytes.length === 0) throw new EngineError('AUDIO_EMPTY', { path: sound.fileName })
    const pcm = isFile ? new Float32Array(22050).fill(0.1) : sound.pcm
    const sampleRate = isFile ? 22050 : sound.sampleRate
    return {
      melody: { notes: TOY_NOTES, durationSeconds: pcm.length / sampleRate },
      warnings: isFile ? ['It was quiet.'] : [],
      wav: encodeWav([pcm], { sampleRate, bits: 24 }),
    }
  },
  snap: async (melody) => ({ ...melody, notes: melody.notes.map((note) => ({ ...note, pitch: Math.round(note.pitch) })) }),
  readPrompt: async () => ({ lanes: DEFAULT_LANES, moves: [], melody: null }),
  understandPrompt: async () => ({ lanes: DEFAULT_LANES, moves: [], melody: null }),
  async readMelodyText(text) {
    if (!/[a-g]\d/i.test(text)) throw new EngineError('MELODY_UNREADABLE', { reason: 'there are no notes in it' })
    return { notes: TOY_NOTES, durationSeconds: 1.5 }
  },
  readMidi: async () => ({ notes: TOY_NOTES, durationSeconds: 1.5, bpm: 120 }),
  writeMidi: async () => new Uint8Array([0x4d, 0x54, 0x68, 0x64]),
  trackPitch: async () => ({ hopSeconds: 0.01, f0: [440], voicing: [1] }),
  readDemo: async () => ({ fileName: 'demo.wav', bytes: new Uint8Array([1]) }),
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
    /** Given, they listen in truth. */
    ears?: Runner
    databaseName?: string
    dataDir?: string
    modelsDir?: string
    understanding?: Partial<Understanding>
  } = {},
): TestServices => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'fiddlehead-test-'))
  const clock = createFakeClock()
  const lines: LogLine[] = []
  const services = createServices(
    {
      dataDir,
      ...(options.modelsDir === undefined ? {} : { modelsDir: options.modelsDir }),
      databasePath: options.databaseName === undefined ? ':memory:' : join(dataDir, options.databaseName),
      runner: options.runner ?? createInlineRunner(options.handlers ?? createToyHandlers()),
      ears: options.ears ?? createInlineRunner(EAR_HANDLERS),
      logger: createLogger((line) => lines.push(line), clock, 'debug'),
      clock,
      random: createRandom(++lives),
      version: '0.0.0-test',
    },
    { ...(options.ears === undefined ? toyUnderstanding : createUnderstanding(options.ears)), ...options.understanding },
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
