/**
 * Makes a folder to import: every format that the library reads, all lengths, some damaged, some twice.
 *   node test/suites/make-import-folder.ts <folder> [files] [damaged] [seed]
 * WAV, AIFF, MIDI, ABC and MusicXML are written here; FLAC, MP3, OGG, Opus and M4A by ffmpeg where it is installed. What could
 * not be made is said.
 */
import { encodeWav } from '#main/audio/io/wav.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const RATE = 44100
const TABLE = Float32Array.from({ length: 4096 }, (_, i) => {
  let sum = 0
  for (let k = 1; k <= 9; k++) sum += Math.sin((2 * Math.PI * k * i) / 4096) / k ** 1.2
  return sum * 0.35
})

/** A bowed line by and by: notes of a scale, vibrato, swells, rests, a little noise. */
const playLine = (seconds: number, random: Random): Float32Array => {
  const pcm = new Float32Array(Math.round(seconds * RATE))
  const degrees = [0, 2, 4, 5, 7, 9, 11]
  const base = 55 + random.integer(14)
  for (let at = 0; at < pcm.length;) {
    const length = Math.round(RATE * random.between(0.18, 0.9))
    const pitch = base + (degrees[random.integer(7)] ?? 0) + 12 * random.integer(2)
    const level = random.between(0.08, 0.5)
    const isRest = random.next() < 0.08
    const vibrato = random.between(0, 0.006)
    let phase = 0
    for (let n = 0; n < length && at + n < pcm.length; n++) {
      const t = n / RATE
      const envelope = Math.min(1, t / 0.04, (length - n) / RATE / 0.05)
      phase += ((440 * 2 ** ((pitch - 69) / 12) * (1 + vibrato * Math.sin(2 * Math.PI * 5.6 * t))) / RATE) * 4096
      const tone = isRest ? 0 : level * envelope * (TABLE[phase & 4095] ?? 0)
      pcm[at + n] = tone + 0.001 * (random.next() - 0.5)
    }
    at += length
  }
  return pcm
}

/** Mostly a few seconds, now and then minutes. */
const drawLength = (random: Random, longest: number): number =>
  Math.min(longest, random.next() < 0.02 ? random.between(40, 120) : 1.5 * 2 ** random.between(0, 3.4))

const encodeAiff = (pcm: Float32Array): Uint8Array => {
  const bytes = Buffer.alloc(54 + 2 * pcm.length)
  bytes.write('FORM', 0, 'latin1')
  bytes.writeUInt32BE(46 + 2 * pcm.length, 4)
  bytes.write('AIFFCOMM', 8, 'latin1')
  bytes.writeUInt32BE(18, 16)
  bytes.writeUInt16BE(1, 20)
  bytes.writeUInt32BE(pcm.length, 22)
  bytes.writeUInt16BE(16, 26)
  // 44,100 as an 80-bit float.
  Buffer.from([0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]).copy(bytes, 28)
  bytes.write('SSND', 38, 'latin1')
  bytes.writeUInt32BE(8 + 2 * pcm.length, 42)
  pcm.forEach((sample, i) => bytes.writeInt16BE(Math.max(-32768, Math.min(32767, Math.round(32767 * sample))), 54 + 2 * i))
  return bytes
}

const writeMidiFile = (random: Random): Uint8Array => {
  const events = Array.from({ length: 8 }, () => {
    const pitch = 60 + random.integer(20)
    return [0, 0x90, pitch, 80, 0x81, 0x70, 0x80, pitch, 0]
  }).flat()
  const track = [0, 0xc0, 40, ...events, 0, 0xff, 0x2f, 0]
  const length = [track.length >> 24, track.length >> 16, track.length >> 8, track.length].map((byte) => byte & 255)
  return Uint8Array.from([0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, 0, 240, 0x4d, 0x54, 0x72, 0x6b, ...length, ...track])
}

const LETTERS = 'CDEFGAB'
const writeAbc = (random: Random): string =>
  `X:1\nL:1/4\nQ:1/4=96\nK:G\n${Array.from({ length: 12 }, () => LETTERS[random.integer(7)]).join('')}|\n`

const writeMusicXml = (random: Random): string => {
  const notes = Array.from(
    { length: 8 },
    () =>
      `<note><pitch><step>${LETTERS[random.integer(7)]}</step><octave>${4 + random.integer(2)}</octave></pitch><duration>2</duration></note>`,
  )
  return `<?xml version="1.0"?><score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Violin</part-name></score-part></part-list><part id="P1"><measure number="1"><attributes><divisions>2</divisions><key><fifths>1</fifths></key></attributes>${notes.join('')}</measure></part></score-partwise>`
}

const OWN: Readonly<Record<string, (random: Random, longest: number) => { bytes: Uint8Array | string; seconds: number }>> = {
  wav: (random, longest) => {
    const pcm = playLine(drawLength(random, longest), random)
    const bits = ([16, 24, 32] as const)[random.integer(3)] ?? 16
    const channels = random.next() < 0.3 ? [pcm, pcm.map((sample) => 0.8 * sample)] : [pcm]
    return { bytes: encodeWav(channels, { sampleRate: RATE, bits }), seconds: pcm.length / RATE }
  },
  aiff: (random, longest) => {
    const pcm = playLine(drawLength(random, longest), random)
    return { bytes: encodeAiff(pcm), seconds: pcm.length / RATE }
  },
  mid: (random) => ({ bytes: writeMidiFile(random), seconds: 0 }),
  abc: (random) => ({ bytes: writeAbc(random), seconds: 0 }),
  musicxml: (random) => ({ bytes: writeMusicXml(random), seconds: 0 }),
}

const ENCODERS: Readonly<Record<string, readonly string[]>> = {
  flac: ['-c:a', 'flac'],
  mp3: ['-c:a', 'libmp3lame', '-b:a', '128k'],
  ogg: ['-c:a', 'libvorbis', '-q:a', '5'],
  opus: ['-c:a', 'libopus', '-b:a', '96k'],
  m4a: ['-c:a', 'aac', '-b:a', '128k'],
}

/** Many files of one format in one run of ffmpeg, cut from one long line. Answers the seconds, or null where it cannot. */
const encodeMany = (folder: string, format: string, count: number, random: Random): number | null => {
  const work = join(folder, `.${format}`)
  mkdirSync(work, { recursive: true })
  const lengths = Array.from({ length: count }, () => drawLength(random, Infinity))
  const total = lengths.reduce((sum, length) => sum + length, 0)
  writeFileSync(join(work, 'line.wav'), encodeWav([playLine(total + 1, random)], { sampleRate: RATE, bits: 16 }))
  let at = 0
  // The last piece is left out: its FLAC header promises the whole line.
  const times = lengths.map((length) => (at += length).toFixed(3))
  const ran = spawnSync('ffmpeg', [
    ...['-v', 'error', '-y', '-i', join(work, 'line.wav'), '-f', 'segment', ...['-segment_times', times.join(',')]],
    ...['-reset_timestamps', '1', ...(ENCODERS[format] ?? []), join(work, `${format}-%04d.${format}`)],
  ])
  const made =
    ran.status === 0
      ? readdirSync(work)
          .filter((name) => name.endsWith(`.${format}`))
          .sort()
          .slice(0, count)
      : []
  for (const [i, name] of made.entries()) {
    const session = join(folder, `session ${i % 7}`)
    mkdirSync(session, { recursive: true })
    renameSync(join(work, name), join(session, name))
  }
  rmSync(work, { recursive: true })
  return made.length === 0 ? null : total
}

/** Makes something of a whole file that no reader should like: cut off, empty, or noise under a good name. */
const damage = (bytes: Uint8Array, how: number, random: Random): Uint8Array => {
  if (how === 0) return new Uint8Array()
  if (how === 1) return Uint8Array.from({ length: 3000 }, () => random.integer(256))
  if (how === 2) return bytes.subarray(0, 20)
  return new TextEncoder().encode('This was a recording once.\n'.repeat(40))
}

export interface ImportFolder {
  readonly files: number
  readonly damaged: number
  readonly copies: number
  readonly audioSeconds: number
  readonly skipped: readonly string[]
}

export const makeImportFolder = (
  folder: string,
  {
    files = 2000,
    damaged = 30,
    seed = 1,
    useEncoders = true,
    longestSeconds = Infinity,
  }: { files?: number; damaged?: number; seed?: number; useEncoders?: boolean; longestSeconds?: number } = {},
): ImportFolder => {
  const random = createRandom(seed)
  mkdirSync(folder, { recursive: true })
  const skipped: string[] = []
  let audioSeconds = 0
  let made = 0
  const copies = Math.floor(files / 50)
  if (useEncoders) {
    for (const format of Object.keys(ENCODERS)) {
      const count = Math.round(files * 0.11)
      const seconds = encodeMany(folder, format, count, random)
      if (seconds === null) skipped.push(format)
      else {
        audioSeconds += seconds
        made += count
      }
    }
  } else skipped.push(...Object.keys(ENCODERS))
  const kinds = ['wav', 'wav', 'wav', 'aiff', 'mid', 'abc', 'musicxml', 'wav']
  const own: string[] = []
  for (let i = 0; made + damaged + copies < files; i++, made++) {
    const format = kinds[i % kinds.length] ?? 'wav'
    const { bytes, seconds } = OWN[format]?.(random, longestSeconds) ?? { bytes: '', seconds: 0 }
    const path = join(folder, `session ${i % 7}`, `${format}-${String(i).padStart(4, '0')}.${format}`)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, bytes)
    audioSeconds += seconds
    own.push(path)
  }
  for (let i = 0; i < damaged; i++) {
    const bytes = readFileSync(own[i % own.length] ?? '')
    writeFileSync(join(folder, `damaged-${i}.${['wav', 'flac', 'mp3', 'mid', 'ogg'][i % 5]}`), damage(bytes, i % 4, random))
  }
  for (let i = 0; i < copies; i++)
    writeFileSync(join(folder, `zz copy ${i}.${(own[i] ?? '').split('.').at(-1)}`), readFileSync(own[i] ?? ''))
  return { files: made + damaged + copies, damaged, copies, audioSeconds, skipped }
}

if (process.argv[1] === import.meta.filename) {
  const [folder = 'data/import-folder', files = '2000', damaged = '30', seed = '1'] = process.argv.slice(2)
  const made = makeImportFolder(folder, { files: Number(files), damaged: Number(damaged), seed: Number(seed) })
  console.log(
    `${made.files} files, ${(made.audioSeconds / 60).toFixed(1)} minutes of sound, ${made.damaged} damaged, ${made.copies} copies`,
  )
  if (made.skipped.length > 0) console.log(`not made, for want of an encoder: ${made.skipped.join(', ')}`)
}
