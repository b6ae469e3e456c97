import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sentenceEncoderPath } from '#main/networks/mulan/vocabulary.ts'
import { readPromptTokens } from './prompt-tokens.ts'

describe.skipIf(!existsSync(sentenceEncoderPath()))('the tokens of a prompt', () => {
  it('are whole words where they are common, and pieces where they are not', () => {
    const { tokens, limit } = readPromptTokens('Solo violin, spiccato')
    expect(limit).toBe(254)
    expect(tokens.map(({ text }) => text).join('')).toBe('soloviolin,spiccato')
    expect(tokens[0]).toMatchObject({ text: 'solo', isContinued: false })
    expect(tokens.filter(({ isContinued }) => isContinued).length).toBeGreaterThan(0)
    expect(readPromptTokens('').tokens).toEqual([])
  })
})
