/** An audio device for playing, as the browser names it. */
export interface Speaker {
  readonly id: string
  readonly label: string
}

/** `setSinkId` is not yet in every browser, nor in TypeScript's library. */
type RoutedContext = AudioContext & { readonly setSinkId?: (id: string) => Promise<void> }

let chosen = ''
const contexts = new Set<RoutedContext>()

const route = (context: RoutedContext): void => {
  if (context.state === 'closed') contexts.delete(context)
  // A device that is gone leaves the sound on the system's own.
  else void context.setSinkId?.(chosen).catch(() => undefined)
}

/** Lets a context play on the chosen device, now and whenever another is chosen. */
export const routeToSpeaker = (context: AudioContext): void => {
  contexts.add(context)
  if (chosen !== '') route(context)
}

/** Chooses the device that everything plays on; '' is the system's. */
export const chooseSpeaker = (id: string): void => {
  if (id === chosen) return
  chosen = id
  for (const context of contexts) route(context)
}

/** The devices to choose from; none where the browser cannot choose. */
export const listSpeakers = async (): Promise<Speaker[]> => {
  if (!('setSinkId' in AudioContext.prototype) || !('mediaDevices' in navigator)) return []
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices
    .filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '' && deviceId !== 'default')
    .map(({ deviceId, label }) => ({ id: deviceId, label }))
}
