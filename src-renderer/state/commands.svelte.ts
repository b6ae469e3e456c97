import { createKeybindingsHandler } from 'tinykeys'
import { COMMAND_GROUPS, COMMAND_IDS, COMMANDS, type CommandId } from './command-list.ts'
import type { Preferences } from './preferences.svelte.ts'

type Action = (event?: KeyboardEvent) => unknown
export type Actions = Readonly<Partial<Record<CommandId, Action>>>

/** Is the key meant for a text field or a dialog? */
const isWriting = (event: KeyboardEvent): boolean =>
  event.target instanceof Element && event.target.closest('input:not([type=range], [type=checkbox]), textarea, select, dialog') !== null
/** A control has the space bar and Enter to itself. */
const isOnControl = (event: KeyboardEvent): boolean =>
  event.target instanceof Element && event.target.closest('button, a, summary, input, [role=slider]') !== null

interface Offer {
  readonly actions: Actions
  readonly hasKeys: boolean
}

/** Commands: who carries them out at the moment, by which keys, and which keys the person has chosen. */
export class Commands {
  readonly #preferences: Preferences
  #offers = $state.raw<readonly Offer[]>([])
  /** The same, unseen by effects: at its end an effect would read the offers as they were before those that came with it. */
  #all: readonly Offer[] = []
  /** What can be done here and now, in the order of the list. */
  readonly available = $derived(
    COMMAND_IDS.filter((id) => id !== 'palette' && !this.#needsKey(id) && this.#offers.some(({ actions }) => actions[id])),
  )

  constructor(preferences: Preferences) {
    this.#preferences = preferences
  }

  /** The keys of a command as they are now, the one that is shown first. */
  keysOf(id: CommandId): readonly string[] {
    const chosen = this.#preferences.settings.keys[id]
    if (chosen === undefined || this.isFixed(id)) return COMMANDS[id].keys
    return chosen === '' ? [] : [chosen]
  }

  isFixed(id: CommandId): boolean {
    return 'isFixed' in COMMANDS[id]
  }

  isChanged(id: CommandId): boolean {
    return this.#preferences.settings.keys[id] !== undefined
  }

  get hasChanges(): boolean {
    return COMMAND_IDS.some((id) => this.isChanged(id))
  }

  /** The command that has that key already where both would be heard. */
  findConflict(id: CommandId, key: string): CommandId | undefined {
    const places = placesOf(id)
    return COMMAND_IDS.find((other) => {
      if (other === id || !this.keysOf(other).some((taken) => isSameKey(taken, key))) return false
      const theirs = placesOf(other)
      return places.includes('everywhere') || theirs.includes('everywhere') || theirs.some((place) => places.includes(place))
    })
  }

  /** Gives a command a key, and takes it from whoever had it there; '' leaves it without one. */
  setKey(id: CommandId, key: string): void {
    const keys = { ...this.#preferences.settings.keys }
    const robbed = key === '' ? undefined : this.findConflict(id, key)
    if (robbed !== undefined) keys[robbed] = ''
    if (COMMANDS[id].keys[0] === key) delete keys[id]
    else keys[id] = key
    void this.#preferences.change({ keys })
  }

  /** Back to the usual key, of one command or of all. */
  reset(id?: CommandId): void {
    const { keys } = this.#preferences.settings
    void this.#preferences.change({
      keys: id === undefined ? {} : Object.fromEntries(Object.entries(keys).filter(([name]) => name !== id)),
    })
  }

  /**
   * Says who carries commands out, until the function that is returned is called; of two, the one that came later. Give it to
   * $effect. Without keys they are in the palette alone, since a part of the page hears their keys itself.
   */
  offer(actions: Actions, hasKeys = true): () => void {
    const offer = { actions, hasKeys }
    this.#show([...this.#all, offer])
    return () => this.#show(this.#all.filter((other) => other !== offer))
  }

  #show(offers: readonly Offer[]): void {
    this.#all = offers
    this.#offers = offers
  }

  run(id: CommandId): void {
    void this.#offers.findLast(({ actions }) => actions[id])?.actions[id]?.()
  }

  /** A handler for these commands by the keys of the moment; what it takes is not heard by anybody else. */
  createHandler(actions: Actions): (event: KeyboardEvent) => void {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {}
    for (const id of COMMAND_IDS) {
      const action = actions[id]
      if (action === undefined) continue
      for (const key of this.keysOf(id)) {
        bindings[key] = (event) => {
          if (event.defaultPrevented || ((key === 'Space' || key === 'Enter') && isOnControl(event))) return
          event.preventDefault()
          event.stopPropagation()
          void action(event)
        }
      }
    }
    return createKeybindingsHandler(bindings, { ignore: () => false })
  }

  readonly #handlers = $derived(this.#offers.filter(({ hasKeys }) => hasKeys).map(({ actions }) => this.createHandler(actions)).reverse()) // prettier-ignore
  readonly #inFields = $derived(this.createHandler({ palette: () => this.run('palette') }))

  /** For the window's keys. */
  readonly handleKeys = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return
    // The palette opens from a text field too, but not over a dialog.
    if (event.target instanceof Element && event.target.closest('dialog') !== null) return
    if (isWriting(event)) return this.#inFields(event)
    for (const handle of this.#handlers) {
      handle(event)
      if (event.defaultPrevented) return
    }
  }

  /** Digits say which take: not to be had without the key. */
  #needsKey(id: CommandId): boolean {
    return id === 'listenTo'
  }
}

const placesOf = (id: CommandId): readonly string[] => COMMAND_GROUPS[COMMANDS[id].group]

/** "Shift+R" and "shift+r" are one key; "[Shift]+?" is "?" with Shift or without. */
const isSameKey = (a: string, b: string): boolean => {
  const level = (key: string): string => key.replace('[Shift]+', '').toLowerCase()
  return level(a) === level(b)
}

/** A key that was pressed, as a binding; null for a modifier alone. */
export const toBinding = (event: KeyboardEvent): string | null => {
  if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'Dead', 'CapsLock'].includes(event.key)) return null
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform)
  const isCommand = isMac ? event.metaKey : event.ctrlKey
  const isLetter = /^\p{L}$/u.test(event.key)
  const isSign = event.key.length === 1 && !isLetter && event.key !== ' '
  const key =
    event.key === ' ' ? 'Space' : isSign && /[+()[\]]/.test(event.key) ? event.code : isLetter ? event.key.toLowerCase() : event.key
  // A sign that takes Shift on this keyboard does not on another.
  const shift = !event.shiftKey ? [] : isSign && key !== event.code ? ['[Shift]'] : ['Shift']
  return [
    ...(isCommand ? ['$mod'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...shift,
    isLetter && event.shiftKey ? key.toUpperCase() : key,
  ].join('+')
}
