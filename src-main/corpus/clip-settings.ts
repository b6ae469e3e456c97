import { ARTICULATIONS, type Articulation } from '#contract/melody.ts'
import type { Random } from '#main/foundation/random.ts'
import { articulationsOf, type CorpusKind, type Instrument } from './material/instruments.ts'
import type { MaterialSource, SourceNote } from './material/source-note.ts'
import type { PlanOptions } from './melodies/plan-clip.ts'
import { splitOfTune, type Split, type Tune } from './melodies/tunes.ts'
import type { ClipMeta } from './shards/format.ts'

/** Material, melodies and name of one sort of clip. */
export interface ClipSetting {
  readonly material: readonly SourceNote[]
  readonly subset: ClipMeta['subset']
  readonly source: MaterialSource
  /** Undefined in a corpus of the violin alone. */
  readonly instrument?: Instrument
  readonly options: PlanOptions
}

interface SharedSetting {
  readonly setting: ClipSetting
  readonly share: number
}

interface Offer {
  readonly split: Split
  readonly notes: readonly SourceNote[]
  readonly tunes: readonly Tune[]
}

/** How often each source plays in the training split; shares of what is missing go to the others. */
const TRAIN_SHARES: Record<'violin-recordings' | 'philharmonia-cello' | 'musescore-general', number> = {
  'violin-recordings': 0.66,
  'philharmonia-cello': 0.24,
  'musescore-general': 0.1,
}

const subsetOf = (source: MaterialSource): ClipMeta['subset'] =>
  source === 'violin-recordings' || source === 'philharmonia' ? 'real' : source === 'philharmonia-cello' ? 'cello' : 'soundfont'

const violinSettingOf = (
  notes: readonly SourceNote[],
  source: MaterialSource,
  plucks: readonly SourceNote[],
  options: Omit<PlanOptions, 'articulations'>,
): ClipSetting => {
  const bowed = notes.filter((note) => note.source === source && note.kind === 'arco')
  const articulations: Articulation[] = ARTICULATIONS.filter((name) => name !== 'pizzicato' || plucks.length > 0)
  return { material: [...bowed, ...plucks], subset: subsetOf(source), source, options: { ...options, articulations } }
}

/** Settings of the violin alone. */
const violinSettings = ({ split, notes, tunes }: Offer): SharedSetting[] => {
  const plucks = notes.filter((note) => note.kind === 'pizzicato')
  if (split === 'test') {
    // Held-out tunes on held-out material, inside the reach of the held-out recordings.
    return [
      { setting: violinSettingOf(notes, 'violin-recordings', [], { tunes, tuneShare: 1, lowest: 62, highest: 84 }), share: 0.6 },
      ...(notes.some((note) => note.source === 'fluid-r3')
        ? [{ setting: violinSettingOf(notes, 'fluid-r3', plucks, { tunes, tuneShare: 1, highest: 96 }), share: 0.4 }]
        : []),
    ]
  }
  return (Object.keys(TRAIN_SHARES) as (keyof typeof TRAIN_SHARES)[])
    .filter((source) => notes.some((note) => note.source === source && note.kind === 'arco'))
    .map((source) => ({
      setting: violinSettingOf(notes, source, plucks, {
        tunes,
        tuneShare: split === 'valid' ? 1 : 0.42,
        highest: source === 'violin-recordings' ? 103 : 96,
      }),
      share: TRAIN_SHARES[source],
    }))
}

interface Part {
  readonly instrument: Instrument
  readonly source: MaterialSource
  readonly share: number
  readonly lowest: number
  readonly highest: number
}

const part = (instrument: Instrument, source: MaterialSource, share: number, [lowest, highest]: readonly [number, number]): Part => ({
  instrument,
  source,
  share,
  lowest,
  highest,
})

/** Who plays how much of the corpus of many instruments, and from which note to which: the violin is one among them. */
const ENSEMBLE: readonly Part[] = [
  part('violin', 'violin-recordings', 0.15, [55, 103]),
  part('cello', 'philharmonia', 0.17, [55, 86]),
  part('flute', 'philharmonia', 0.13, [60, 101]),
  part('clarinet', 'philharmonia', 0.13, [55, 94]),
  part('oboe', 'philharmonia', 0.1, [58, 93]),
  part('saxophone', 'philharmonia', 0.12, [55, 88]),
  part('viola', 'musescore-general', 0.05, [55, 88]),
  part('flute', 'musescore-general', 0.02, [61, 97]),
  part('clarinet', 'musescore-general', 0.02, [55, 91]),
  part('oboe', 'musescore-general', 0.02, [59, 91]),
  part('saxophone', 'musescore-general', 0.03, [55, 87]),
  part('trumpet', 'musescore-general', 0.03, [55, 85]),
  part('recorder', 'musescore-general', 0.03, [65, 93]),
]
/** The held-out violin: three recordings, and another soundfont. */
const TEST_ENSEMBLE: readonly Part[] = [
  part('violin', 'violin-recordings', 0.09, [62, 84]),
  part('violin', 'fluid-r3', 0.06, [55, 96]),
  ...ENSEMBLE.filter(({ instrument }) => instrument !== 'violin'),
]
const BASE_SECONDS = [5, 10] as const

/** Settings of many melodic instruments. */
const baseSettings = ({ split, notes, tunes }: Offer): SharedSetting[] =>
  (split === 'test' ? TEST_ENSEMBLE : ENSEMBLE).flatMap(({ instrument, source, share, lowest, highest }) => {
    const sustained = notes.filter((note) => note.source === source && note.instrument === instrument && note.kind === 'arco')
    if (sustained.length === 0) return []
    const plucks = notes.filter((note) => note.kind === 'pizzicato' && note.instrument === instrument)
    const articulations = [...articulationsOf(instrument), ...(plucks.length > 0 ? (['pizzicato'] as const) : [])]
    const options = { tunes, tuneShare: split === 'train' ? 0.42 : 1, lowest, highest, articulations, seconds: BASE_SECONDS }
    return [{ setting: { material: [...sustained, ...plucks], subset: subsetOf(source), source, instrument, options }, share }]
  })

/**
 * The sorts of clips of one split, with their shares.
 *
 * @param kind   the violin alone, or many instruments
 * @param split  test clips are made of held-out notes, the others of the rest; each split has tunes of its own
 * @param all    every measured note
 * @param tunes  every tune
 */
export const settingsOf = (kind: CorpusKind, split: Split, all: readonly SourceNote[], tunes: readonly Tune[]): SharedSetting[] => {
  const offer = {
    split,
    notes: all.filter((note) => note.isHeldOut === (split === 'test')),
    tunes: tunes.filter((tune) => splitOfTune(tune.id) === split),
  }
  return kind === 'base' ? baseSettings(offer) : violinSettings(offer)
}

/** One setting, drawn by the shares. */
export const pickSetting = (settings: readonly SharedSetting[], random: Random): ClipSetting => {
  let left = random.next() * settings.reduce((sum, { share }) => sum + share, 0)
  for (const { setting, share } of settings) {
    left -= share
    if (left <= 0) return setting
  }
  return settings[0].setting
}
