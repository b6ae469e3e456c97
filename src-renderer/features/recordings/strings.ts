import type { ImportReport } from '#contract/imports.ts'
import type { LICENCES } from '#contract/library.ts'
import { formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'
import type { Facets } from '#renderer/state/recordings.svelte.ts'

type Unit = 'recordings' | 'slices'
const counted = (count: number): { count: number; shown: string } => ({ count, shown: formatNumber(count) })
const countUnits = (number: number, unit: Unit): string =>
  unit === 'recordings' ? m['recordings.count.recordings'](counted(number)) : m['recordings.count.slices'](counted(number))

/** 0:07, 12:34, 1:02:03. */
export const formatTime = (seconds: number): string => {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, '0')]
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

/** In words: 40 s, 12 min, 3.4 h. */
const formatSpan = (seconds: number): string => {
  if (seconds < 90) return m['recordings.span.seconds']({ value: formatNumber(seconds) })
  if (seconds < 5400) return m['recordings.span.minutes']({ value: formatNumber(seconds / 60) })
  return m['recordings.span.hours']({ value: formatNumber(seconds / 3600, 1) })
}

export const listWords = wordsOf('recordings.list', {
  units: wordsOf('recordings.list.units'),
  found: (number: number, unit: Unit, isFiltered: boolean) => {
    const what = countUnits(number, unit)
    return isFiltered ? m['recordings.list.found']({ what }) : what
  },
  alikeTo: (what: string) => m['recordings.list.alikeTo']({ what }),
  sorts: wordsOf('recordings.list.sorts'),
  quality: (quality: number) => `${Math.round(100 * quality)} %`,
  marks: (number: number) => m['recordings.count.marks'](counted(number)),
  alike: (similarity: number) => m['recordings.list.percentAlike']({ percent: Math.round(100 * similarity) }),
  rowLabel: (parts: readonly string[]) => parts.filter(Boolean).join(', '),
  undo: (label: string) => m['recordings.list.undoThis']({ label }),
  redo: (label: string) => m['recordings.list.redoThis']({ label }),
  time: formatTime,
})

const steps = [wordsOf('recordings.empty.steps.import'), wordsOf('recordings.empty.steps.clean'), wordsOf('recordings.empty.steps.train')]
export const emptyWords = wordsOf('recordings.empty', {
  get steps() {
    return steps.map(({ title, text }) => [title, text] as const)
  },
})

const licences = wordsOf('recordings.filter.licences') as Readonly<Record<string, string>>
export const filterWords = wordsOf('recordings.filter', {
  kinds: wordsOf('recordings.filter.kinds'),
  get licences() {
    return m['recordings.filter.licencesTitle']()
  },
  more: (number: number) => m['recordings.filter.more']({ count: number }),
  // A dot in a key would make it a group.
  licence: (licence: string) => licences[(licence as (typeof LICENCES)[number]).replace('.', '/')] ?? licence,
})

export const sideWords = wordsOf('recordings.side', {
  facts: (facets: Facets) =>
    m['recordings.side.facts']({
      recordings: countUnits(facets.recordingCount, 'recordings'),
      span: formatSpan(facets.seconds),
      slices: countUnits(facets.sliceCount, 'slices'),
      kept: formatNumber(facets.keptSliceCount),
    }),
  /** Commands, and what their keys do; null are the arrows. */
  get keys() {
    return [
      [null, m['recordings.side.keys.walk']()],
      ['playRow', m['recordings.side.keys.listen']()],
      ['openRow', m['recordings.side.keys.open']()],
      ['chooseAllRows', m['recordings.side.keys.all']()],
      ['removeRows', m['recordings.side.keys.remove']()],
      ['searchLibrary', m['recordings.side.keys.search']()],
      ['undoLibrary', m['recordings.side.keys.undo']()],
    ] as const
  },
  vectors: (measured: number, all: number) => m['recordings.side.vectors']({ measured: formatNumber(measured), all: formatNumber(all) }),
  chosen: countUnits,
  captionModes: wordsOf('recordings.side.captionModes'),
  cleanings: wordsOf('recordings.side.cleanings'),
  apply: (what: string) => m['recordings.side.apply']({ what }),
  removeText: (what: string) => m['recordings.side.removeText']({ what }),
})

export const importWords = wordsOf('recordings.import', {
  handingOver: (number: number, name: string) =>
    name === '' ? m['recordings.import.handing']({ number }) : m['recordings.import.handingNow']({ number, name }),
  progress: ({ doneCount, fileCount }: ImportReport) =>
    m['recordings.import.progress']({ done: formatNumber(doneCount), files: m['recordings.count.files'](counted(fileCount)) }),
  pace: ({ rate, remainingSeconds }: ImportReport) =>
    [
      rate === null ? '' : m['recordings.import.rate']({ rate: formatNumber(rate, rate < 10 ? 1 : 0) }),
      remainingSeconds === null ? '' : m['recordings.import.remaining']({ span: formatSpan(remainingSeconds) }),
    ]
      .filter(Boolean)
      .join(' · '),
  states: wordsOf('recordings.import.states') satisfies Record<ImportReport['status'], string>,
  added: ({ addedCount, duplicateCount, soundsLikeCount }: ImportReport) =>
    [
      m['recordings.import.addedCount']({ count: formatNumber(addedCount) }),
      duplicateCount > 0 ? m['recordings.import.duplicateCount']({ count: formatNumber(duplicateCount) }) : '',
      soundsLikeCount > 0 ? m['recordings.import.alikeCount']({ count: formatNumber(soundsLikeCount) }) : '',
    ]
      .filter(Boolean)
      .join(', '),
  failedFiles: (number: number) => m['recordings.import.failedFiles']({ count: number }),
})

export const recordingWords = wordsOf('recordings.recording', {
  slice: (index: number) => m['recordings.recording.slice']({ number: index + 1 }),
  sliceCaption: (index: number) => m['recordings.recording.sliceCaption']({ number: index + 1 }),
  steps: wordsOf('recordings.recording.steps'),
  channelModes: wordsOf('recordings.recording.channelModes'),
  mains: wordsOf('recordings.recording.mains'),
  strengthValue: (strength: number) => `${Math.round(6 + 18 * strength)} dB`,
  printMarked: (from: number, to: number) =>
    m['recordings.recording.printMarked']({ from: formatNumber(from, 2), to: formatNumber(to, 2) }),
  lufs: (value: number) => `${formatNumber(value)} LUFS`,
  melodyNotes: (number: number) => m['recordings.count.notes'](counted(number)),
  labels: wordsOf('recordings.recording.labels'),
  get tokens() {
    return m['datasets.tokens']()
  },
  get tokensOf() {
    return m['datasets.tokensOf']()
  },
  get unread() {
    return m['datasets.unread']()
  },
  tokenCount: (count: number, limit: number) => m['datasets.tokenCount']({ count, limit }),
  bpm: (bpm: number) => `${Math.round(bpm)} BPM`,
  db: (level: number) => `${formatNumber(level, 1)} dB`,
  hz: (rate: number, channels: number) =>
    m['recordings.recording.hz']({ rate: formatNumber(rate), channels: m['recordings.count.channels']({ count: channels }) }),
})
