/** "slow, practice" as tags. */
export const readTags = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim().slice(0, 60))
      .filter(Boolean),
  ),
]
