import type { Coverage as CoverageReport, PlayingCheck, RecordingTask } from '#contract/coverage.ts'
import type { Dataset } from '#contract/datasets.ts'
import type { Client } from '#renderer/client/client.ts'
import type { Notices } from './notices.svelte.ts'
import { coverageWords as words } from './dataset-strings.ts'

export interface PlanWishes {
  readonly seconds: number
  readonly articulations: readonly RecordingTask['articulation'][]
  readonly dynamics: readonly RecordingTask['dynamics'][]
}

/** A task and how it stands. */
interface TaskState {
  readonly task: RecordingTask
  readonly status: 'open' | 'kept' | 'skipped'
}

export interface Played {
  readonly pcm: Float32Array<ArrayBuffer>
  readonly sampleRate: number
}

/** The map of what is there and what is missing, and the tasks that fill it. */
export class Coverage {
  /** '' is the whole library. */
  datasetId = $state('')
  targetSeconds = $state(2)
  map = $state.raw<CoverageReport>()
  datasets = $state.raw<Dataset[]>([])
  tasks = $state.raw<TaskState[]>([])
  /** What was played last for the current task, and what was heard in it. */
  check = $state.raw<PlayingCheck>()
  isChecking = $state(false)
  /** The task that was kept last, until the next one is tried. */
  lastKept = $state.raw<RecordingTask>()
  isPlanning = $state(false)
  sessionName = $state('')
  isShareable = $state(false)
  readonly current = $derived(this.tasks.find(({ status }) => status === 'open')?.task)
  readonly keptCount = $derived(this.tasks.filter(({ status }) => status === 'kept').length)
  #played: Played | undefined
  #importIds = new Set<string>()
  #request = 0
  readonly #client: Client
  readonly #notices: Notices

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    client.on('imports.changed', ({ id, status }) => {
      const isOver = status === 'succeeded' || status === 'failed'
      if (isOver && this.#importIds.delete(id)) void this.#try(() => this.#loadMap())
    })
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      this.datasets = await this.#client.api.datasets.list({})
      if (!this.datasets.some(({ id }) => id === this.datasetId)) this.datasetId = ''
      await this.#loadMap()
    })
  }

  async choose(datasetId: string, targetSeconds: number): Promise<void> {
    Object.assign(this, { datasetId, targetSeconds })
    this.forget()
    await this.#try(() => this.#loadMap())
  }

  async plan({ seconds, articulations, dynamics }: PlanWishes): Promise<void> {
    this.isPlanning = true
    await this.#try(async () => {
      const tasks = await this.#client.api.coverage.plan({
        ...this.#scope(),
        seconds,
        ...(articulations.length === 0 ? {} : { articulations: [...articulations] }),
        ...(dynamics.length === 0 ? {} : { dynamics: [...dynamics] }),
      })
      this.forget()
      this.tasks = tasks.map((task) => ({ task, status: 'open' }))
      if (tasks.length === 0) this.#notices.add('info', words.nothingMissing)
    })
    this.isPlanning = false
  }

  /** Listens to what was played for the current task; what fits is kept at once. */
  async hear(played: Played): Promise<void> {
    const task = this.current
    if (task === undefined) return
    this.retry()
    this.isChecking = true
    this.#played = played
    await this.#try(async () => {
      const check = await this.#client.api.coverage.check({ task, ...played })
      if (this.current?.id !== task.id) return
      this.check = check
      if (check.isFitting) await this.keep()
      else this.#notices.say(words.doesNotFit)
    })
    this.isChecking = false
  }

  /** Takes what was played into the library, fitting or not, and goes on. */
  async keep(): Promise<void> {
    const [task, played] = [this.current, this.#played]
    if (task === undefined || played === undefined) return
    await this.#try(async () => {
      const { id } = await this.#client.api.coverage.keep({
        task,
        ...played,
        sessionName: this.sessionName.trim() || words.sessionName(new Date()),
        isShareable: this.isShareable,
        ...(this.datasetId === '' ? {} : { datasetId: this.datasetId }),
      })
      this.#importIds.add(id)
      this.retry()
      this.lastKept = task
      this.#close(task, 'kept')
      this.#notices.say(words.keptShort)
      const report = await this.#client.api.imports.get({ importId: id })
      if (report.status === 'succeeded' && this.#importIds.delete(id)) await this.#loadMap()
    })
  }

  skip(): void {
    if (this.current !== undefined) this.#close(this.current, 'skipped')
    this.retry()
  }

  /** The same task once more. */
  retry(): void {
    this.check = undefined
    this.lastKept = undefined
    this.#played = undefined
  }

  /** Lays the tasks aside. */
  forget(): void {
    this.tasks = []
    this.retry()
  }

  #close(task: RecordingTask, status: TaskState['status']): void {
    this.tasks = this.tasks.map((other) => (other.task.id === task.id ? { task, status } : other))
  }

  #scope(): { targetSeconds: number; datasetId?: string } {
    return { targetSeconds: this.targetSeconds, ...(this.datasetId === '' ? {} : { datasetId: this.datasetId }) }
  }

  async #loadMap(): Promise<void> {
    const request = ++this.#request
    const map = await this.#client.api.coverage.map(this.#scope())
    if (request === this.#request) this.map = map
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.#notices.fail(thrown)
    }
  }
}
