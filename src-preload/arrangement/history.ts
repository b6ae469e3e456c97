import type { Project } from '#contract/project.ts'

/**
 * Every state of an arrangement that a person can go back to. States share all that did not change, so a step costs what it
 * changed; one gesture is one step.
 */
export interface History {
  readonly past: readonly Project[]
  readonly present: Project
  readonly future: readonly Project[]
  /** Edits that carry the same name one after the other are one step, as in a drag. Empty: none to be joined. */
  readonly gesture: string
}

const MOST_STEPS = 1000

export const startHistory = (project: Project): History => ({ past: [], present: project, future: [], gesture: '' })

/** Keeps an edit. `gesture` joins it to the step before where that carries the same name. */
export const commit = (history: History, project: Project, gesture = ''): History => {
  if (project === history.present) return history
  const isSameGesture = gesture !== '' && gesture === history.gesture && history.past.length > 0
  const past = isSameGesture ? history.past : [...history.past.slice(1 - MOST_STEPS), history.present]
  return { past, present: project, future: [], gesture }
}

/** Ends a gesture: the next edit is a step of its own. */
export const endGesture = (history: History): History => (history.gesture === '' ? history : { ...history, gesture: '' })

export const undo = (history: History): History => {
  const before = history.past.at(-1)
  if (before === undefined) return history
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], gesture: '' }
}

export const redo = (history: History): History => {
  const [after, ...future] = history.future
  if (after === undefined) return history
  return { past: [...history.past, history.present], present: after, future, gesture: '' }
}
