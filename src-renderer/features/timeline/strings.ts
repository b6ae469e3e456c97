import { formatDate, formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

const PROJECT_TEMPLATES = ['sketch', 'song', 'duet', 'waltz'] as const
const clipCount = (count: number): string => m['timeline.clipCount']({ count })

export const timelineWords = wordsOf('timeline', {
  level: (name: string) => m['timeline.level']({ name }),
  templates: Object.fromEntries(PROJECT_TEMPLATES.map((name) => [name, wordsOf(`timeline.templates.${name}`)])) as Record<
    (typeof PROJECT_TEMPLATES)[number],
    { readonly name: string; readonly hint: string }
  >,
  describeProject: (tracks: number, clips: number, seconds: number, day: string) =>
    m['timeline.describeProject']({
      tracks: m['timeline.trackCount']({ count: tracks }),
      clips: clipCount(clips),
      length: `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`,
      day: formatDate(day, 'date'),
    }),
  recording: (seconds: number) => m['timeline.recordingFor']({ seconds: formatNumber(seconds, 1) }),
  recordPhases: wordsOf('timeline.recordPhases'),
  delayMeasured: (ms: number) => m['timeline.delayMeasured']({ milliseconds: formatNumber(ms) }),
  delayGuessed: (ms: number) => m['timeline.delayGuessed']({ milliseconds: formatNumber(ms) }),
  latencyMeasured: (ms: number, spread: number) =>
    m['timeline.latencyMeasured']({ milliseconds: formatNumber(ms, 1), spread: formatNumber(spread, 1) }),
  humKept: (count: number) => m['timeline.humKept']({ count }),
  take: (number: number) => m['timeline.take']({ number }),
  grids: wordsOf('timeline.grids'),
  bar: (bar: number) => m['timeline.bar']({ bar }),
  formats: wordsOf('timeline.formats'),
  newTrack: (count: number) => m['timeline.newTrack']({ count }),
  marker: (count: number) => m['timeline.marker']({ letter: String.fromCharCode(64 + Math.min(26, count)) }),
  manyClips: clipCount,
  curves: wordsOf('timeline.curves'),
  describeClip: (name: string, track: string, bar: number, beat: number, seconds: number) =>
    m['timeline.describeClip']({ name, track, bar, beat, seconds: formatNumber(seconds, 1) }),
  gainText: (db: number) => `${db > -100 ? formatNumber(db, 1) : '−∞'} dB`,
  panText: (pan: number) => {
    const percent = Math.round(Math.abs(pan) * 100)
    if (percent < 1) return m['timeline.centre']()
    return pan < 0 ? m['timeline.panLeft']({ percent }) : m['timeline.panRight']({ percent })
  },
})
