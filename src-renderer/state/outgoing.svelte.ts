import { assetPath } from '#contract/api.ts'
import type { OutgoingFile } from '#contract/desktop-bridge.ts'
import type { Client } from '#renderer/client/client.ts'
import type { Notices } from './notices.svelte.ts'
import { outgoingWords as words } from './strings.ts'

type Make = () => Promise<OutgoingFile | undefined>

const MEDIA_TYPE = 'audio/wav'
const MOST_READY = 64

/**
 * Files on their way to other programs. A drag of the system needs its file at the moment it begins, so files are made as soon as
 * the pointer comes near. In a browser, which hands over no files, dragging and saving are downloads.
 */
export class Outgoing {
  readonly isDesktop: boolean
  #ready = new Map<string, OutgoingFile>()
  #making = new Map<string, Promise<OutgoingFile | undefined>>()
  readonly #client: Client
  readonly #notices: Notices

  constructor(client: Client, notices: Notices) {
    this.#client = client
    this.#notices = notices
    this.isDesktop = client.files !== undefined
  }

  /** Has a file made and kept; `key` says what it holds, so that the same is made once. */
  prepare(key: string, make: Make): Promise<OutgoingFile | undefined> {
    const ready = this.#ready.get(key)
    if (ready !== undefined) return Promise.resolve(ready)
    const making =
      this.#making.get(key) ??
      make().then((file) => {
        this.#making.delete(key)
        if (file !== undefined) this.#ready.set(key, file)
        const oldest = this.#ready.keys().next().value
        if (this.#ready.size > MOST_READY && oldest !== undefined) this.#ready.delete(oldest)
        return file
      })
    this.#making.set(key, making)
    return making
  }

  /** Hands a drag that just began over to the system. */
  drag(event: DragEvent, key: string): void {
    const file = this.#ready.get(key)
    const { files } = this.#client
    if (file === undefined) {
      event.preventDefault()
      this.#notices.add('info', words.oneMoment)
      return
    }
    if (files !== undefined) {
      event.preventDefault()
      files.startDrag([{ ...file }])
      return
    }
    const address = `${location.origin}${assetPath(file.assetId)}?download=${encodeURIComponent(file.fileName)}`
    event.dataTransfer?.setData('DownloadURL', `${MEDIA_TYPE}:${file.fileName}:${address}`)
  }

  /** Puts a file into the folder for exports. */
  async toFolder({ assetId, fileName }: OutgoingFile): Promise<void> {
    try {
      const { path } = await this.#client.api.exports.toFolder({ assetId, fileName })
      this.#notices.add('info', words.savedAs, path)
    } catch (thrown) {
      this.#notices.fail(thrown)
    }
  }

  async copyPath(make: Promise<OutgoingFile | undefined>): Promise<void> {
    const path = await this.#act('copyPath', make)
    if (path !== null) this.#notices.add('info', words.pathCopied, path)
  }

  async reveal(make: Promise<OutgoingFile | undefined>): Promise<void> {
    await this.#act('reveal', make)
  }

  async saveAs(make: Promise<OutgoingFile | undefined>): Promise<void> {
    const path = await this.#act('saveAs', make)
    if (path !== null) this.#notices.add('info', words.savedAs, path)
  }

  async #act(action: 'copyPath' | 'reveal' | 'saveAs', make: Promise<OutgoingFile | undefined>): Promise<string | null> {
    const file = await make
    const { files } = this.#client
    if (file === undefined || files === undefined) return null
    try {
      return await files[action]({ assetId: file.assetId, fileName: file.fileName })
    } catch (thrown) {
      this.#notices.fail(thrown)
      return null
    }
  }
}
