import type { Api, Settings } from '#contract/api.ts'
import type { ServiceContext } from './context.ts'

const dropUndefined = (changes: { [K in keyof Settings]?: Settings[K] | undefined }): Partial<Settings> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))

export const createSettingsService = ({ library, pushes }: ServiceContext): Api['settings'] => ({
  get: async () => library.settings.get(),
  async set(changes) {
    library.transaction(() => library.settings.set(dropUndefined(changes)))
    pushes.emit('library.changed', { kinds: ['settings'] })
    return library.settings.get()
  },
})
