import { encodeWav } from '#main/audio/io/wav.ts'
import { createRandom } from '#main/foundation/random.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { playLine } from './play-line.ts'
import { createTestServices } from './test-services.ts'

const SESSIONS = 3
const NOTES = 26

/** A library on the disk with a hum, and a built data set "At home" of three evenings' recordings, a little over a minute in all. */
export const writeRecordedLibrary = async (dataDir: string, recordings: string): Promise<void> => {
  for (let session = 0; session < SESSIONS; session++) {
    // Other music each evening: what sounds alike counts as a duplicate.
    const random = createRandom(session + 1)
    const pitches = Array.from({ length: NOTES }, () => 60 + random.integer(24))
    const pcm = playLine({ pitches, noteSeconds: 0.8 + 0.15 * session, levelDb: -20, fullness: 0.95 })
    mkdirSync(join(recordings, `evening-${session}`), { recursive: true })
    writeFileSync(join(recordings, `evening-${session}`, 'line.wav'), encodeWav([pcm], { sampleRate: 44100, bits: 16 }))
  }
  mkdirSync(dataDir, { recursive: true })
  const services = createTestServices({ dataDir, databaseName: 'library.sqlite', ears: createInlineRunner(EAR_HANDLERS) })
  const { api } = services
  const { id: importId } = await api.imports.start({ paths: [recordings] })
  for (let isReading = true; isReading; await wait(50)) {
    const { status } = await api.imports.get({ importId })
    isReading = status === 'listing' || status === 'running'
  }
  const { id: datasetId } = await api.datasets.create({ name: 'At home', split: { validation: 0.2, test: 0.2 } })
  await api.datasets.build({ datasetId })
  await api.hums.fromText({ text: 'A4 B4 C#5 D5' })
  await services.close()
}
