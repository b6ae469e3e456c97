/** What the set-up says goes to stderr, so that `--json` output on stdout stays clean. */

/** @param {string} line */
export const say = (line) => void process.stderr.write(`fiddlehead: ${line}\n`)

/**
 * A failure that the user can mend: one sentence and its remedy.
 */
export class SetupProblem extends Error {
  /**
   * @param {string} sentence
   * @param {string} remedy
   * @param {string} [log] the tail of what the failing program printed
   */
  constructor(sentence, remedy, log = '') {
    super(sentence)
    this.remedy = remedy
    this.log = log
  }
}

/** Prints a problem as one sentence, its remedy and, where there is one, the tail of the log. */
export const explain = (problem) => {
  if (!(problem instanceof SetupProblem)) throw problem
  if (problem.log !== '') process.stderr.write(`${problem.log}\n`)
  say(problem.message)
  say(problem.remedy)
}

/**
 * Runs a step with a line before and after it, and a sign of life every ten seconds.
 * @template T
 * @param {string} what e.g. "installing packages"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const step = async (what, work) => {
  const from = Date.now()
  const seconds = () => Math.round((Date.now() - from) / 1000)
  say(`${what} …`)
  const timer = setInterval(() => say(`… ${seconds()} s`), 10_000)
  try {
    const result = await work()
    say(`done in ${seconds()} s`)
    return result
  } finally {
    clearInterval(timer)
  }
}
