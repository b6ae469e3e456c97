import type { MethodOutput } from '#contract/api.ts'
import type { Recording } from '#contract/library.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { cutSoundResultSchema, type CutSoundSpec } from '#main/jobs/handlers/cut-sound-spec.ts'
import type { RecordingSignals } from '#main/library/repositories/recordings.ts'
import type { ServiceContext } from './context.ts'

const INTERNAL_RATE = 44100

/** Lowest and highest sample of equal parts of a span, from the stored outline; full scale = 1. */
export const drawOutline = (
  { samplesPerPeak, peaks }: RecordingSignals,
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

/** A span of a recording as a WAV asset, through a cleaning chain where one is given. */
export const cutSound = async (
  context: Pick<ServiceContext, 'env' | 'library'>,
  recording: Recording,
  span: { startSeconds: number; endSeconds: number; cleaning: Recording['cleaning'] },
): Promise<MethodOutput<'library.sound'>> => {
  const { env, library } = context
  if (recording.kind === 'melody') throw new EngineError('RECORDING_IS_MELODY', { name: recording.name })
  const spec: CutSoundSpec = { path: findOriginal(context, recording.assetId), ...span }
  const task = { signal: new AbortController().signal, onProgress: () => undefined, onItem: () => undefined }
  const { wav, durationSeconds } = cutSoundResultSchema.parse(await env.ears.run('cut-sound', spec, task))
  const assetId = library.transaction(() => library.assets.save(wav, 'wav', readTimestamp(env.clock)))
  return { assetId, durationSeconds }
}
