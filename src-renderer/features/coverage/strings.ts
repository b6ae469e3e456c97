import type { CoverageCell, PlayingCheck } from '#contract/coverage.ts'

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
const amount = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${(seconds / 60).toFixed(1)} min`

export const coverageWords = {
  title: 'Coverage',
  intro: 'What is there by pitch, dynamics and bowing, and what is missing. A voice can only play what it has heard.',
  close: 'Back to the melodies',
  scope: 'Of',
  library: 'The whole library',
  target: 'Enough in a field',
  targetSeconds: (seconds: number) => `${seconds} s`,
  map: 'Map',
  mapText: (holes: number, wanted: number) => `Map of pitch against bowing and dynamics: ${holes} of ${wanted} fields are holes.`,
  table: 'The map as a table',
  counting: 'Counting …',
  summary: (holes: number, wanted: number, missing: number) =>
    holes === 0
      ? `All ${wanted} fields that music asks for are filled.`
      : `${plural(holes, 'hole', 'holes')} among the ${wanted} fields that music asks for: ${amount(missing)} are missing.`,
  counted: (slices: number, seconds: number) => `${plural(slices, 'slice', 'slices')}, ${amount(seconds)} played`,
  unclear: (seconds: number) => `${amount(seconds)} in which the bowing cannot be told`,
  outside: (seconds: number) => `${amount(seconds)} outside the violin’s range`,
  bowing: 'Bowing',
  dynamics: 'Dynamics',
  articulations: {
    legato: 'legato',
    detache: 'détaché',
    staccato: 'staccato',
    spiccato: 'spiccato',
    pizzicato: 'pizzicato',
    tremolo: 'tremolo',
  } satisfies Record<CoverageCell['articulation'], string>,
  levels: { soft: 'soft', medium: 'medium', loud: 'loud' } satisfies Record<CoverageCell['dynamics'], string>,
  levelSigns: { soft: 'p', medium: 'mf', loud: 'f' } satisfies Record<CoverageCell['dynamics'], string>,
  hole: 'hole',
  unwanted: 'not asked for',
  legend: { full: 'enough', some: 'a little', hole: 'a hole', unwanted: 'not asked for' },
  seconds: amount,
  plan: 'Record what is missing',
  planHint: 'Short things to play, chosen so that the most telling holes are filled. What fits comes into the library as a session.',
  howLong: 'How much',
  planSeconds: (seconds: number) => `${seconds} seconds`,
  anyBowing: 'Bowings (none chosen: all)',
  anyLevel: 'Dynamics (none chosen: all)',
  makePlan: 'Make the list',
  session: 'Session',
  shareable: 'These recordings may be given away',
  stopPlan: 'Lay the list aside',
  tasks: 'To play',
  task: (articulation: string, level: string, from: string, to: string, seconds: number) =>
    `Play ${from} to ${to}, ${level}, ${articulation}, ${plural(seconds, 'second', 'seconds')}`,
  short: (articulation: string, level: string, from: string, to: string) => `${from} to ${to}, ${level}, ${articulation}`,
  status: { open: 'to play', kept: 'kept', skipped: 'skipped' },
  line: 'For instance:',
  tempo: (bpm: number) => `quarter notes at ${bpm}`,
  record: 'Record',
  stop: 'Stop',
  skip: 'Skip',
  again: 'Once more',
  keepAnyway: 'Keep it anyway',
  opening: 'Opening the microphone …',
  ready: 'Ready. Press Record and play.',
  recording: (seconds: number, all: number) => `Recording, ${seconds.toFixed(1)} of ${all} s`,
  checking: 'Listening to what you played …',
  kept: (task: string) => `It fits and is kept: ${task}.`,
  done: (kept: number, all: number) => `That was the list: ${kept} of ${all} kept.`,
  another: 'Make another list',
  level: 'Level',
  levelText: (state: 'silent' | 'under' | 'right' | 'over') =>
    ({ silent: 'waiting for sound', under: 'louder, please', right: 'just right', over: 'softer, please' })[state],
  pitch: 'Your pitch as you play',
  tryAgain: 'Try again',
  doesNotFit: 'It does not fit yet.',
  fault: (fault: PlayingCheck['faults'][number], heard: PlayingCheck['heard']): string => {
    const bowing = coverageWords.bowingName(heard.articulation)
    switch (fault) {
      case 'silent':
        return 'No note was heard. Check the microphone and its level.'
      case 'spoilt':
        return 'The sound is spoilt:'
      case 'too-low':
        return 'Part of it lies below the notes asked for.'
      case 'too-high':
        return 'Part of it lies above the notes asked for.'
      case 'too-soft':
        return 'It was too soft. Bow with more weight, or come nearer to the microphone.'
      case 'too-loud':
        return 'It was too loud. Bow lighter, or step back from the microphone.'
      case 'other-articulation':
        return `It was heard as ${bowing}.`
      case 'unclear-articulation':
        return heard.articulation === 'short'
          ? 'The notes were heard as short, but neither clearly staccato nor spiccato.'
          : 'The bowing could not be told. Play at least four even notes.'
      case 'too-short':
        return `Only ${amount(heard.seconds)} were heard. Play on until the time is up.`
    }
  },
  bowingName: (name: string | null): string =>
    name !== null && name in coverageWords.articulations ? coverageWords.articulations[name as CoverageCell['articulation']] : (name ?? ''),
  fitting: (seconds: number, asked: number) => `${amount(seconds)} of ${asked} s fill the map.`,
}
