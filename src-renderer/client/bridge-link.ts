import { ApiError, isErrorCode } from '#contract/api-error.ts'
import { METHODS, type MethodName, type PushEvents } from '#contract/api.ts'
import { BRIDGE_NAME, type DesktopBridge } from '#contract/desktop-bridge.ts'
import type { Link } from './client.ts'

/** The bridge of the desktop window, where there is one. */
export const findBridge = (): DesktopBridge | undefined => (globalThis as { [BRIDGE_NAME]?: DesktopBridge })[BRIDGE_NAME]

/** A link over the desktop window's bridge. Ready as soon as the shell has handed over a port. */
export const openBridgeLink = async (bridge: DesktopBridge): Promise<Link> => {
  await bridge.ready()
  const api: Record<string, Record<string, (input: unknown) => Promise<unknown>>> = {}
  for (const method of Object.keys(METHODS) as MethodName[]) {
    const [namespace = '', name = ''] = method.split('.')
    ;(api[namespace] ??= {})[name] = async (input) => {
      const outcome = await bridge.call(method, input)
      if (!('error' in outcome)) return outcome.output
      const { code, details, traceId } = outcome.error
      throw new ApiError({ code: isErrorCode(code) ? code : 'INTERNAL', details, ...(traceId === undefined ? {} : { traceId }) })
    }
  }
  const offs: (() => void)[] = []
  return {
    api: api as unknown as Link['api'],
    on: <E extends keyof PushEvents>(event: E, listener: (payload: PushEvents[E]) => void) => {
      const off = bridge.on(event, listener)
      offs.push(off)
      return off
    },
    onClose: (listener) =>
      bridge.onClose(() => {
        for (const off of offs.splice(0)) off()
        listener()
      }),
  }
}
