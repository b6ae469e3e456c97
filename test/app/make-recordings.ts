import { encodeWav } from '#main/audio/io/wav.ts'
import { playLine, type Line } from '#test/suites/play-line.ts'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const RATE = 44100

/** A major scale up and down from a note, as many notes as asked for. */
export const scaleFrom = (lowest: number, count: number): number[] => {
  const round = [0, 2, 4, 5, 7, 9, 11, 9, 7, 5, 4, 2]
  return Array.from({ length: count }, (_, i) => lowest + (round[i % round.length] ?? 0))
}

export const writeLine = (path: string, line: Line): void =>
  writeFileSync(path, encodeWav([playLine(line)], { sampleRate: RATE, bits: 16 }))

/** Three evenings of recordings: each a folder, as somebody would have them. */
export const makeEvenings = (folder: string): void => {
  const evenings: [string, [string, Line][]][] = [
    ['Monday', [['legato', { pitches: scaleFrom(62, 12), noteSeconds: 0.5, levelDb: -24, fullness: 1 }]]],
    ['Tuesday', [['staccato', { pitches: scaleFrom(69, 12), noteSeconds: 0.5, levelDb: -18, fullness: 0.4 }]]],
    ['Wednesday', [['low', { pitches: scaleFrom(57, 12), noteSeconds: 0.5, levelDb: -30, fullness: 1 }]]],
  ]
  for (const [evening, files] of evenings) {
    mkdirSync(join(folder, evening), { recursive: true })
    for (const [name, line] of files) writeLine(join(folder, evening, `${name}.wav`), line)
  }
}
