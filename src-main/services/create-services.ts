import type { Api } from '#contract/api.ts'
import { createJobQueue, type JobQueue } from '#main/jobs/queue/job-queue.ts'
import { openLibrary } from '#main/library/open-library.ts'
import type { ServiceContext } from './context.ts'
import { createCoverageService } from './coverage.ts'
import { createDatasetsService } from './datasets.ts'
import type { EngineEnv } from './env.ts'
import { createEvaluationKind, createEvaluationsService } from './evaluations.ts'
import { createExportsService } from './exports.ts'
import { createFinetuneKind, createFinetunesService } from './finetune.ts'
import { createHumsService } from './hums.ts'
import { createImportsService } from './imports.ts'
import { openJobMailbox } from './job-mailbox.ts'
import { createJobsService, describeJob } from './jobs.ts'
import { createLibraryService } from './library.ts'
import { createProjectsService } from './projects.ts'
import { createPromptsService } from './prompts.ts'
import { createPushHub, type PushHub } from './pushes.ts'
import { createSettingsService } from './settings.ts'
import { createSourcesService } from './sources.ts'
import { createSystemService } from './system.ts'
import { createRenderKind, createTakesService } from './takes.ts'
import { createVoicesService } from './voices.ts'
import { createComparisonKind, createVoiceComparisons } from './voice-comparisons.ts'
import { createUnderstanding } from './default-understanding.ts'
import type { Understanding } from './understanding.ts'

export interface Services {
  readonly api: Api
  readonly pushes: Pick<PushHub, 'subscribe'>
  readonly queue: JobQueue
  close(): Promise<void>
}

/** The one set of services, for every host. Opens the library and goes on with the work that was interrupted. */
export const createServices = (env: EngineEnv, understanding: Understanding = createUnderstanding(env.ears)): Services => {
  const library = openLibrary(env.databasePath, env.dataDir)
  const pushes = createPushHub()
  const queue = createJobQueue({
    store: library.jobs,
    runner: env.runner,
    kinds: {
      render: createRenderKind({ env, library, pushes }),
      'evaluate-voice': createEvaluationKind({ env }),
      finetune: createFinetuneKind({ env, library }),
      'compare-voices': createComparisonKind({ env, library }),
    },
    clock: env.clock,
    random: env.random,
    logger: env.logger,
    isGuest: env.isGuest ?? false,
    onChange: (job) => pushes.emit('jobs.changed', describeJob(job)),
  })
  const context: ServiceContext = { env, library, queue, pushes, understanding }
  const imports = createImportsService(context)
  const { close: closeLibraryService, ...libraryService } = createLibraryService(context)
  const voices = createVoicesService(context)
  const api: Api = {
    hums: createHumsService(context),
    prompts: createPromptsService(context),
    takes: createTakesService(context),
    projects: createProjectsService(context),
    exports: createExportsService(context),
    library: libraryService,
    imports: imports.api,
    datasets: createDatasetsService(context),
    coverage: createCoverageService(context, imports),
    sources: createSourcesService(context, imports),
    jobs: createJobsService(context),
    evaluations: createEvaluationsService(context),
    finetunes: createFinetunesService(context),
    voices: { ...voices, ...createVoiceComparisons(context, voices.list) },
    settings: createSettingsService(context),
    system: createSystemService(context, async () =>
      (await voices.list({}))
        .filter(({ isShipped, isInTrash, trouble }) => !isShipped && !isInTrash && trouble === null)
        .map(({ id, title, modelHash, licence }) => ({ name: id, title, modelHash, licence, sampleRate: 44100 })),
    ),
  }
  // A terminal that trains holds the library as the studio does, and is asked in the same way.
  const mailbox = openJobMailbox(env.dataDir, api.jobs, env.logger)
  queue.recover()
  imports.recover()
  return {
    api,
    pushes,
    queue,
    async close() {
      mailbox.close()
      await Promise.all([queue.close(), imports.close(), closeLibraryService()])
      await Promise.all([env.runner.close(), env.trainer?.close(), env.ears.close()])
      library.close()
    },
  }
}
