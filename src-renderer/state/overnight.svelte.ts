import type { Job, MethodInput, MethodOutput } from '#contract/api.ts'
import type { Dataset } from '#contract/datasets.ts'
import type { CurvePoint, FinetunePreflight, FinetuneRun } from '#contract/finetune.ts'
import type { Comparison, VoiceCandidate, VoiceEntry } from '#contract/voices.ts'
import type { Client } from '#renderer/client/client.ts'
import { sayError, sayPhrase } from '#renderer/language/engine-phrases.ts'
import type { Notices } from './notices.svelte.ts'
import type { Preferences } from './preferences.svelte.ts'
import { overnightWords as words } from './overnight-strings.ts'

export type NightPlan = MethodInput<'finetunes.start'>

/** What the page shows beside its lists. */
export type NightView =
  | { readonly kind: 'plan' }
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'voice'; readonly id: string }
  | { readonly kind: 'runs' }

const CHECK_PAUSE_MS = 400
const CURVE_EVERY_MS = 10_000

const isOver = ({ state }: FinetuneRun): boolean => state === 'succeeded' || state === 'failed' || state === 'stopped'

/** Nights of training: the plan, what runs, what came of it, and the voices. */
export class Overnight {
  datasets = $state.raw<Dataset[]>([])
  runs = $state.raw<FinetuneRun[]>([])
  voices = $state.raw<VoiceEntry[]>([])
  curves = $state.raw<ReadonlyMap<string, CurvePoint[]>>(new Map())
  preflight = $state.raw<FinetunePreflight>()
  isChecking = $state(false)
  isLoaded = $state(false)
  view = $state.raw<NightView>({ kind: 'plan' })
  /** Runs that are looked at side by side. */
  compared = $state.raw<readonly string[]>([])
  comparisons = $state.raw<ReadonlyMap<string, Comparison>>(new Map())
  jobs = $state.raw<Job[]>([])
  /** Sounds that lie in a voice's folder, by the voice. */
  voicePreviews = $state.raw<ReadonlyMap<string, MethodOutput<'voices.previews'>>>(new Map())
  /** Being blended, exported or taken in. */
  busy = $state('')
  /** The voice that the next plan begins from. */
  startFrom = $state('')
  readonly active = $derived(this.runs.find(({ state }) => state === 'running') ?? this.runs.find((run) => !isOver(run)))
  /** Nights that wait, in the order in which they will begin, and those that have begun, newest first. */
  readonly waiting = $derived(this.runs.filter(({ position }) => position !== null).sort((a, b) => (a.position ?? 0) - (b.position ?? 0)))
  readonly begun = $derived(this.runs.filter(({ position }) => position === null))
  #isShown = false
  #checkTimer: ReturnType<typeof setTimeout> | undefined
  #checkRequest = 0
  #curveAskedAt = 0
  readonly #client: Client
  readonly #notices: Notices
  readonly #preferences: Preferences

  constructor(client: Client, notices: Notices, preferences: Preferences) {
    this.#client = client
    this.#notices = notices
    this.#preferences = preferences
    client.on('jobs.changed', (job) => {
      if (job.kind === 'finetune') void this.#try(() => this.#onRunJob(job))
      if (job.kind === 'compare-voices') void this.#try(() => this.#onComparisonJob(job))
    })
    client.on('library.changed', ({ kinds }) => {
      if (kinds.includes('voices')) void this.#try(() => this.#preferences.load())
      if (this.#isShown && kinds.includes('voices')) void this.#try(() => this.#loadVoices())
      if (this.#isShown && kinds.includes('datasets')) void this.#try(() => this.#loadDatasets())
    })
  }

  /** The page is looked at: what it shows is read and kept up to date until it is left. */
  async show(): Promise<void> {
    this.#isShown = true
    await this.#try(async () => {
      await Promise.all([this.#loadDatasets(), this.#loadVoices(), this.#loadRuns()])
      this.jobs = (await this.#client.api.jobs.list({})).filter(({ kind }) => kind === 'compare-voices')
      const running = this.active
      if (running !== undefined) await this.openRun(running.id)
      this.isLoaded = true
    })
  }

  leave(): void {
    this.#isShown = false
    clearTimeout(this.#checkTimer)
  }

  async openRun(runId: string): Promise<void> {
    this.view = { kind: 'run', id: runId }
    await this.#try(() => this.#loadCurve(runId))
  }

  /** What would happen, a moment after the last change. */
  check(plan: NightPlan | null): void {
    clearTimeout(this.#checkTimer)
    const request = ++this.#checkRequest
    if (plan === null) {
      this.preflight = undefined
      this.isChecking = false
      return
    }
    this.isChecking = true
    this.#checkTimer = setTimeout(() => {
      void this.#try(async () => {
        const preflight = await this.#client.api.finetunes.check(plan)
        if (request === this.#checkRequest) this.preflight = preflight
      }).finally(() => {
        if (request === this.#checkRequest) this.isChecking = false
      })
    }, CHECK_PAUSE_MS)
  }

  async start(plan: NightPlan): Promise<void> {
    await this.#try(async () => {
      const run = await this.#client.api.finetunes.start(plan)
      this.#keepRun(run)
      await this.openRun(run.id)
    })
  }

  pause = (run: FinetuneRun): Promise<void> => this.#act(run, () => this.#client.api.jobs.pause({ jobId: run.jobId }))
  cancel = (run: FinetuneRun): Promise<void> => this.#act(run, () => this.#client.api.jobs.cancel({ jobId: run.jobId }))
  stop = (run: FinetuneRun): Promise<void> => this.#act(run, () => this.#client.api.finetunes.stop({ runId: run.id }))
  resume = (run: FinetuneRun): Promise<void> =>
    this.#act(run, () =>
      run.state === 'waiting' ? this.#client.api.jobs.resume({ jobId: run.jobId }) : this.#client.api.finetunes.resume({ runId: run.id }),
    )

  /** Lets a night that waits begin earlier (-1) or later (1). */
  async moveRun(runId: string, by: -1 | 1): Promise<void> {
    const place = this.waiting.findIndex(({ id }) => id === runId) + by
    const run = this.waiting.find(({ id }) => id === runId)
    if (run === undefined || place < 0 || place >= this.waiting.length) return
    await this.#try(async () => {
      await this.#client.api.jobs.move({ jobId: run.jobId, place })
      await this.#loadRuns()
      this.#notices.say(words.moved(run.spec.voiceName, place + 1))
    })
  }

  async removeRun(run: FinetuneRun): Promise<void> {
    await this.#try(async () => {
      await this.#client.api.finetunes.remove({ runId: run.id })
      this.runs = this.runs.filter(({ id }) => id !== run.id)
      this.compared = this.compared.filter((id) => id !== run.id)
      if (this.view.kind === 'run' && this.view.id === run.id) this.view = { kind: 'plan' }
    })
  }

  /** Puts a run beside others, or takes it away. */
  async toggleCompared(runId: string): Promise<void> {
    this.compared = this.compared.includes(runId) ? this.compared.filter((id) => id !== runId) : [...this.compared, runId]
    if (this.compared.includes(runId)) await this.#try(() => this.#loadCurve(runId))
  }

  /** The voice is what the studio plays from now on. */
  async use(voiceId: string): Promise<void> {
    await this.#preferences.change({ voice: voiceId })
    this.#notices.add('info', words.inUse(this.titleOf(voiceId)))
  }

  trainOn(voiceId: string): void {
    this.startFrom = voiceId
    this.view = { kind: 'plan' }
  }

  async blend(title: string, parts: { voiceId: string; weight: number }[]): Promise<VoiceEntry | undefined> {
    return this.#work(words.blending, async () => {
      const voice = await this.#client.api.voices.blend({ title, parts })
      await this.#loadVoices()
      this.view = { kind: 'voice', id: voice.id }
      return voice
    })
  }

  async loadPreviews(voiceId: string): Promise<void> {
    if (this.voicePreviews.has(voiceId)) return
    await this.#try(async () => {
      this.voicePreviews = new Map([...this.voicePreviews, [voiceId, await this.#client.api.voices.previews({ voiceId })]])
    })
  }

  async removeVoice(voiceId: string): Promise<void> {
    await this.#work(words.removing, async () => {
      const title = this.titleOf(voiceId)
      await this.#client.api.voices.remove({ voiceId })
      await this.#loadVoices()
      if (this.view.kind === 'voice' && this.view.id === voiceId) this.view = { kind: 'plan' }
      this.#notices.add('info', words.removed(title), '', { label: words.undo, run: () => void this.restoreVoice(voiceId) })
    })
  }

  async restoreVoice(voiceId: string): Promise<void> {
    await this.#work(words.removing, async () => {
      await this.#client.api.voices.restore({ voiceId })
      await this.#loadVoices()
    })
  }

  async emptyTrash(): Promise<void> {
    await this.#work(words.removing, async () => {
      await this.#client.api.voices.emptyTrash({})
      await this.#loadVoices()
    })
  }

  /** Writes a voice as one file; answers what to download. */
  exportVoice(voiceId: string): Promise<{ assetId: string; fileName: string } | undefined> {
    return this.#work(words.exporting, async () => {
      const { assetId, fileName } = await this.#client.api.voices.export({ voiceId })
      return assetId === null ? undefined : { assetId, fileName }
    })
  }

  async importVoice(file: File): Promise<void> {
    await this.#work(words.importing, async () => {
      const voice = await this.#client.api.voices.import({ fileName: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
      await this.#loadVoices()
      this.view = { kind: 'voice', id: voice.id }
    })
  }

  /** Plays the same tunes on several voices; answers the comparison's id. */
  compare(candidates: VoiceCandidate[]): Promise<string | undefined> {
    return this.#try(async () => {
      const { jobId } = await this.#client.api.voices.compare({ candidates })
      this.comparisons = new Map([...this.comparisons, [jobId, await this.#client.api.voices.comparison({ comparisonId: jobId })]])
      this.jobs = (await this.#client.api.jobs.list({})).filter(({ kind }) => kind === 'compare-voices')
      return jobId
    })
  }

  titleOf(voiceId: string): string {
    return this.voices.find(({ id }) => id === voiceId)?.title ?? voiceId
  }

  async #act(run: FinetuneRun, work: () => Promise<unknown>): Promise<void> {
    await this.#try(async () => {
      await work()
      this.#keepRun(await this.#client.api.finetunes.get({ runId: run.id }))
    })
  }

  #keepRun(run: FinetuneRun): void {
    const before = this.runs.find(({ id }) => id === run.id)
    this.runs = before === undefined ? [run, ...this.runs] : this.runs.map((other) => (other.id === run.id ? run : other))
    if (before === undefined || before.state === run.state) return
    if (run.state === 'succeeded') {
      this.#tell(words.finished(run.spec.voiceName), sayPhrase(run.verdict ?? ''))
      void this.#try(() => Promise.all([this.#loadVoices(), this.#preferences.load()]))
    }
    if ((run.state === 'failed' || run.state === 'paused') && run.error !== null) {
      const { message, remedy } = sayError(run.error)
      this.#tell(message, remedy)
    }
  }

  /** At the end of a night, to whoever looks elsewhere: the page speaks, and the system where it may. */
  #tell(title: string, body: string): void {
    this.#notices.add('info', title, body)
    this.#notices.say(`${title} ${body}`)
    if (typeof Notification !== 'undefined' && Notification.permission === 'granted' && document.hidden) new Notification(title, { body })
  }

  async #onRunJob(job: Job): Promise<void> {
    const known = this.runs.find(({ jobId }) => jobId === job.id)
    if (known === undefined) {
      await this.#loadRuns()
      return
    }
    this.#keepRun(await this.#client.api.finetunes.get({ runId: known.id }))
    const isDue = Date.now() - this.#curveAskedAt > CURVE_EVERY_MS || job.status !== 'running'
    if (this.#isShown && isDue && this.view.kind === 'run' && this.view.id === known.id) await this.#loadCurve(known.id)
  }

  async #onComparisonJob(job: Job): Promise<void> {
    const before = this.jobs.find(({ id }) => id === job.id)
    this.jobs = before ? this.jobs.map((other) => (other.id === job.id ? job : other)) : [job, ...this.jobs]
    if (!this.comparisons.has(job.id)) return
    if (job.results.length !== (before?.results.length ?? 0))
      this.comparisons = new Map([...this.comparisons, [job.id, await this.#client.api.voices.comparison({ comparisonId: job.id })]])
    if (before?.status !== job.status && job.error !== null) this.#notices.add('error', job.error.message, job.error.remedy)
  }

  async #loadCurve(runId: string): Promise<void> {
    this.#curveAskedAt = Date.now()
    this.curves = new Map([...this.curves, [runId, await this.#client.api.finetunes.curve({ runId })]])
  }

  async #loadDatasets(): Promise<void> {
    this.datasets = await this.#client.api.datasets.list({})
  }

  async #loadVoices(): Promise<void> {
    this.voices = await this.#client.api.voices.list({})
  }

  async #loadRuns(): Promise<void> {
    this.runs = await this.#client.api.finetunes.list({})
  }

  async #work<T>(busy: string, work: () => Promise<T>): Promise<T | undefined> {
    this.busy = busy
    const result = await this.#try(work)
    this.busy = ''
    return result
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (thrown) {
      this.#notices.fail(thrown)
      return undefined
    }
  }
}
