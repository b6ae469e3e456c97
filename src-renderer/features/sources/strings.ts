import { formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

const lengthOf = (seconds: number): string =>
  seconds < 90
    ? m['sources.seconds']({ amount: formatNumber(seconds) })
    : seconds < 5400
      ? m['sources.minutes']({ amount: formatNumber(seconds / 60) })
      : m['sources.hours']({ amount: formatNumber(seconds / 3600, 1) })

export const sourceWords = wordsOf('sources', {
  holds: wordsOf('sources.holds'),
  placeholders: wordsOf('sources.placeholders'),
  needOptions: wordsOf('sources.needOptions'),
  lengthOf,
  number: (count: number) => formatNumber(count),
  remove: (title: string) => m['sources.remove']({ title }),
  evidence: (text: string) => m['sources.evidence']({ text }),
  looking: (message: string) => (message === '' ? m['sources.looking']() : m['sources.lookingAt']({ message })),
  counts: (scanned: number, matching: number) =>
    m['sources.counts']({ matching: m['sources.matching']({ count: matching }), scanned: formatNumber(scanned) }),
  here: (audio: number, midi: number) => m['sources.here']({ audio: formatNumber(audio), midi: formatNumber(midi) }),
  flawed: (count: number) => m['sources.flawed']({ count }),
  shown: (count: number) => m['sources.shown']({ count }),
  choose: (title: string) => m['sources.choose']({ title }),
  problems: (count: number) => m['sources.problems']({ count }),
  importChosen: (count: number) => m['sources.importChosen']({ count }),
  importAll: (count: number) => m['sources.importAll']({ count: formatNumber(count) }),
  importProgress: (done: number, all: number) =>
    m['sources.importProgress']({ done: formatNumber(done), files: m['sources.fileCount']({ count: all }) }),
  rate: (rate: number) => m['sources.rate']({ rate: formatNumber(rate) }),
  remaining: (seconds: number) => m['sources.remaining']({ time: lengthOf(seconds) }),
  importDone: (added: number, duplicates: number, failed: number) =>
    [
      m['sources.added']({ count: added }),
      ...(duplicates > 0 ? [m['sources.duplicates']({ count: duplicates })] : []),
      ...(failed > 0 ? [m['sources.unreadable']({ count: failed })] : []),
    ].join(', '),
})
