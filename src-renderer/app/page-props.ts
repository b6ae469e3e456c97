import type { ArrangementPlayer } from '#renderer/playback/arrangement-player.svelte.ts'
import type { Transport } from '#renderer/playback/transport.svelte.ts'
import type { Studio } from '#renderer/state/studio.svelte.ts'
import type { Desk } from './desk.svelte.ts'

/** What every page is given; each takes what it needs. */
export interface PageProps {
  studio: Studio
  transport: Transport
  player: ArrangementPlayer
  desk: Desk
  /** Back to the studio page. */
  onclose: () => void
  onkeys: () => void
  onpage: (id: string) => void
  onopenfile: () => void
  ondownload: (saved: { assetId: string; fileName: string } | undefined) => void
}
