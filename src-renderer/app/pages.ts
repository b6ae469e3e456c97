import type { Component } from 'svelte'
import CoveragePage from '#renderer/features/coverage/CoveragePage.svelte'
import DatasetsPage from '#renderer/features/datasets/DatasetsPage.svelte'
import EvaluationPage from '#renderer/features/evaluation/EvaluationPage.svelte'
import LibraryPage from '#renderer/features/recordings/LibraryPage.svelte'
import SourcesPage from '#renderer/features/sources/SourcesPage.svelte'
import OvernightPage from '#renderer/features/overnight/OvernightPage.svelte'
import TimelinePage from '#renderer/features/timeline/TimelinePage.svelte'
import type { IconName } from '#renderer/ui/icon-paths.ts'
import type { PageProps } from './page-props.ts'
import StudioPage from './StudioPage.svelte'
import type { appWords as words } from './strings.ts'

interface PageEntry {
  /** Its name is `app.pages.<id>` among the messages. */
  readonly id: keyof typeof words.pages
  readonly icon: IconName
  readonly component: Component<PageProps>
}

/** The pages in the order of the rail. One line makes a page reachable: by its button, by arrows in the rail, by its command. */
export const PAGES: readonly PageEntry[] = [
  { id: 'studio', icon: 'violin', component: StudioPage },
  { id: 'arrangement', icon: 'timeline', component: TimelinePage },
  { id: 'library', icon: 'library', component: LibraryPage },
  { id: 'datasets', icon: 'list', component: DatasetsPage },
  { id: 'sources', icon: 'open', component: SourcesPage },
  { id: 'coverage', icon: 'grid', component: CoveragePage },
  { id: 'overnight', icon: 'overnight', component: OvernightPage },
  { id: 'measure', icon: 'measure', component: EvaluationPage },
]
