import { createProject, type Project } from '#contract/project.ts'
import type { Recipe } from '#contract/recipe.ts'
import { resample } from '#main/audio/io/resample.ts'
import type { WavBits } from '#main/audio/io/wav-writer.ts'
import { makeFileName } from './arrangement/audio-files.ts'
import type { BundleAsset } from './bundle/project-bundle.ts'
import { type ExportedFile, type ExportFormat, exportProject } from './export-project.ts'
import { writeMidi } from './midi/write-midi.ts'
import { readMemory } from './mix/pcm-reader.ts'
import { encodeSoundFile } from './wav/sound-facts.ts'

/** A take with its sound, as plain data. */
export interface TakeSound {
  readonly takeId: string
  readonly recipe: Recipe
  readonly createdAt: string
  /** Mono or stereo, full scale = 1. */
  readonly channels: readonly Float32Array[]
  readonly sampleRate: number
  /** The stored sound file, for bundles. */
  readonly asset: BundleAsset
}

export interface TakeExportOptions {
  readonly version: string
  readonly sampleRate: number
  readonly bits: WavBits
}

const DEFAULT_BPM = 120

const titleOf = ({ title }: Recipe): string => title ?? 'Take'

/** An arrangement of one take on one track, at the start. */
const arrangeTake = ({ takeId, recipe, channels, sampleRate, asset }: TakeSound): Project => {
  const durationSeconds = (channels[0]?.length ?? 0) / sampleRate
  const noFade = { seconds: 0, curve: 'linear' as const }
  return {
    ...createProject(titleOf(recipe), Math.min(300, Math.max(20, recipe.bpm ?? DEFAULT_BPM))),
    sources: [
      {
        id: takeId,
        name: titleOf(recipe),
        assetId: asset.assetId,
        takeId,
        durationSeconds,
        sampleRate,
        channelCount: channels.length === 1 ? 1 : 2,
        notes: recipe.notes,
        recipe,
      },
    ],
    tracks: [
      {
        id: 'track-1',
        name: 'Violin',
        colour: '#8a5a2b',
        kind: 'audio',
        gainDb: 0,
        pan: 0,
        isMuted: false,
        isSoloed: false,
        reverbSend: 0,
      },
    ],
    clips: [
      {
        id: 'clip-1',
        trackId: 'track-1',
        sourceId: takeId,
        name: titleOf(recipe),
        colour: null,
        startSeconds: 0,
        durationSeconds,
        offsetSeconds: 0,
        gainDb: 0,
        fadeIn: noFade,
        fadeOut: noFade,
        isReversed: false,
        loop: null,
      },
    ],
  }
}

/**
 * One take as files for other programs: a WAV file that holds its recipe, its notes with the lanes as MIDI, or an arrangement of
 * that one clip.
 *
 * @returns  as exportProject
 * @throws   as exportProject
 */
export const exportTake = (take: TakeSound, format: ExportFormat, options: TakeExportOptions): ExportedFile[] => {
  const { recipe, createdAt } = take
  const name = `${makeFileName(titleOf(recipe), 'take')}-${recipe.seed}`
  if (format === 'wav') {
    const channels = take.channels.map((pcm) => resample(pcm, take.sampleRate, options.sampleRate))
    const facts = { title: titleOf(recipe), comment: recipe.prompt, createdAt, startSeconds: 0, recipe }
    const music = { ...(recipe.bpm !== undefined && { bpm: recipe.bpm }), ...(recipe.key !== undefined && { key: recipe.key }) }
    const { sampleRate, bits } = options
    return [
      { path: `${name}.wav`, bytes: encodeSoundFile(channels, { sampleRate, bits, ditherSeed: recipe.seed }, { ...facts, ...music }) },
    ]
  }
  if (format === 'midi') {
    const durationSeconds = recipe.notes.reduce((end, note) => Math.max(end, note.onsetSeconds + note.durationSeconds), 0)
    const melody = {
      notes: recipe.notes,
      durationSeconds,
      ...(recipe.bpm !== undefined && { bpm: recipe.bpm }),
      ...(recipe.key !== undefined && { key: recipe.key }),
    }
    return [{ path: `${name}.mid`, bytes: writeMidi(melody, { lanes: recipe.lanes, name: titleOf(recipe) }) }]
  }
  return exportProject(arrangeTake(take), format, {
    ...options,
    openSource: () => readMemory(take.channels, take.sampleRate),
    readAsset: () => take.asset,
  })
}
