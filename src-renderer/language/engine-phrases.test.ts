import { afterEach, describe, expect, it } from 'vitest'
import { describeError, ERROR_CATALOGUE, type ErrorCode } from '#contract/errors.ts'
import { readPrompt } from '#main/prompt/read-prompt.ts'
import { sayError, sayPhrase } from './engine-phrases.ts'
import { GERMAN_ERRORS } from './german-errors.ts'
import { chooseLanguage } from './locale.svelte.ts'

const placeholdersOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()
const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[]

describe('what the engine says, in German', () => {
  afterEach(() => chooseLanguage('en'))

  it.each(CODES)('%s has both sentences, with the same placeholders', (code) => {
    const { message, remedy } = ERROR_CATALOGUE[code]
    const german = GERMAN_ERRORS[code]
    expect(german).toBeDefined()
    expect(placeholdersOf(german?.[0] ?? '')).toEqual(placeholdersOf(message))
    expect(placeholdersOf(german?.[1] ?? '')).toEqual(placeholdersOf(remedy))
  })

  it('finds the details of an error that was filled in in English', () => {
    const english = { code: 'AUDIO_CORRUPT', ...describeError('AUDIO_CORRUPT', { path: 'hum.wav', reason: 'it is cut off' }) }
    expect(sayError(english).message).toBe(english.message)
    chooseLanguage('de')
    expect(sayError(english).message).toBe('„hum.wav“ ist beschädigt: sie ist abgeschnitten.')
  })

  it('says every effect of the words it is shown', () => {
    chooseLanguage('de')
    const prompts = [
      'tender, slow vibrato, growing louder towards the end, no vibrato at the start',
      'dark and soft, then bright and loud, wide fast vibrato in the middle',
      'swelling and receding, an octave higher, slower, harder attacks',
      'fading away, two octaves lower, at half tempo, gentle attacks, fade in from silence',
    ]
    for (const { effect, lane } of prompts.flatMap((text) => readPrompt(text).moves)) {
      const said = sayPhrase(effect)
      expect(said, `${lane}: ${effect}`).not.toMatch(
        /\b(softer|louder|vibrato depth|vibrato rate|dynamics|attack|brightness|darker|brighter|octaves?|grows|fades|start|end|middle|usual)\b/,
      )
    }
  })
})
