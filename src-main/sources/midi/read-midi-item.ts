import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { readMidiScore } from '#main/export/midi/read-midi.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { describeTrouble } from '../folder/watch-scan.ts'
import { NOTHING_KNOWN, type SourceItem } from '../source.ts'
import { GENERAL_MIDI_NAMES } from './general-midi.ts'
import { decodeMidiText } from './midi-text.ts'
import { findViolinPart } from './read-violin-part.ts'

const MAXIMUM_BYTES = 8_000_000

export const isMidiName = (name: string): boolean => /\.(mid|midi|rmi|kar)$/i.test(name) && !name.startsWith('._')

/** "mozart_-_eine_kleine" as a person would write it. */
const titleFromName = (path: string): string => basename(path, extname(path)).replace(/[_+]+/g, ' ').replace(/\s+/g, ' ').trim()

/** Names that sequencers and habits put where the title should stand. */
const isNoTitle = (text: string): boolean =>
  text.length < 3 ||
  /^(untitled|track|tempo|conductor|control|master|new|staff|seq|midi|sequence|piano|violin|no ?name|unnamed)\b/i.test(text)

export interface MidiFile {
  readonly item: SourceItem
  readonly bytes: Uint8Array
}

/**
 * One MIDI file as an item: title, instruments by General MIDI program, tempo, key, length, what its violin part holds.
 * A file that cannot be read is an item with its problem.
 */
export const readMidiItem = async (path: string, id: string): Promise<MidiFile> => {
  const named = { ...NOTHING_KNOWN, id, title: titleFromName(path), midiPath: path }
  let bytes: Uint8Array = new Uint8Array(0)
  try {
    const { size } = await stat(path)
    if (size > MAXIMUM_BYTES) throw new EngineError('MELODY_UNREADABLE', { reason: `the file is ${Math.round(size / 1e6)} MB long` })
    bytes = await readFile(path)
    const score = readMidiScore(bytes)
    const part = findViolinPart(score)
    const title = decodeMidiText(score.title ?? '')
    const copyright = decodeMidiText(score.copyright ?? '')
    const noteCount = score.parts.reduce((sum, { notes }) => sum + notes.length, 0)
    // A violin by name alone keeps a program that nobody chose, mostly the piano's.
    const isMisnamed = part?.evidence === 'name' && score.parts.filter(({ program }) => program === part.program).length === 1
    const programs = score.parts.flatMap(({ program }) =>
      isMisnamed && program === part.program ? [] : (GENERAL_MIDI_NAMES[program] ?? []),
    )
    const item = {
      ...named,
      title: isNoTitle(title) ? named.title : title,
      instruments: [...new Set([...(part === undefined ? [] : [part.instrument]), ...programs])],
      ...(score.bpm !== undefined && { bpm: Math.round(score.bpm * 100) / 100 }),
      ...(score.key !== undefined && { key: score.key }),
      durationSeconds: score.durationSeconds,
      details: {
        file: basename(path),
        notes: noteCount,
        parts: score.parts.length,
        ...(part !== undefined && {
          violinNotes: part.melody.notes.length,
          violinTrack: part.trackName,
          violinKind: part.instrument,
          violinEvidence: part.evidence,
        }),
        ...(copyright !== '' && { copyright }),
      },
      problems: noteCount === 0 ? ['the MIDI file holds no notes'] : [],
    }
    return { item, bytes }
  } catch (error) {
    const reason = error instanceof EngineError ? describeTrouble(error) : 'the file could not be read'
    return { item: { ...named, problems: [reason] }, bytes }
  }
}
