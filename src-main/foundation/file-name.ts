/** What every system takes in a file's name: nothing that leads out of the folder, no reserved characters, no leading or trailing dot. */
export const stripFileName = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, '-')
    .replace(/^[.\s]+|[.\s]+$/g, '')
