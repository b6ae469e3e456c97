import { type ByteSource, readAscii } from './byte-source.ts'
import { findMp3 } from './mp3-header.ts'
import { isWav } from './wav.ts'

export type AudioFormat = 'wav' | 'aiff' | 'flac' | 'ogg-flac' | 'vorbis' | 'opus' | 'mp3' | 'm4a' | 'aac'

/** What the bytes themselves say; a file's name is not to be trusted. */
export type Sniffed = { readonly format: AudioFormat } | { readonly format: undefined; readonly hint: string }

/** Kinds of files that people drop by mistake: first bytes (latin1), at which offset, what to call them. */
const STRANGERS: readonly (readonly [string, number, string])[] = [
  ['\xff\xd8\xff', 0, 'a JPEG picture'],
  ['\x89PNG', 0, 'a PNG picture'],
  ['GIF8', 0, 'a GIF picture'],
  ['BM', 0, 'a BMP picture'],
  ['%PDF', 0, 'a PDF document'],
  ['MThd', 0, 'a MIDI file: open it as a melody instead'],
  ['RMID', 8, 'a MIDI file: open it as a melody instead'],
  ['WEBP', 8, 'a WebP picture'],
  ['AVI ', 8, 'an AVI video'],
  ['PK\x03\x04', 0, 'a ZIP archive or an office document'],
  ['\x1f\x8b', 0, 'a gzip archive'],
  ['7z\xbc\xaf', 0, 'a 7-Zip archive'],
  ['Rar!', 0, 'a RAR archive'],
  ['\x30\x26\xb2\x75', 0, 'a Windows Media file'],
  // mediabunny never returns from some damaged WebM files, so none is opened.
  ['\x1a\x45\xdf\xa3', 0, 'a WebM or Matroska film'],
  ['caff', 0, 'a Core Audio file'],
  ['riff\x2e\x91', 0, 'a Wave64 file'],
  ['wvpk', 0, 'a WavPack file'],
  ['MAC ', 0, "a Monkey's Audio file"],
  ['#!AMR', 0, 'an AMR recording'],
  ['SQLite format 3', 0, 'a database'],
  ['\x7fELF', 0, 'a program'],
  ['MZ', 0, 'a program'],
]

const nameStranger = (head: Uint8Array): string => {
  const text = readAscii(head, 0, head.length)
  for (const [magic, offset, name] of STRANGERS) if (text.startsWith(magic, offset)) return ` (it is ${name})`
  if (/^\s*<(!doctype html|html)/i.test(text)) return ' (it is a web page)'
  if (/^(X:\s*\d+)/m.test(text)) return ' (it is ABC notation: give it as a melody instead)'
  const isText = head.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)
  return isText ? ' (it is text)' : ''
}

const sniffOgg = (source: ByteSource): Sniffed => {
  const page = source.read(0, 512)
  const packet = readAscii(page, 27 + (page[26] ?? 0), 8)
  if (packet.startsWith('\x01vorbis')) return { format: 'vorbis' }
  if (packet === 'OpusHead') return { format: 'opus' }
  if (packet.startsWith('\x7fFLAC')) return { format: 'ogg-flac' }
  const name = packet.startsWith('Speex') ? 'Speex' : packet.startsWith('\x80theora') ? 'video' : 'an unknown codec'
  return { format: undefined, hint: ` (an Ogg file that holds ${name})` }
}

/**
 * The format of a file from its first bytes.
 *
 * @param source  the file
 * @returns       the format, or a hint in brackets that names what it is instead ('' when nobody knows)
 */
export const sniffFormat = (source: ByteSource): Sniffed => {
  const head = source.read(0, 64)
  const four = readAscii(head, 0, 4)
  if (isWav(head)) return { format: 'wav' }
  if (four === 'FORM' && ['AIFF', 'AIFC'].includes(readAscii(head, 8, 4))) return { format: 'aiff' }
  if (four === 'OggS') return sniffOgg(source)
  if (four === 'fLaC') return { format: 'flac' }
  if (readAscii(head, 4, 4) === 'ftyp') return { format: 'm4a' }
  const tagEnd = skipId3(source)
  if (tagEnd > 0 && readAscii(source.read(tagEnd, 4), 0, 4) === 'fLaC') return { format: 'flac' }
  const [first, second] = source.read(tagEnd, 2)
  if (first === 0xff && (second & 0xf6) === 0xf0) return { format: 'aac' }
  if (findMp3(source, tagEnd)) return { format: 'mp3' }
  if (tagEnd > 0) return { format: undefined, hint: ' (it has a tag but no music behind it)' }
  return { format: undefined, hint: nameStranger(head) }
}

/** Offset behind an ID3v2 tag at the start of a file, 0 where there is none. */
export const skipId3 = (source: ByteSource): number => {
  const head = source.read(0, 10)
  if (head.length < 10 || readAscii(head, 0, 3) !== 'ID3') return 0
  const size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]
  return 10 + size + (head[5] & 0x10 ? 10 : 0)
}
