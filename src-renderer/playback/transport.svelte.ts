import { assetPath } from '#contract/api.ts'
import type { Note } from '#contract/melody.ts'
import { midiToHz } from '#music/pitch.ts'
import type * as ToneModule from 'tone'
import { measureEarLoudness } from './ear-loudness.ts'
import { routeToSpeaker } from './speaker.ts'

/** What can be played. `id` tells two of them apart on the screen; at `tempo` 2 the melody runs twice as fast as it was sung. */
export type Playable =
  | { readonly id: string; readonly kind: 'asset'; readonly assetId: string; readonly title: string; readonly tempo?: number }
  | { readonly id: string; readonly kind: 'notes'; readonly notes: readonly Note[]; readonly title: string }

type ToneLibrary = typeof ToneModule
type ToneAudioBuffer = ToneModule.ToneAudioBuffer

const FADE_SECONDS = 0.02
/** Everything is played this loud, as far as its peaks allow. */
const TARGET_LUFS = -21
const MOST_GAIN_DB = 12
const HIGHEST_PEAK = 0.98
const MOST_KEPT = 24

interface Voice {
  readonly playable: Playable
  readonly stop: (fadeSeconds: number) => void
  readonly startedAt: number
  readonly offsetSeconds: number
  readonly durationSeconds: number
}

/** What makes a sound as loud as every other, dB. */
const findGainDb = (samples: Float32Array, sampleRate: number): number => {
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 1e-6)
  const roomDb = 20 * Math.log10(HIGHEST_PEAK / peak)
  return Math.min(MOST_GAIN_DB, Math.max(-MOST_GAIN_DB, Math.min(roomDb, TARGET_LUFS - measureEarLoudness(samples, sampleRate))))
}

const tempoOf = (playable: Playable): number => (playable.kind === 'asset' ? (playable.tempo ?? 1) : 1)

/** Plays one thing at a time, and is the one writer of where it plays. */
export class Transport {
  playing = $state.raw<Playable>()
  /** The thing that Space plays: the last one that sounded. */
  last = $state.raw<Playable>()
  positionSeconds = $state(0)
  durationSeconds = $state(0)
  isLoading = $state(false)
  /** The last two that were heard, A and B: going to and fro between them leaves their letters alone. */
  pair = $state.raw<readonly [Playable, Playable]>()
  #voice: Voice | undefined
  #tone: Promise<ToneLibrary> | undefined
  #request = 0
  readonly #buffers = new Map<string, ToneAudioBuffer>()
  readonly #gainsDb = new WeakMap<ToneAudioBuffer, number>()

  /** Plays from a position, or from the start. What sounded fades out. */
  async play(playable: Playable, fromSeconds = 0): Promise<void> {
    const request = ++this.#request
    this.isLoading = true
    try {
      const tone = await this.#load()
      await tone.start()
      const buffer = await this.#bufferOf(tone, playable)
      if (request !== this.#request) return
      this.#begin(tone, playable, buffer, fromSeconds)
    } finally {
      if (request === this.#request) this.isLoading = false
    }
  }

  /** Plays or stops this one. */
  toggle(playable: Playable): Promise<void> {
    if (this.playing?.id === playable.id) {
      this.stop()
      return Promise.resolve()
    }
    return this.play(playable)
  }

  stop(): void {
    this.#request++
    this.isLoading = false
    this.#voice?.stop(FADE_SECONDS)
    this.#voice = undefined
    this.playing = undefined
  }

  /** Changes between the last two that were heard, equally loud and at the same place of the melody. */
  async compare(): Promise<void> {
    const { last, pair } = this
    const other = pair?.find(({ id }) => id !== last?.id)
    if (last === undefined || other === undefined) return
    await this.play(other, this.playing === undefined ? 0 : (this.positionSeconds * tempoOf(last)) / tempoOf(other))
  }

  get canCompare(): boolean {
    return this.pair !== undefined
  }

  /** Forgets what was heard, as when another hum is opened. */
  reset(): void {
    this.stop()
    this.last = undefined
    this.pair = undefined
    this.positionSeconds = 0
  }

  /** Clicks a count-in; resolves after its last beat, `false` when it was stopped. */
  async countIn(beats: number, bpm: number, onBeat: (beat: number) => void, signal: AbortSignal): Promise<boolean> {
    const tone = await this.#load()
    await tone.start()
    const click = new tone.Synth({
      oscillator: { type: 'triangle' },
      envelope: { attack: 0.001, decay: 0.04, sustain: 0, release: 0.02 },
    }).toDestination()
    click.volume.value = -8
    const beatSeconds = 60 / bpm
    const start = tone.now() + 0.1
    for (let beat = 0; beat < beats; beat++) click.triggerAttackRelease(beat === 0 ? 1760 : 1320, 0.04, start + beat * beatSeconds)
    let shown = 0
    return new Promise((resolve) => {
      const tick = (): void => {
        const beat = Math.floor((tone.now() - start) / beatSeconds) + 1
        if (signal.aborted || beat > beats) {
          click.dispose()
          resolve(!signal.aborted)
          return
        }
        if (beat > shown && beat >= 1) onBeat((shown = beat))
        setTimeout(tick, 15)
      }
      tick()
    })
  }

  /** Tone waits for the first sound: a page may not open an audio device before it was touched. */
  #load(): Promise<ToneLibrary> {
    return (this.#tone ??= import('tone').then((tone) => {
      // The browser's own context, which can be sent to a chosen device.
      const native = new AudioContext({ latencyHint: 'interactive' })
      routeToSpeaker(native)
      tone.setContext(new tone.Context(native))
      return tone
    }))
  }

  #begin(tone: ToneLibrary, playable: Playable, buffer: ToneAudioBuffer, fromSeconds: number): void {
    this.#voice?.stop(FADE_SECONDS)
    const offsetSeconds = fromSeconds >= buffer.duration ? 0 : Math.max(0, fromSeconds)
    const gainDb = this.#gainsDb.get(buffer) ?? findGainDb(buffer.getChannelData(0), buffer.sampleRate)
    this.#gainsDb.set(buffer, gainDb)
    const player = new tone.Player({
      url: buffer,
      fadeIn: offsetSeconds > 0 ? FADE_SECONDS : 0,
      fadeOut: FADE_SECONDS,
      volume: gainDb,
    }).toDestination()
    const startedAt = tone.now() + 0.02
    player.start(startedAt, offsetSeconds)
    const voice: Voice = {
      playable,
      startedAt,
      offsetSeconds,
      durationSeconds: buffer.duration,
      stop: (fadeSeconds) => {
        player.stop()
        setTimeout(() => player.dispose(), fadeSeconds * 1000 + 100)
      },
    }
    this.#voice = voice
    const before = this.last
    this.last = playable
    if (before !== undefined && before.id !== playable.id) {
      const isSame = this.pair?.every(({ id }) => id === before.id || id === playable.id) === true
      if (!isSame) this.pair = [before, playable]
    }
    this.playing = playable
    this.durationSeconds = buffer.duration
    const follow = (): void => {
      if (this.#voice !== voice) return
      const position = offsetSeconds + Math.max(0, tone.now() - startedAt)
      if (position >= voice.durationSeconds) {
        this.#voice = undefined
        this.playing = undefined
        this.positionSeconds = 0
        setTimeout(() => player.dispose(), 200)
        return
      }
      this.positionSeconds = position
      setTimeout(follow, 25)
    }
    follow()
  }

  async #bufferOf(tone: ToneLibrary, playable: Playable): Promise<ToneAudioBuffer> {
    const key = playable.kind === 'asset' ? playable.assetId : JSON.stringify(playable.notes)
    const known = this.#buffers.get(key)
    if (known !== undefined) return known
    const buffer =
      playable.kind === 'asset'
        ? await new tone.ToneAudioBuffer().load(assetPath(playable.assetId))
        : await this.#playNotes(tone, playable.notes)
    this.#buffers.set(key, buffer)
    const oldest = this.#buffers.keys().next().value
    if (this.#buffers.size > MOST_KEPT && oldest !== undefined) this.#buffers.delete(oldest)
    return buffer
  }

  /** The bare notes on a plain soft tone, to hear what was understood. */
  #playNotes(tone: ToneLibrary, notes: readonly Note[]): Promise<ToneAudioBuffer> {
    const end = Math.max(0.2, ...notes.map((note) => note.onsetSeconds + note.durationSeconds))
    return tone.Offline(
      () => {
        const synth = new tone.Synth({
          oscillator: { type: 'triangle' },
          envelope: { attack: 0.015, decay: 0.1, sustain: 0.7, release: 0.06 },
        }).toDestination()
        for (const note of notes)
          synth.triggerAttackRelease(midiToHz(note.pitch), Math.max(0.02, note.durationSeconds - 0.03), note.onsetSeconds, note.velocity)
      },
      end + 0.3,
      1,
      44100,
    )
  }
}
