import type { Melody } from '#contract/melody.ts'
import { readMidiMelody } from '#main/export/midi/read-midi.ts'
import { readMusicXml } from '#main/export/musicxml/read-musicxml.ts'
import { readAbc } from '#main/prompt/read-abc.ts'

const WRITTEN = /\.(?:midi?|rmi|kar|abc|musicxml|mxl)$/i

/** Whether a file's name says that it holds notes instead of sound. */
export const isWrittenMelody = (fileName: string): boolean => WRITTEN.test(fileName)

/** The melody of a MIDI, ABC or MusicXML file. Throws MELODY_UNREADABLE. */
export const readWrittenMelody = (format: string, bytes: Uint8Array): Melody => {
  if (format === 'abc') return readAbc(new TextDecoder().decode(bytes))
  if (format === 'musicxml' || format === 'mxl' || format === 'xml') return readMusicXml(bytes)
  return readMidiMelody(bytes)
}
