import type { Component } from 'svelte'
import EvaluationPage from '#renderer/features/evaluation/EvaluationPage.svelte'
import LibraryPage from '#renderer/features/recordings/LibraryPage.svelte'
import TimelinePage from '#renderer/features/timeline/TimelinePage.svelte'
import type { IconName } from '#renderer/ui/icon-paths.ts'
import type { PageProps } from './page-props.ts'
import StudioPage from './StudioPage.svelte'
import type { appWords as words } from './strings.ts'

interface PageEntry {
  /** Its name is `app.pages.<id>` among the messages. */
  readonly id: keyof typeof words.pages
  readonly icon: IconName
  /** The key that opens it from the studio page. */
  readonly key?: string
  readonly component: Component<PageProps>
}

/** The pages in the order of the rail. One line makes a page reachable: by its button, by arrows in the rail, by its key. */
export const PAGES: readonly PageEntry[] = [
  { id: 'studio', icon: 'violin', component: StudioPage },
  { id: 'arrangement', icon: 'timeline', key: 't', component: TimelinePage },
  { id: 'library', icon: 'library', key: 'l', component: LibraryPage },
  { id: 'measure', icon: 'measure', component: EvaluationPage },
]
