import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeViolation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/**
 * Drawings that say nothing to those who do not see them: a canvas or a large picture needs a name and a role of its own, stands in
 * something that has both, or is hidden with a list, a table or sliders beside it.
 */
const findMuteDrawings = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const spoken = '[role=listbox], [role=slider], [role=grid], [role=img][aria-label], [role=meter], table, ul, ol'
    const named = 'button, [role=slider], [role=img], [role=group], [role=listbox], [role=meter]'
    const isNamed = (element: Element | null | undefined): boolean =>
      element !== null &&
      element !== undefined &&
      ((element.getAttribute('aria-label') ?? '').trim() !== '' ||
        (element.getAttribute('aria-labelledby') ?? '') !== '' ||
        (element instanceof HTMLButtonElement && element.innerText.trim() !== ''))
    return [...document.querySelectorAll('canvas, svg')].flatMap((drawing) => {
      const { width, height } = drawing.getBoundingClientRect()
      if (width < (drawing instanceof HTMLCanvasElement ? 1 : 70) || height < 14) return []
      if (drawing.getAttribute('aria-hidden') !== 'true')
        return isNamed(drawing) ? [] : [`mute drawing: ${drawing.outerHTML.slice(0, 160)}`]
      if (isNamed(drawing.closest(named))) return []
      const beside = [drawing.parentElement, drawing.parentElement?.parentElement].some((near) => near?.querySelector(spoken) != null)
      const isDecoration = drawing.closest('[data-decoration]') !== null
      return beside || isDecoration ? [] : [`drawing without a list: ${drawing.parentElement?.outerHTML.slice(0, 160) ?? ''}`]
    })
  })

/** What axe finds serious or worse on the page as it stands, and drawings that say nothing; one line each. */
export const findSeriousProblems = async (page: Page): Promise<string[]> => {
  await page.evaluate(AXE)
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } }
    return (await axe.run()).violations
  })
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`))
  return [...serious, ...(await findMuteDrawings(page))]
}
