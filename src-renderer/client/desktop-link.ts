import { ApiError } from '#contract/api-error.ts'
import { METHODS, type Api, type MethodName } from '#contract/api.ts'
import { BRIDGE_NAME, type DesktopBridge } from '#contract/desktop-bridge.ts'
import type { Link } from './client.ts'

/** The functions of the desktop window's preload, where the page runs in one. */
export const findDesktopBridge = (): DesktopBridge | undefined => (globalThis as { [BRIDGE_NAME]?: DesktopBridge })[BRIDGE_NAME]

/** A link over the desktop window's preload. */
export const openDesktopLink = async (bridge: DesktopBridge): Promise<Link> => {
  await bridge.ready()
  const call = async (method: MethodName, input: unknown): Promise<unknown> => {
    const outcome = await bridge.call(method, input)
    if ('error' in outcome) throw new ApiError(outcome.error)
    return outcome.output
  }
  const api: Record<string, Record<string, (input: unknown) => Promise<unknown>>> = {}
  for (const method of Object.keys(METHODS) as MethodName[]) {
    const [namespace = '', name = ''] = method.split('.')
    const methods = (api[namespace] ??= {})
    methods[name] = (input) => call(method, input)
  }
  return {
    api: api as unknown as Api,
    on: (event, listener) => bridge.on(event, listener),
    onClose: (listener) => bridge.onClose(listener),
  }
}
