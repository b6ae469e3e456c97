import { flushSync } from 'svelte'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { chooseLanguage } from '#renderer/language/locale.svelte.ts'
import { createFakeClient } from '#test/app/fake-engine/fake-client.ts'
import { COMMAND_IDS } from './command-list.ts'
import { nameCommand, showKey } from './command-names.ts'
import { Commands, toBinding } from './commands.svelte.ts'
import { Notices } from './notices.svelte.ts'
import { Preferences } from './preferences.svelte.ts'

const create = (): { commands: Commands; preferences: Preferences } => {
  const { client } = createFakeClient({ 'settings.set': (changes: object) => ({ ...preferences.settings, ...changes }) })
  const preferences = new Preferences(client, new Notices())
  return { commands: new Commands(preferences), preferences }
}
/** Node has no keyboard; what the handler and tinykeys read of an event is this. */
const keyEvent = (key: string, init: Partial<KeyboardEvent> = {}): KeyboardEvent => {
  const held = { Shift: init.shiftKey, Control: init.ctrlKey, Alt: init.altKey } as Record<string, boolean | undefined>
  const event = {
    key,
    code: key,
    target: null,
    defaultPrevented: false,
    preventDefault: () => Object.assign(event, { defaultPrevented: true }),
    stopPropagation: () => undefined,
    getModifierState: (name: string) => held[name] === true,
    ...init,
  }
  return event as unknown as KeyboardEvent
}
const press = (commands: Commands, key: string, init?: Partial<KeyboardEvent>): boolean => {
  const event = keyEvent(key, init)
  commands.handleKeys(event)
  return event.defaultPrevented
}
beforeAll(() => void vi.stubGlobal('Element', class {}))
afterAll(() => void vi.unstubAllGlobals())

describe('commands', () => {
  it('have a name each, in both languages, and no two of them meet under one key', () => {
    const { commands } = create()
    for (const language of ['en', 'de'] as const) {
      chooseLanguage(language)
      for (const id of COMMAND_IDS) expect(nameCommand(id), id).toMatch(/\p{L}{2}/u)
    }
    chooseLanguage('en')
    for (const id of COMMAND_IDS) {
      for (const key of commands.keysOf(id)) expect(commands.findConflict(id, key), `${id} ${key}`).toBeUndefined()
    }
  })

  it('are carried out by whoever offered last, by key and by name', () => {
    const { commands } = create()
    const [first, second] = [vi.fn(), vi.fn()]
    const withdrawFirst = commands.offer({ favourite: first })
    const withdraw = commands.offer({ favourite: second })
    flushSync()
    expect(press(commands, 'f')).toBe(true)
    commands.run('favourite')
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 2])
    withdraw()
    expect(press(commands, 'f')).toBe(true)
    expect(first).toHaveBeenCalledOnce()
    withdrawFirst()
    expect(press(commands, 'f')).toBe(false)
    expect(commands.available).toEqual([])
  })

  it('take other keys, say whose key it was, and go back to the usual ones', () => {
    const { commands } = create()
    const act = vi.fn()
    commands.offer({ favourite: act })
    expect(commands.findConflict('favourite', 'x')).toBe('compare')
    expect(commands.findConflict('favourite', 's')).toBeUndefined()
    commands.setKey('favourite', 'x')
    flushSync()
    expect([commands.keysOf('favourite'), commands.keysOf('compare')]).toEqual([['x'], []])
    expect(press(commands, 'f')).toBe(false)
    expect(press(commands, 'x')).toBe(true)
    expect(act).toHaveBeenCalledOnce()
    commands.setKey('favourite', '$mod+Shift+L')
    expect(showKey(commands, 'favourite')).toBe('Ctrl Shift L')
    chooseLanguage('de')
    expect(showKey(commands, 'favourite')).toBe('Strg Umschalt L')
    chooseLanguage('en')
    commands.reset('favourite')
    expect(commands.keysOf('favourite')).toEqual(['f'])
    expect(commands.hasChanges).toBe(true)
    commands.reset()
    expect([commands.hasChanges, commands.keysOf('compare')]).toEqual([false, ['x']])
  })

  it('read a pressed key as it is written down', () => {
    const read = (key: string, init?: Partial<KeyboardEvent>): string | null => toBinding(keyEvent(key, init))
    expect(read('k', { ctrlKey: true })).toBe('$mod+k')
    expect(read('R', { shiftKey: true })).toBe('Shift+R')
    expect(read('?', { shiftKey: true, code: 'Slash' })).toBe('[Shift]+?')
    expect(read(' ')).toBe('Space')
    expect(read('+', { code: 'NumpadAdd' })).toBe('NumpadAdd')
    expect(read('Control', { ctrlKey: true })).toBeNull()
  })
})
