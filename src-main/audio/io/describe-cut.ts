/**
 * Part of a sentence about a recording whose end is missing, with as many digits as it takes to tell the two lengths apart.
 *
 * @param foundSeconds     what is there
 * @param promisedSeconds  what the file's header says
 */
export const describeCut = (foundSeconds: number, promisedSeconds: number): string => {
  const digits = [1, 2].find((count) => foundSeconds.toFixed(count) !== promisedSeconds.toFixed(count)) ?? 3
  return `only ${foundSeconds.toFixed(digits)} of its ${promisedSeconds.toFixed(digits)} seconds can be read`
}
