/** In the context: a function from a command to its key as tooltips show it. */
export const KEY_OF_COMMAND = Symbol('key of a command')
