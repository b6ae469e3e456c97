import { m } from './messages.ts'

type Messages = typeof m

/** The messages right below a prefix that take nothing in, by the rest of their keys. */
type Plain<P extends string> = {
  readonly [
    K in keyof Messages as K extends `${P}.${infer Rest}`
      ? Rest extends `${string}.${string}`
        ? never
        : undefined extends Parameters<Messages[K]>[0]
          ? Rest
          : never
      : never
  ]: string
}

const plain = m as unknown as Readonly<Record<string, () => string>>
const keys = Object.keys(m)

/**
 * The words of one feature: every message `<prefix>.<name>` as a property that reads it in the language of the moment, and beside
 * them the functions given, for messages that take something in.
 */
export const wordsOf = <P extends string, F extends object = object>(prefix: P, functions?: F): F & Omit<Plain<P>, keyof F> => {
  const words = Object.create(null, functions === undefined ? {} : Object.getOwnPropertyDescriptors(functions)) as F &
    Omit<Plain<P>, keyof F>
  for (const key of keys) {
    if (!key.startsWith(`${prefix}.`)) continue
    const name = key.slice(prefix.length + 1)
    if (!name.includes('.') && !(name in words)) Object.defineProperty(words, name, { get: () => plain[key]?.(), enumerable: true })
  }
  return words
}
