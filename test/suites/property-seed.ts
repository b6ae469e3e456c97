import fc from 'fast-check'

/** The same cases on every run, so that a change breaks the tests and not the day; FAST_CHECK_SEED explores others. */
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20261122) })
