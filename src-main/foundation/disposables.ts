export type Dispose = () => void | Promise<void>

/** Things to undo on the way out, last one first. */
export interface Disposables {
  add(dispose: Dispose): void
  /** Runs every one of them even when some fail; then throws the first failure. Safe to call twice. */
  dispose(): Promise<void>
}

export const createDisposables = (): Disposables => {
  const stack: Dispose[] = []
  return {
    add: (dispose) => {
      stack.push(dispose)
    },
    async dispose() {
      const failures: unknown[] = []
      for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
        try {
          await next()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
