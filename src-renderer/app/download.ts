import { assetPath } from '#contract/api.ts'

/** Lets the browser (or the desktop window) store what the engine wrote. */
export const download = (saved: { assetId: string; fileName: string } | undefined): void => {
  if (saved === undefined) return
  const link = document.createElement('a')
  link.href = `${assetPath(saved.assetId)}?download=${encodeURIComponent(saved.fileName)}`
  link.download = saved.fileName
  link.click()
}
