import type { Job } from '#contract/api.ts'
import type { Evaluation, EvaluationReference } from '#contract/evaluation.ts'
import { sayError } from '#renderer/language/engine-phrases.ts'
import type { Client } from '#renderer/client/client.ts'
import type { Notices } from './notices.svelte.ts'
import { evaluationWords } from './strings.ts'

/** Voices compared with recordings: what was measured, and the comparison under way. */
export class Evaluations {
  list = $state.raw<Evaluation[]>([])
  jobs = $state.raw<Job[]>([])
  openId = $state<string>()
  isLoaded = $state(false)
  readonly open = $derived(this.list.find(({ id }) => id === this.openId) ?? this.list[0])
  readonly active = $derived(this.jobs.filter(({ status }) => status === 'queued' || status === 'running'))
  readonly #client: Client
  readonly #notices: Notices

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    client.on('jobs.changed', (job) => {
      if (job.kind === 'evaluate-voice') void this.#try(() => this.#onJob(job))
    })
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      this.list = await this.#client.api.evaluations.list({})
      this.jobs = (await this.#client.api.jobs.list({})).filter(({ kind }) => kind === 'evaluate-voice')
      this.isLoaded = true
    })
  }

  async run(request: { voice: string; reference: EvaluationReference; maximumPhrases: number }): Promise<void> {
    const { voice, ...rest } = request
    await this.#try(async () => {
      await this.#client.api.evaluations.run({ ...rest, ...(voice === '' ? {} : { voice }) })
      this.jobs = (await this.#client.api.jobs.list({})).filter(({ kind }) => kind === 'evaluate-voice')
    })
  }

  async cancel(jobId: string): Promise<void> {
    await this.#try(async () => this.#onJob(await this.#client.api.jobs.cancel({ jobId })))
  }

  async remove(evaluationId: string): Promise<void> {
    await this.#try(async () => {
      await this.#client.api.evaluations.remove({ evaluationId })
      this.list = this.list.filter(({ id }) => id !== evaluationId)
    })
  }

  async #onJob(job: Job): Promise<void> {
    const before = this.jobs.find(({ id }) => id === job.id)
    this.jobs = before ? this.jobs.map((other) => (other.id === job.id ? job : other)) : [job, ...this.jobs]
    if (before?.status === job.status) return
    if (job.status === 'failed' && job.error !== null) {
      const { message, remedy } = sayError(job.error)
      this.#notices.add('error', message, remedy)
    }
    if (job.status !== 'succeeded') return
    this.list = await this.#client.api.evaluations.list({})
    this.openId = job.results[0]
    this.#notices.say(evaluationWords.ready)
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.#notices.fail(thrown)
    }
  }
}
