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
    const judged = CASES.map((one) => ({ ...one, faults: findFaults(readPrompt(one.prompt), one) }))
    const obeyed = (cases: typeof judged): number => cases.filter((one) => one.faults.length === 0).length
    const heldOut = judged.filter((one) => one.isHeldOut === true)
    console.info(`prompts obeyed: ${obeyed(judged)} of ${judged.length}; of the held-out ones ${obeyed(heldOut)} of ${heldOut.length}`)
    for (const { prompt, faults } of judged) if (faults.length > 0) console.info(`  "${prompt}": ${faults.join(', ')}`)
    expect(obeyed(judged) / judged.length).toBeGreaterThanOrEqual(REQUIRED_SHARE)
  })
})
