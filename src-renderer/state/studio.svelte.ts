import type { MethodOutput } from '#contract/api.ts'
import type { Client } from '#renderer/client/client.ts'
import { Arrangement } from './arrangement.svelte.ts'
import { Commands } from './commands.svelte.ts'
import { Coverage } from './coverage.svelte.ts'
import { Datasets } from './datasets.svelte.ts'
import { describeFailure } from './describe-failure.ts'
import { Evaluations } from './evaluations.svelte.ts'
import { Imports } from './imports.svelte.ts'
import { Library } from './library.svelte.ts'
import { NoteEditor } from './note-editor.svelte.ts'
import { Notices } from './notices.svelte.ts'
import { Outgoing } from './outgoing.svelte.ts'
import { OpenRecording } from './open-recording.svelte.ts'
import { Preferences } from './preferences.svelte.ts'
import { Overnight } from './overnight.svelte.ts'
import { PromptDraft } from './prompt-draft.svelte.ts'
import { Recordings } from './recordings.svelte.ts'
import { Sources } from './sources.svelte.ts'
import { TakeChanges } from './take-changes.svelte.ts'

/** Everything the screens show, wired together once. */
export class Studio {
  readonly notices = new Notices()
  readonly preferences: Preferences
  readonly commands: Commands
  readonly editor: NoteEditor
  readonly draft: PromptDraft
  readonly library: Library
  readonly changes: TakeChanges
  readonly evaluations: Evaluations
  readonly arrangement: Arrangement
  readonly outgoing: Outgoing
  readonly datasets: Datasets
  readonly sources: Sources
  readonly coverage: Coverage
  readonly recordings: Recordings
  readonly openRecording: OpenRecording
  readonly imports: Imports
  readonly overnight: Overnight
  isConnected = $state(true)
  /** The page where a file that was opened from outside is to be seen; the last one. */
  openedPage = $state<'arrangement' | 'overnight'>()
  readonly #client: Client
  #hearsFiles = false

  constructor(client: Client) {
    this.#client = client
    this.preferences = new Preferences(client, this.notices)
    this.commands = new Commands(this.preferences)
    this.overnight = new Overnight(client, this.notices, this.preferences)
    this.editor = new NoteEditor(client, this.notices)
    this.draft = new PromptDraft(client, this.notices)
    this.datasets = new Datasets(client, this.notices)
    this.sources = new Sources(client, this.notices)
    this.coverage = new Coverage(client, this.notices)
    this.evaluations = new Evaluations(client, this.notices)
    this.recordings = new Recordings(client, this.notices)
    this.openRecording = new OpenRecording(client, this.notices)
    this.imports = new Imports(client, this.notices, client.pathOf)
    this.outgoing = new Outgoing(client, this.notices)
    this.arrangement = new Arrangement({ client, notices: this.notices, preferences: this.preferences })
    this.library = new Library({ client, notices: this.notices, preferences: this.preferences, editor: this.editor, draft: this.draft })
    this.changes = new TakeChanges({ client, library: this.library, preferences: this.preferences })
    client.on('library.changed', ({ kinds }) => {
      if (kinds.includes('settings')) void this.#load(() => this.preferences.load())
    })
    client.onConnection((isOpen) => {
      this.isConnected = isOpen
      if (isOpen && !this.#hearsFiles) {
        this.#hearsFiles = true
        client.onOpenFile?.(({ fileName, bytes }) => void this.#openFromOutside(new File([bytes], fileName)))
      }
      if (isOpen) void this.#load(() => Promise.all([this.preferences.load(), this.library.load()]))
    })
  }

  /** A folder of this computer, for choosing in it; the trouble in words where it cannot be read. */
  readonly listFolder = async (path: string): Promise<MethodOutput<'system.folder'> | { problem: string }> => {
    try {
      return await this.#client.api.system.folder({ path })
    } catch (thrown) {
      const { message, remedy } = describeFailure(thrown)
      return { problem: `${message} ${remedy}` }
    }
  }

  /** An arrangement or a voice that the person opened with the program. */
  async #openFromOutside(file: File): Promise<void> {
    this.openedPage = undefined
    if (file.name.toLowerCase().endsWith('.fiddlehead-voice')) {
      this.openedPage = 'overnight'
      await this.overnight.importVoice(file)
      return
    }
    await this.arrangement.bringIn(file)
    this.openedPage = 'arrangement'
  }

  async #load(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.notices.fail(thrown)
    }
  }
}
