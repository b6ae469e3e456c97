import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readPrompt } from '#main/prompt/read-prompt.ts'
import { findFaults, type PromptCase } from './score-prompt.ts'

const CASES = JSON.parse(readFileSync(new URL('./prompts.json', import.meta.url), 'utf8')) as PromptCase[]
const REQUIRED_SHARE = 0.95

describe('the prompt test set', () => {
  it('holds at least 120 different prompts', () => {
    expect(new Set(CASES.map((one) => one.prompt)).size).toBeGreaterThanOrEqual(120)
  })

  it('is obeyed in at least 95 of 100 prompts', () => {
    const faults = CASES.map((one) => ({ prompt: one.prompt, faults: findFaults(readPrompt(one.prompt), one) })).filter(
      (one) => one.faults.length > 0,
    )
    const share = 1 - faults.length / CASES.length
    console.info(`prompts obeyed: ${CASES.length - faults.length} of ${CASES.length} (${(100 * share).toFixed(1)} %)`)
    for (const { prompt, faults: list } of faults) console.info(`  "${prompt}": ${list.join(', ')}`)
    expect(share).toBeGreaterThanOrEqual(REQUIRED_SHARE)
  })
})
