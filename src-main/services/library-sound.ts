import type { MethodOutput } from '#contract/api.ts'
import type { Recording } from '#contract/library.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { cutSoundResultSchema, type CutSoundSpec } from '#main/jobs/handlers/cut-sound-spec.ts'
import { drawSoundResultSchema, type DrawSoundSpec } from '#main/jobs/handlers/draw-sound-spec.ts'
import type { Unit } from '#main/library/repositories/library-conditions.ts'
import type { RecordingSignals } from '#main/library/repositories/recordings.ts'
import type { ServiceContext } from './context.ts'

const INTERNAL_RATE = 44100

/** Lowest and highest sample of equal parts of a span, from the stored outline; full scale = 1. */
export const drawOutline = (
  { samplesPerPeak, peaks }: Pick<RecordingSignals, 'samplesPerPeak' | 'peaks'>,
  startSeconds: number,
  endSeconds: number,
  count: number,
): MethodOutput<'library.waveform'> => {
  const minima = new Float32Array(count)
  const maxima = new Float32Array(count)
  const last = peaks.length / 2 - 1
  const toPeak = (seconds: number): number => (seconds * INTERNAL_RATE) / samplesPerPeak
  const width = Math.max(0, toPeak(endSeconds) - toPeak(startSeconds)) / count
  for (let part = 0; part < count && last >= 0; part++) {
    const from = Math.min(last, Math.floor(toPeak(startSeconds) + part * width))
    const to = Math.min(last + 1, Math.max(from + 1, Math.floor(toPeak(startSeconds) + (part + 1) * width)))
    let low = 127
    let high = -127
    for (let i = from; i < to; i++) {
      low = Math.min(low, peaks[2 * i] ?? 0)
      high = Math.max(high, peaks[2 * i + 1] ?? 0)
    }
    minima[part] = low / 127
    maxima[part] = high / 127
  }
  return { minima, maxima }
}

/** Where a recording's own file lies. */
export const findOriginal = ({ library }: Pick<ServiceContext, 'library'>, assetId: string): string => {
  const asset = library.assets.find(assetId)
  if (asset === null) throw new EngineError('NOT_FOUND', { kind: 'sound', id: assetId })
  return library.blobs.pathOf(asset.id, asset.extension)
}

/** Peaks of rows for a list, row after row; 255 = full scale. */
export const drawOutlines = (
  { library }: Pick<ServiceContext, 'library'>,
  unit: Unit,
  seqs: readonly number[],
  count: number,
): Uint8Array<ArrayBuffer> => {
  const peaks = new Uint8Array(seqs.length * count)
  const outlines = new Map(library.recordings.listOutlines(unit, seqs).map((outline) => [outline.seq, outline]))
  seqs.forEach((seq, row) => {
    const outline = outlines.get(seq)
    if (outline === undefined) return
    const { minima, maxima } = drawOutline(outline, outline.startSeconds, outline.endSeconds, count)
    for (let part = 0; part < count; part++) {
      peaks[row * count + part] = Math.round(255 * Math.max(0, -(minima[part] ?? 0), maxima[part] ?? 0))
    }
  })
  return peaks
}

interface Span {
  readonly startSeconds: number
  readonly endSeconds: number
  readonly cleaning: Recording['cleaning']
}

const task = (): { signal: AbortSignal; onProgress: () => undefined; onItem: () => undefined } => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
  onItem: () => undefined,
})

const specify = (context: Pick<ServiceContext, 'library'>, recording: Recording, span: Span): CutSoundSpec => {
  if (recording.kind === 'melody') throw new EngineError('RECORDING_IS_MELODY', { name: recording.name })
  return { path: findOriginal(context, recording.assetId), ...span }
}

/** What a violin and its noises fill. */
const PICTURE_HZ = { lowestHz: 60, highestHz: 18_000 }

/** A span of a recording as pictures, through a cleaning chain where one is given. */
export const drawSound = async (
  context: Pick<ServiceContext, 'env' | 'library'>,
  recording: Recording,
  span: Span & { columns: number; bands: number },
): Promise<MethodOutput<'library.picture'>> => {
  const { columns, bands, ...rest } = span
  const spec: DrawSoundSpec = { ...specify(context, recording, rest), columns, bands, ...PICTURE_HZ }
  const { levels, peaks, report } = drawSoundResultSchema.parse(await context.env.ears.run('draw-sound', spec, task()))
  return { levels: levels as Uint8Array<ArrayBuffer>, peaks: peaks as Float32Array<ArrayBuffer>, ...PICTURE_HZ, report }
}

/** A span of a recording as a WAV asset, through a cleaning chain where one is given. */
export const cutSound = async (
  context: Pick<ServiceContext, 'env' | 'library'>,
  recording: Recording,
  span: Span,
): Promise<MethodOutput<'library.sound'>> => {
  const { env, library } = context
  const spec = specify(context, recording, span)
  const { wav, durationSeconds } = cutSoundResultSchema.parse(await env.ears.run('cut-sound', spec, task()))
  const assetId = library.transaction(() => library.assets.save(wav, 'wav', readTimestamp(env.clock)))
  return { assetId, durationSeconds }
}
