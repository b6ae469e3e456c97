/**
 * A terminal that trains, in a process of its own: it holds the library as `finetune` does, with a toy run under way and two that
 * wait. `toy-terminal-child.ts <folder>`; says the ids of the three jobs when the first one has begun to learn.
 */
import { systemClock } from '#main/foundation/clock.ts'
import { silentLogger } from '#main/foundation/logger.ts'
import { createRandom } from '#main/foundation/random.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { lockLibrary } from '#main/library/sqlite/library-lock.ts'
import { createServices } from '#main/services/create-services.ts'
import { writeRunFile } from '#main/services/finetune-files.ts'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { toyFinetune, writeToyRun } from './toy-finetune.ts'

const [folder = ''] = process.argv.slice(2)
const dataDir = join(folder, 'data')
const lock = lockLibrary(dataDir)
const services = createServices({
  dataDir,
  modelsDir: join(folder, 'models'),
  databasePath: join(dataDir, 'library.sqlite'),
  runner: createInlineRunner({}),
  trainer: createInlineRunner({ finetune: async () => toyFinetune }),
  ears: createInlineRunner(EAR_HANDLERS),
  logger: silentLogger,
  clock: systemClock,
  random: createRandom(1),
  isGuest: true,
  version: '0.0.0-test',
})
const jobIds: string[] = []
for (const number of [1, 2, 3]) {
  const id = `finetune-night-${number}`
  const { job } = await writeToyRun(folder, join('data', 'finetunes', id))
  const file = {
    id,
    jobId: id,
    createdAt: new Date().toISOString(),
    spec: {
      datasetId: 'dataset-lines',
      voiceName: `Night ${number}`,
      from: 'base',
      preset: 'normal' as const,
      minutes: 10,
      settings: job.settings,
      seed: 1,
      afterwards: 'nothing' as const,
    },
    datasetName: 'Lines',
    datasetHash: 'lines',
    datasetSeconds: 15,
    licence: 'own',
    hums: job.hums.map(({ name, notes }) => ({ name, notes: [...notes] })),
  }
  writeRunFile({ dataDir }, file)
  const jobId = services.queue.enqueue('finetune', { runId: id }).id
  writeRunFile({ dataDir }, { ...file, jobId })
  jobIds.push(jobId)
}
for (let step = 0; step === 0; await wait(50)) step = (await services.api.finetunes.get({ runId: 'finetune-night-1' })).progress?.step ?? 0
process.stdout.write(`${JSON.stringify(jobIds)}\n`)
process.on('message', () => {
  void services.close().then(() => {
    lock.release()
    process.exit(0)
  })
})
