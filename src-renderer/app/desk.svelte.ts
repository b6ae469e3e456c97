/** Which page, dialog and side list are shown: what belongs to no screen. */
export class Desk {
  /** Id of a page in `pages.ts`. */
  page = $state('studio')
  dialog = $state<'settings' | 'keys' | 'help' | 'palette' | 'type' | 'compose' | null>(null)
  /** On the studio page: is the recorder open instead of the melody? */
  isRecordOpen = $state(false)
  /** In narrow windows: are the melodies shown? */
  isMenuOpen = $state(false)

  show(page: string): void {
    this.page = page
    this.isRecordOpen = false
    this.isMenuOpen = false
  }

  record(): void {
    this.show('studio')
    this.isRecordOpen = true
  }

  type(): void {
    this.isMenuOpen = false
    this.dialog = 'type'
  }
}
