import { describeFailure } from './describe-failure.ts'

export interface NoticeAction {
  readonly label: string
  run(): void
}

/** Something to tell the person: what, why, and at most one thing to do about it. */
export interface Notice {
  readonly id: number
  readonly kind: 'error' | 'info'
  readonly message: string
  readonly remedy: string
  readonly action?: NoticeAction
}

export class Notices {
  list = $state<Notice[]>([])
  /** The newest plain sentence for screen readers. */
  spoken = $state('')
  #nextId = 1

  add(kind: Notice['kind'], message: string, remedy = '', action?: NoticeAction): void {
    // The same trouble twice is one trouble.
    this.list = this.list.filter((notice) => notice.message !== message)
    const id = this.#nextId++
    this.list = [...this.list.slice(-2), { id, kind, message, remedy, ...(action ? { action } : {}) }]
    if (kind === 'info') setTimeout(() => this.dismiss(id), 8000)
  }

  /** Shows an error of the engine or the microphone in the catalogue's words. */
  fail(thrown: unknown, action?: NoticeAction): void {
    const { code, message, remedy } = describeFailure(thrown)
    // Losing the connection has its own banner.
    if (code !== 'CONNECTION_LOST') this.add('error', message, remedy, action)
  }

  /** The newest message, to be shown inside a dialog: behind an open one it would not be seen. */
  take(): Notice | undefined {
    const newest = this.list.at(-1)
    if (newest !== undefined) this.dismiss(newest.id)
    return newest
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id)
  }

  say(text: string): void {
    this.spoken = text
  }
}
