import type { CoverageCell, PlayingCheck, RecordingTask } from '#contract/coverage.ts'
import { formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'
import { noteName } from '#music/pitch.ts'

const lengthOf = (seconds: number): string =>
  seconds < 60
    ? m['coverage.seconds']({ seconds: formatNumber(seconds, seconds < 10 ? 1 : 0) })
    : m['coverage.minutes']({ minutes: formatNumber(seconds / 60, 1) })

const articulations = wordsOf('coverage.articulations')
const levels = wordsOf('coverage.levels')
const faults = wordsOf('coverage.faults')
const nameBowing = (name: string | null): string =>
  name !== null && name in articulations ? articulations[name as CoverageCell['articulation']] : (name ?? '')
const partsOf = ({ articulation, dynamics, lowest, highest }: RecordingTask): Record<'from' | 'to' | 'level' | 'articulation', string> => ({
  from: noteName(lowest),
  to: noteName(highest),
  level: levels[dynamics],
  articulation: articulations[articulation],
})

export const coverageWords = wordsOf('coverage', {
  articulations,
  levels,
  levelSigns: { soft: 'p', medium: 'mf', loud: 'f' } satisfies Record<CoverageCell['dynamics'], string>,
  legend: wordsOf('coverage.legend'),
  status: wordsOf('coverage.status'),
  levelTexts: wordsOf('coverage.levelTexts'),
  amount: (seconds: number) => formatNumber(seconds, 1),
  targetSeconds: (seconds: number) => m['coverage.targetSeconds']({ seconds }),
  planSeconds: (seconds: number) => m['coverage.planSeconds']({ seconds }),
  mapText: (holes: number, wanted: number) => m['coverage.mapText']({ holes, wanted }),
  summary: (holes: number, wanted: number, missing: number) =>
    holes === 0
      ? m['coverage.full']({ wanted })
      : m['coverage.summary']({ holes: m['coverage.holeCount']({ count: holes }), wanted, missing: lengthOf(missing) }),
  counted: (slices: number, seconds: number) =>
    m['coverage.counted']({ slices: m['coverage.sliceCount']({ count: slices }), length: lengthOf(seconds) }),
  unclear: (seconds: number) => m['coverage.unclear']({ length: lengthOf(seconds) }),
  outside: (seconds: number) => m['coverage.outside']({ length: lengthOf(seconds) }),
  task: (task: RecordingTask) => m['coverage.task']({ ...partsOf(task), length: m['coverage.taskSeconds']({ count: task.seconds }) }),
  short: (task: RecordingTask) => m['coverage.short'](partsOf(task)),
  tempo: (bpm: number) => m['coverage.tempo']({ bpm }),
  recording: (seconds: number, all: number) => m['coverage.recording']({ seconds: formatNumber(seconds, 1), all }),
  kept: (task: RecordingTask) => m['coverage.kept']({ task: m['coverage.short'](partsOf(task)) }),
  done: (kept: number, all: number) => m['coverage.done']({ kept, all }),
  fault: (fault: PlayingCheck['faults'][number], { articulation, seconds }: PlayingCheck['heard']): string => {
    if (fault === 'other-articulation') return m['coverage.otherBowing']({ bowing: nameBowing(articulation) })
    if (fault === 'too-short') return m['coverage.tooShort']({ length: lengthOf(seconds) })
    return fault === 'unclear-articulation' && articulation === 'short' ? faults.short : faults[fault]
  },
  fitting: (seconds: number, asked: number) => m['coverage.fitting']({ length: lengthOf(seconds), asked }),
})
