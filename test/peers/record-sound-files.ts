/**
 * Records what ffprobe and sox read in the files of sound-file-cases.ts.
 * Recorded with ffprobe 5.1 and sox 14.4.2. Run: node test/peers/record-sound-files.ts > test/peers/sound-files.json
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CASES, hash, makeFile, PROBE_ARGUMENTS, readProbe } from './sound-file-cases.ts'

const folder = mkdtempSync(join(tmpdir(), 'sound-files-'))
const run = (command: string, args: readonly string[]): string => execFileSync(command, args, { encoding: 'utf8' })
const records = CASES.map((one) => {
  const path = join(folder, 'file.wav')
  const bytes = makeFile(one)
  writeFileSync(path, bytes)
  const soxi = run('soxi', [path])
  const field = (name: string): string | undefined => new RegExp(`${name}\\s*: (.*)`).exec(soxi)?.[1]
  return {
    ...one,
    sha256: hash(bytes),
    ffprobe: readProbe(run('ffprobe', [...PROBE_ARGUMENTS, path])),
    sox: { encoding: field('Sample Encoding'), samples: Number(/= (\d+) samples/.exec(soxi)?.[1]) },
  }
})
rmSync(folder, { recursive: true })
process.stdout.write(`${JSON.stringify(records, null, 1)}\n`)
