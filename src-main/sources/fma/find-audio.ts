import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { peekFolder } from '../folder/walk-files.ts'

const isThousand = (name: string): boolean => /^\d{3}$/.test(name)

export interface FmaAudio {
  readonly path: string
  readonly bytes: number
  /** Clips of 30 s from the middle, as in the small, medium and large subsets. */
  readonly isClip: boolean
}

/** Finds tracks in `000/000002.mp3` below the folder itself or its fma_small, fma_medium, fma_large, fma_full. */
export const createAudioFinder = async (dirs: readonly string[]): Promise<(trackId: number) => Promise<FmaAudio | undefined>> => {
  const roots: { path: string; isClip: boolean; thousands: Set<string>; listed?: string; files: Set<string> }[] = []
  for (const dir of dirs) {
    for (const name of ['', 'fma_full', 'fma_large', 'fma_medium', 'fma_small', 'audio']) {
      const path = join(dir, name)
      const thousands = new Set((await peekFolder(path)).folders.filter(isThousand))
      const isClip = !/fma_full[/\\]?$/.test(path)
      if (thousands.size > 0 && roots.every((root) => root.path !== path)) roots.push({ path, isClip, thousands, files: new Set() })
    }
  }
  return async (trackId) => {
    const name = String(trackId).padStart(6, '0')
    const thousand = name.slice(0, -3)
    for (const root of roots) {
      if (!root.thousands.has(thousand)) continue
      const folder = join(root.path, thousand)
      if (root.listed !== thousand) {
        root.files = new Set((await peekFolder(folder)).files)
        root.listed = thousand
      }
      if (!root.files.has(`${name}.mp3`)) continue
      const path = join(folder, `${name}.mp3`)
      const facts = await stat(path).catch(() => undefined)
      return { path, bytes: facts?.size ?? 0, isClip: root.isClip }
    }
    return undefined
  }
}
