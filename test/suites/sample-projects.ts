import fc from 'fast-check'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { type Clip, createProject, type Project, type Source, type Track } from '#contract/project.ts'
import { readMemory, type PcmReader } from '#main/export/mix/pcm-reader.ts'
import { createRandom } from '#main/foundation/random.ts'

export const RATE = 48000

const NO_FADE = { seconds: 0, curve: 'linear' as const }

/** Two seconds of noise below full scale, so that 24 bits hold it. */
const makeNoise = (seed: number): Float32Array => {
  const random = createRandom(seed)
  return Float32Array.from({ length: 2 * RATE }, () => random.between(-0.5, 0.5))
}
const sounds: Readonly<Record<string, readonly Float32Array[]>> = {
  phrase: [makeNoise(1)],
  backing: [makeNoise(2), makeNoise(3)],
}

export const openSampleSource = (source: Source): PcmReader | null => {
  const channels = sounds[source.id]
  return channels === undefined ? null : readMemory(channels, RATE)
}

const note = (onsetSeconds: number, durationSeconds: number, pitch: number) => ({
  onsetSeconds,
  durationSeconds,
  pitch,
  velocity: 0.7,
  confidence: 1,
})

const phrase: Source = {
  id: 'phrase',
  name: 'Phrase <1> & "more"',
  assetId: 'asset-phrase',
  takeId: 'take-phrase',
  durationSeconds: 2,
  sampleRate: RATE,
  channelCount: 1,
  notes: [note(0, 0.5, 69), note(0.5, 0.5, 71.25), note(1, 1, 72)],
  recipe: {
    title: 'Phrase 1',
    prompt: 'tender, sul tasto',
    lanes: {
      ...DEFAULT_LANES,
      dynamics: [
        { at: 0, value: 0 },
        { at: 1, value: 1 },
      ],
    },
    notes: [note(0, 0.5, 69), note(0.5, 0.5, 71.25), note(1, 1, 72)],
    seed: 7,
    freedom: 0.3,
    edits: [],
    voice: 'violin',
    modelHash: 'abc',
    bpm: 92,
    key: 'A minor',
  },
}
const backing: Source = {
  ...phrase,
  id: 'backing',
  name: 'backing',
  assetId: 'asset-backing',
  takeId: null,
  channelCount: 2,
  notes: [],
  recipe: null,
}
const sketch: Source = { ...phrase, id: 'sketch', name: 'sketch', assetId: null, takeId: null, recipe: null }

export const makeTrack = (id: string, fields: Partial<Track> = {}): Track => ({
  id,
  name: id,
  colour: '#336699',
  kind: 'audio',
  gainDb: 0,
  pan: 0,
  isMuted: false,
  isSoloed: false,
  reverbSend: 0,
  ...fields,
})

export const makeClip = (id: string, fields: Partial<Clip> = {}): Clip => ({
  id,
  trackId: 'violin',
  sourceId: 'phrase',
  name: id,
  colour: null,
  startSeconds: 0,
  durationSeconds: 2,
  offsetSeconds: 0,
  gainDb: 0,
  fadeIn: NO_FADE,
  fadeOut: NO_FADE,
  isReversed: false,
  loop: null,
  ...fields,
})

/** Three tracks, every kind of clip, two tempi, two metres, markers. */
export const SAMPLE_PROJECT: Project = {
  ...createProject('Sketch & more', 92),
  tempo: [
    { atTicks: 0, bpm: 92 },
    { atTicks: 480 * 6, bpm: 120 },
  ],
  metre: [
    { atTicks: 0, beats: 3, unit: 4 },
    { atTicks: 480 * 6, beats: 6, unit: 8 },
  ],
  markers: [
    { id: 'marker-a', atSeconds: 0, name: 'A' },
    { id: 'marker-b', atSeconds: 4.5, name: 'B "loud"' },
  ],
  sources: [phrase, backing, sketch],
  tracks: [
    makeTrack('violin', { name: 'Violin', pan: -0.25, gainDb: -3, reverbSend: 0.2 }),
    makeTrack('band', { name: 'Band', isMuted: true }),
    makeTrack('ideas', { name: 'Ideas', kind: 'melody' }),
  ],
  clips: [
    makeClip('plain', { fadeIn: { seconds: 0.1, curve: 'linear' }, fadeOut: { seconds: 0.25, curve: 'linear' } }),
    makeClip('slipped', { startSeconds: 1.75, offsetSeconds: 0.6, durationSeconds: 1.2, gainDb: -6, colour: '#ff8800' }),
    makeClip('looped', {
      startSeconds: 6,
      durationSeconds: 3,
      offsetSeconds: 0.25,
      loop: { startSeconds: 0.5, endSeconds: 1.5 },
    }),
    makeClip('backwards', { trackId: 'band', sourceId: 'backing', startSeconds: 3, isReversed: true }),
    makeClip('idea', { trackId: 'ideas', sourceId: 'sketch', startSeconds: 2 }),
  ],
}

const seconds = (most: number): fc.Arbitrary<number> => fc.nat(Math.round(most * RATE)).map((count) => count / RATE)
const fade = seconds(0.5).map((length) => ({ seconds: length, curve: 'linear' as const }))
const loop = fc
  .tuple(seconds(0.8), fc.integer({ min: RATE / 4, max: RATE }))
  .map(([startSeconds, length]) => ({ startSeconds, endSeconds: startSeconds + length / RATE }))

/** Arrangements of the sample sounds, without reverb, whose fades every format can say. */
export const sampleProjects: fc.Arbitrary<Project> = fc
  .record({
    tempo: fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 60, max: 180 })), { maxLength: 3 }),
    bpm: fc.integer({ min: 40, max: 200 }),
    pans: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
    clips: fc.array(
      fc.record({
        trackId: fc.constantFrom('violin', 'band'),
        sourceId: fc.constantFrom('phrase', 'backing'),
        startSeconds: seconds(3),
        durationSeconds: fc.integer({ min: RATE / 2, max: 2 * RATE }).map((count) => count / RATE),
        offsetSeconds: seconds(1.2),
        gainDb: fc.constantFrom(0, -4.5, 3),
        fadeIn: fade,
        fadeOut: fade,
        isReversed: fc.boolean(),
        loop: fc.option(loop),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ tempo, bpm, pans, clips }) => ({
    ...SAMPLE_PROJECT,
    tempo: [...new Map([[0, bpm], ...tempo.map(([beat, value]): [number, number] => [beat * 480, value])])]
      .sort((a, b) => a[0] - b[0])
      .map(([atTicks, value]) => ({ atTicks, bpm: value })),
    tracks: pans.map((pan, i) => makeTrack(i === 0 ? 'violin' : 'band', { pan, gainDb: -2 * i })),
    clips: clips.map((clip, i) => makeClip(`clip-${i}`, clip)),
  }))
