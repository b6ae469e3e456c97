import { createHash } from 'node:crypto'
import { encodeSoundFile } from '#main/export/wav/sound-facts.ts'

export const CASES = [
  { sampleRate: 44100, bits: 16, channelCount: 1 },
  { sampleRate: 48000, bits: 24, channelCount: 1 },
  { sampleRate: 88200, bits: 32, channelCount: 2 },
  { sampleRate: 96000, bits: 24, channelCount: 2 },
] as const

/** Integers alone, so that every machine makes the same bytes. */
const makeRamp = (length: number, step: number): Float32Array => Float32Array.from({ length }, (_, i) => (((i * step) % 512) - 256) / 512)

/** A file with every chunk: one second and one sample of two ramps. */
export const makeFile = ({ sampleRate, bits, channelCount }: (typeof CASES)[number]): Uint8Array =>
  encodeSoundFile(
    [makeRamp(sampleRate + 1, 1), makeRamp(sampleRate + 1, 3)].slice(0, channelCount),
    { sampleRate, bits },
    {
      title: 'Phrase 1',
      comment: 'tender, sul tasto',
      createdAt: '2026-11-22T10:11:12.000Z',
      startSeconds: 100_000,
      bpm: 92,
      metre: { beats: 6, unit: 8 },
      key: 'A minor',
      markers: [
        { atSeconds: 0.25, name: 'A' },
        { atSeconds: 0.5, name: 'Brücke' },
      ],
    },
  )

export const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Probe {
  readonly streams: readonly {
    readonly codec_name: string
    readonly sample_rate: string
    readonly channels: number
    readonly duration_ts: number
  }[]
  readonly chapters: readonly { readonly start: number; readonly tags: { readonly title: string } }[]
  readonly format: { readonly tags: Readonly<Record<string, string>> }
}

/** What ffprobe understood of a file, from its JSON. */
export const readProbe = (json: string) => {
  const { streams, chapters, format } = JSON.parse(json) as Probe
  const { date, creation_time, time_reference, title, comment, coding_history } = format.tags
  return {
    codec: streams[0]?.codec_name,
    sampleRate: streams[0]?.sample_rate,
    channels: streams[0]?.channels,
    samples: streams[0]?.duration_ts,
    cues: chapters.map(({ start, tags }) => [start, tags.title]),
    date,
    creation_time,
    time_reference,
    title,
    comment,
    coding_history,
  }
}
export const PROBE_ARGUMENTS = ['-v', 'error', '-show_format', '-show_streams', '-show_chapters', '-of', 'json']
