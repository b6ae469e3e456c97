/** Is the key meant for a text field or a dialog? */
export const isWriting = (event: KeyboardEvent): boolean =>
  event.target instanceof Element && event.target.closest('input:not([type=range]), textarea, select, dialog') !== null

/** A key's action, and nothing else that the browser would do with it. */
export const quietly =
  (action: () => void) =>
  (event: KeyboardEvent): void => {
    event.preventDefault()
    action()
  }
