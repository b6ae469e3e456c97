import type { Random } from '#main/foundation/random.ts'
import { midiToHz } from '#music/pitch.ts'
import { analyzeNote, MATERIAL_RATE } from './material/analyze-note.ts'
import type { Instrument } from './material/instruments.ts'
import type { MaterialKind, MaterialSource, SourceNote } from './material/source-note.ts'

export interface SyntheticNote {
  readonly midi: number
  readonly kind: MaterialKind
  readonly seconds: number
  readonly vibratoCents: number
  readonly isHeldOut: boolean
  /** The violin unless said. */
  readonly instrument?: Instrument
  /** Real violin recordings unless said. */
  readonly source?: MaterialSource
  /** How long the tone stays at an eighth of its strength before it speaks; not at all unless said. */
  readonly breathSeconds?: number
}

/** A bowed or plucked tone made of harmonics with its own vibrato: material whose truth is known, for tests and trials. */
export const synthesizeSource = (
  { midi, kind, seconds, vibratoCents, isHeldOut, instrument = 'violin', source = 'violin-recordings', breathSeconds = 0 }: SyntheticNote,
  random: Random,
): SourceNote | undefined => {
  const length = Math.round(seconds * MATERIAL_RATE)
  const pcm = new Float32Array(length)
  const phases = Array.from({ length: 12 }, () => 2 * Math.PI * random.next())
  let phase = 0
  for (let n = 0; n < length; n++) {
    const t = n / MATERIAL_RATE
    phase += (2 * Math.PI * midiToHz(midi + (vibratoCents / 100) * Math.sin(2 * Math.PI * 5.5 * t))) / MATERIAL_RATE
    const rise = Math.min(1, Math.max(0, (t - 0.01) / 0.04))
    const fall = kind === 'pizzicato' ? Math.exp(-t * 6) : Math.min(1, Math.max(0, (seconds - t) / 0.1))
    const breath = t < breathSeconds ? 0.125 : Math.min(1, 0.125 + (t - breathSeconds) / 0.03)
    let value = 0
    for (let k = 1; k <= 12 && k * midiToHz(midi) < 16000; k++) value += Math.sin(k * phase + phases[k - 1]) / k
    pcm[n] = 0.2 * rise * fall * value * (breathSeconds > 0 ? breath : 1)
  }
  return analyzeNote({ id: `synthetic/${kind}-${midi}`, source, kind, instrument, midi, pcm, isHeldOut })
}
