import { noteName } from '#music/pitch.ts'
import type { Command } from 'commander'
import { basename } from 'node:path'
import { addSnapOptions, type SnapOptions } from '../arguments.ts'
import { openSession, readInputFile } from '../session.ts'
import { printResult, warn, type CommonOptions } from '../terminal.ts'

interface TranscribeOptions extends CommonOptions, SnapOptions {
  readonly out?: string
}

const run = async (path: string, options: TranscribeOptions): Promise<void> => {
  const { refuseOutput, writeBytes } = await import('#main/services/sound-files.ts')
  if (options.out !== undefined) await refuseOutput(options.out)
  const session = await openSession()
  try {
    const { snap = 'off', grid = 'off' } = options
    const bytes = new Uint8Array(readInputFile(path))
    const hum = await session.api.hums.fromFile({ fileName: basename(path), bytes, snap: { key: snap, grid } })
    for (const warning of hum.warnings) warn(warning)
    const { melody } = hum
    const notes = melody.notes.map((note) => ({ ...note, pitchCents: Math.round(note.pitch * 1000) / 10, name: noteName(note.pitch) }))
    if (options.out !== undefined) {
      const { assetId } = await session.api.exports.midi({ humId: hum.id })
      await writeBytes(options.out, session.readAsset(assetId, 'mid'))
    }
    const lines = notes.map(
      ({ onsetSeconds, durationSeconds, pitchCents, name, confidence }) =>
        `${onsetSeconds.toFixed(3).padStart(8)} s  ${durationSeconds.toFixed(3)} s  ${name.padEnd(4)}${pitchCents.toFixed(1).padStart(8)} cents  ${Math.round(100 * confidence)} %`,
    )
    if (options.out !== undefined) lines.push(`written to ${options.out}`)
    printResult(
      options,
      {
        file: path,
        midi: options.out ?? null,
        durationSeconds: melody.durationSeconds,
        key: melody.key ?? null,
        bpm: melody.bpm ?? null,
        notes,
        f0: melody.pitchTrack ?? null,
        warnings: hum.warnings,
      },
      lines,
    )
  } finally {
    await session.close()
  }
}

export const addTranscribe = (program: Command): void => {
  const command = program
    .command('transcribe')
    .description('write down the notes of a hum: onset, duration, pitch in cents (A4 = 6900), confidence, and the f0 curve')
    .argument('<file>', 'recording of one voice')
    .option('--out <file.mid>', 'MIDI file to write')
  addSnapOptions(command, 'off').option('--json', 'print notes and curve as JSON').action(run)
}
