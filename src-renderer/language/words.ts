import { m } from './messages.ts'

type Messages = typeof m
/** The messages that take nothing in; found out once, since asking each prefix anew is too much for the compiler. */
type PlainKey = { readonly [K in keyof Messages]: undefined extends Parameters<Messages[K]>[0] ? K : never }[keyof Messages]

/** Those right below a prefix, by the rest of their keys. */
type Plain<P extends string> = {
  readonly [K in PlainKey as K extends `${P}.${infer Rest}` ? (Rest extends `${string}.${string}` ? never : Rest) : never]: string
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
