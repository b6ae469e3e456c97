import { isCycleTelling, readReferenceCycle, type VoiceColumnReport, type VoiceReport } from '#contract/evaluation.ts'

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const orDash = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits))

/** Name of a measure, how it reads, and which way is better. */
const ROWS: readonly (readonly [string, (column: VoiceColumnReport) => string])[] = [
  ['log-mel MSE, dB^2 (lower is better)', (c) => c.logMelMse.toFixed(1)],
  ['  level-matched', (c) => c.levelMatchedLogMelMse.toFixed(1)],
  ["  over the reference's variance", (c) => c.normalisedMse.toFixed(3)],
  ['log-spectral distance, dB', (c) => c.logSpectralDistanceDb.toFixed(2)],
  ['Fréchet audio distance (MuLan)', (c) => orDash(c.fad, 4)],
  ['Fréchet distance (log-mel windows)', (c) => orDash(c.melFad, 3)],
  ['MuLan cycle consistency (higher is better)', (c) => orDash(c.mulanCycle, 3)],
  ["  over the recordings' own", (c) => orDash(c.mulanCycleRatio, 3)],
  ['raw pitch accuracy, 50 cents', (c) => percent(c.rawPitchAccuracy)],
  ['onset F1, 100 ms', (c) => c.onsetF1.toFixed(3)],
  ['median deviation, cents', (c) => c.medianCents.toFixed(1)],
  ['chroma cosine', (c) => c.chromaCosine.toFixed(3)],
]

const WEAK_REFERENCE = 'even the recordings hardly match their words, so a share of their own would say nothing'

/** How words and sound fit before and after, of the recordings' own; in words where those give no measure. */
export const describeCycle = (before: VoiceColumnReport, after: VoiceColumnReport): string[] => {
  if (before.mulanCycle === null || after.mulanCycle === null) return []
  const reference = readReferenceCycle(after) ?? readReferenceCycle(before)
  const [old, fresh] = [before.mulanCycle, after.mulanCycle]
  const shares =
    reference === null ? WEAK_REFERENCE : `${percent(old / reference)} and ${percent(fresh / reference)} of the recordings' own`
  return [`words and sound (MuLan cosine): ${old.toFixed(3)} before, ${fresh.toFixed(3)} now; ${shares}`]
}

/** A voice's report as lines of a terminal. */
export const describeVoiceReport = (report: VoiceReport): string[] => {
  const width = Math.max(...ROWS.map(([name]) => name.length))
  const cell = (text: string): string => text.padStart(14)
  return [
    `${report.phrases} phrases, ${report.notes} notes, ${report.seconds.toFixed(0)} s from ${report.files} files, played by ${report.voice}`,
    [''.padEnd(width), ...report.columns.map(({ name }) => cell(name))].join(''),
    ...ROWS.map(([name, read]) => [name.padEnd(width), ...report.columns.map((column) => cell(read(column)))].join('')),
    ...report.columns.map(
      ({ name, codebooks }) =>
        `codes in use (${name}), level by level: ${codebooks.map(({ use, perplexity }) => `${percent(use)} (${perplexity.toFixed(0)})`).join(', ')}`,
    ),
    ...(!report.hasEmbedding || isCycleTelling(report.referenceMulanCycle)
      ? []
      : [`Cycle consistency: ${WEAK_REFERENCE} (cosine ${orDash(report.referenceMulanCycle, 3)}).`]),
    ...(report.hasEmbedding ? [] : ['The joint embedding of music and text is not installed: measures on it are left out.']),
    ...report.skipped.map(({ name, reason }) => `left out: ${name}. ${reason}`),
  ]
}

export interface PromptReport {
  readonly prompts: number
  readonly obeyedShare: number
  readonly fullyObeyedShare: number
  readonly attributes: Record<string, { asked: number; obeyed: number; share: number; misses: Record<string, number> }>
  readonly opposites: readonly { prompts: readonly [string, string]; measure: string; difference: number; isAudible: boolean }[]
}

/** What of the prompts' wishes is heard, as lines of a terminal. */
export const describePromptReport = (report: PromptReport): string[] => [
  `${report.prompts} held-out prompts: ${percent(report.obeyedShare)} of their wishes are heard, all of them in ${percent(report.fullyObeyedShare)} of the prompts`,
  ...Object.entries(report.attributes).map(([name, { asked, share, misses }]) => {
    const worst = Object.entries(misses).sort((a, b) => b[1] - a[1])
    const first = worst[0] === undefined ? '' : `; most often ${worst[0][0]} (${worst[0][1]})`
    return `${name.padEnd(14)}${percent(share).padStart(8)} of ${asked}${first}`
  }),
  ...report.opposites.map(
    ({ prompts, measure, difference, isAudible }) =>
      `"${prompts[0]}" and "${prompts[1]}": ${measure} ${difference >= 0 ? '+' : ''}${difference.toFixed(2)}${isAudible ? '' : ' (too little to hear)'}`,
  ),
]

export interface PerformanceReport {
  readonly clips: number
  readonly attributes: Record<string, { clips: number; accuracy: number }>
}

/** How well the listener tells what it hears, as lines of a terminal. */
export const describePerformanceReport = ({ clips, attributes }: PerformanceReport): string[] => [
  `${clips} clips of the test split, classes told from their sound:`,
  ...Object.entries(attributes).map(([name, one]) => `${name.padEnd(14)}${percent(one.accuracy).padStart(8)} of ${one.clips}`),
]
