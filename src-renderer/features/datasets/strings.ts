import { formatDate, formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

const lengthOf = (seconds: number): string =>
  seconds < 60
    ? m['datasets.seconds']({ seconds: formatNumber(seconds, 1) })
    : m['datasets.minutes']({ minutes: formatNumber(seconds / 60, 1) })
const slices = (count: number): string => m['datasets.sliceCount']({ count })
const sessionsOf = (count: number): string => m['datasets.sessionCount']({ count })

const licences = wordsOf('recordings.filter.licences') as Readonly<Record<string, string>>

export const datasetPageWords = wordsOf('datasets', {
  splits: wordsOf('datasets.splits'),
  plots: wordsOf('datasets.plots'),
  formats: wordsOf('datasets.formats'),
  lengthOf,
  // A dot in a key would make it a group.
  licence: (licence: string) => licences[licence.replace('.', '/')] ?? licence,
  date: (moment: string) => formatDate(moment),
  remove: (name: string) => m['datasets.remove']({ name }),
  found: (count: number) => (count === 0 ? m['datasets.foundNothing']() : m['datasets.found']({ count })),
  summary: (sliceCount: number, recordingCount: number, sessionCount: number, seconds: number) =>
    m['datasets.summary']({
      slices: slices(sliceCount),
      recordings: m['datasets.recordingCount']({ count: recordingCount }),
      sessions: sessionsOf(sessionCount),
      length: lengthOf(seconds),
    }),
  splitText: (sliceCount: number, sessionCount: number, seconds: number) =>
    [lengthOf(seconds), slices(sliceCount), sessionsOf(sessionCount)].join(' · '),
  sliceCount: slices,
  showTokens: (caption: string) => m['datasets.showTokens']({ caption }),
  tokenCount: (count: number, limit: number) => m['datasets.tokenCount']({ count, limit }),
  tokenCacheText: (encoded: number, all: number) =>
    encoded >= all
      ? m['datasets.tokenCacheFull']({ slices: slices(all) })
      : m['datasets.tokenCacheText']({ encoded: formatNumber(encoded), slices: slices(all) }),
  span: (from: number, to: number) => m['datasets.span']({ from: formatNumber(from, 1), to: formatNumber(to, 1) }),
})
