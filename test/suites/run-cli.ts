import { runCommandLine } from '#main/hosts/cli/command-line.ts'
import { vi } from 'vitest'

/** A command line in this process, what goes to the terminal caught: a Node of its own for every wrong option would cost half a minute. */
export const runCli = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  let out = ''
  let err = ''
  const outSpy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  const errSpy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
  try {
    const code = await runCommandLine(['node', 'fiddlehead', ...args])
    return { code, out, err }
  } finally {
    outSpy.mockRestore()
    errSpy.mockRestore()
  }
}
