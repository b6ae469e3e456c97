/** What a running task may say and hear. */
export interface TaskContext {
  readonly signal: AbortSignal
  /** Fraction done 0..1 and a few words for the person. */
  onProgress(fraction: number, message: string): void
  /** One finished piece of the result; it is kept even if a later piece fails. */
  onItem(item: unknown): void
}

/** Carries tasks out, here or in another process. */
export interface Runner {
  /** Resolves with the task's closing value. Rejects with an EngineError, Cancelled, or whatever a bug threw. */
  run(task: string, spec: unknown, context: TaskContext): Promise<unknown>
  close(): Promise<void>
}

/** The work behind one kind of task. `run` parses its spec. */
export interface TaskHandler {
  run(spec: unknown, context: TaskContext): Promise<unknown>
}

/** Task name -> loader, so that a process loads only what it is asked for. */
export type TaskHandlers = Readonly<Record<string, () => Promise<TaskHandler>>>
