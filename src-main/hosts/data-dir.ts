import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where a platform's programs keep what belongs to the user. */
export const findDataDir = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform, home = homedir()): string => {
  const own = env['FIDDLEHEAD_DATA_DIR']
  if (own !== undefined && own !== '') return own
  if (platform === 'darwin') return join(home, 'Library/Application Support/Fiddlehead')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData/Local'), 'Fiddlehead')
  const base = env['XDG_DATA_HOME']
  // The XDG specification has relative paths ignored.
  return join(base?.startsWith('/') === true ? base : join(home, '.local/share'), 'fiddlehead')
}
