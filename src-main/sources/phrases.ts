/** Lower case without accents. */
export const foldText = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** "no violin", "without any violins", "not a fiddle": named only to say that it is absent. */
const DENIAL = '(?<!\\b(?:no|not|without|never)\\s(?:(?:a|an|any|the)\\s)?)'

/** Finds a phrase in folded text as whole words, singular or plural, where it is not denied. */
export const createPhraseFinder = (phrase: string): ((folded: string) => boolean) => {
  const words = foldText(phrase)
    .split(/[^\p{L}\p{N}#&]+/u)
    .filter((word) => word !== '')
  if (words.length === 0) return () => false
  const pattern = words.map((word) => `${escape(word.replace(/(?<=.{3})s$/, ''))}s?`).join('[^\\p{L}\\p{N}]+')
  const expression = new RegExp(`${DENIAL}(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`, 'u')
  return (folded) => expression.test(folded)
}
