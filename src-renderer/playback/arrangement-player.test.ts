import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { addClip } from '#arrangement/clip-edits.ts'
import { setLoopRange, toggleLoop } from '#arrangement/time-edits.ts'
import { addTrack } from '#arrangement/track-edits.ts'
import { createProject, type Project, type Source } from '#contract/project.ts'
import type { Sound } from './arrangement-sounds.ts'
import { ArrangementPlayer } from './arrangement-player.svelte.ts'

const RATE = 48000
const SECONDS = 20

/** An audio device that keeps a book instead of sounding. */
interface Started {
  readonly frame: number
  readonly pcm: Float32Array
  isStopped: boolean
}
let now = 0
let started: Started[] = []
let tick: () => void = () => undefined

const makeNode = (): object => {
  const param = { value: 0, setTargetAtTime: () => undefined }
  return { gain: param, connect: () => undefined, disconnect: () => undefined, getFloatTimeDomainData: () => undefined, fftSize: 0 }
}
vi.mock('tone', () => ({
  Context: class {
    readonly sampleRate = RATE
    readonly rawContext = { destination: {} }
    get currentTime(): number {
      return now
    }
    on(_event: string, listener: () => void): void {
      tick = listener
    }
    resume = (): Promise<void> => Promise.resolve()
    dispose = (): void => undefined
    createGain = makeNode
    createAnalyser = makeNode
    createConvolver = makeNode
    createChannelSplitter = makeNode
    createChannelMerger = makeNode
    createBuffer(channels: number, length: number): object {
      const sides = Array.from({ length: channels }, () => new Float32Array(length))
      return {
        sides,
        copyToChannel: (pcm: Float32Array, side: number) => sides[side]?.set(pcm),
        getChannelData: (side: number) => sides[side],
      }
    }
    createBufferSource(): object {
      const source = {
        buffer: null as { sides: Float32Array[] } | null,
        connect: () => undefined,
        disconnect: () => undefined,
        start(at: number): void {
          const entry: Started = {
            frame: Math.ceil(at * RATE - 1e-3),
            pcm: source.buffer?.sides[0] ?? new Float32Array(0),
            isStopped: false,
          }
          started.push(entry)
          source.stop = () => void (entry.isStopped = true)
        },
        stop: () => undefined,
      }
      return source
    }
  },
}))

beforeEach(() => {
  now = 0
  started = []
  vi.stubGlobal('AudioContext', class {})
  vi.stubGlobal('requestAnimationFrame', () => 0)
  vi.stubGlobal('cancelAnimationFrame', () => undefined)
})
afterEach(() => vi.unstubAllGlobals())

/** Every sample of the material is its own number, so that what sounds says where it comes from. */
const material = Float32Array.from({ length: SECONDS * RATE }, (_, i) => i + 1)
const sound: Sound = { material: [material], sampleRate: RATE, levels: [] }
const source: Source = { id: 'ramp', name: 'ramp', assetId: 'a', takeId: null, durationSeconds: SECONDS, sampleRate: RATE, channelCount: 1, notes: [], recipe: null } // prettier-ignore

it('leaves no phantom and does not drift through 500 starts, stops, seeks and loops at random', async () => {
  const empty: Project = { ...createProject('x', 120), sampleRate: RATE, master: { gainDb: 0, reverbSeconds: 0.2, reverbGainDb: 0 } }
  let project = addClip(addTrack(empty, { id: 'track', name: 'T' }), { id: 'clip', trackId: 'track', source, startSeconds: 0 })
  const player = new ArrangementPlayer()
  vi.spyOn(player.sounds, 'load').mockResolvedValue(sound)
  vi.spyOn(player.sounds, 'find').mockReturnValue(sound)
  player.setProject(project)
  let state = 12345
  const random = (below: number): number => (state = (state * 1103515245 + 12345) % 2147483648) % below
  let checked = 0
  for (let step = 0; step < 500; step++) {
    const isAsked = player.isPlaying
    switch (random(5)) {
      case 0:
        if (!isAsked) await player.play((random(1800) / 1000) * 10)
        break
      case 1:
        player.stop()
        break
      case 2:
        player.seek((random(1500) / 1000) * 10)
        await new Promise((resolve) => setTimeout(resolve, 0))
        break
      case 3:
        project = project.loopRange === null ? setLoopRange(project, random(8), 8.5 + random(8)) : toggleLoop(project)
        player.setProject(project)
        break
    }
    // The device plays on, asking for more as it does.
    for (let i = random(8); i >= 0; i--) {
      now += 0.05 + random(50) / 1000
      tick()
    }
    const loop = project.loopRange?.isOn === true ? project.loopRange : null
    const frame = Math.floor(now * RATE)
    started = started.filter((one) => !one.isStopped && one.frame + one.pcm.length > frame)
    const sounding = started.filter((one) => !one.isStopped && one.frame <= frame && frame < one.frame + one.pcm.length)
    if (!player.isPlaying) expect(sounding).toEqual([])
    // One piece at a time; a seam belongs to the later one.
    expect(sounding.length).toBeLessThanOrEqual(1)
    const ahead = started.filter((one) => !one.isStopped && one.frame + one.pcm.length > frame).sort((a, b) => a.frame - b.frame)
    for (const [i, one] of ahead.entries()) {
      const before = ahead[i - 1]
      if (before === undefined) continue
      expect(one.frame).toBe(before.frame + before.pcm.length)
      const last = before.pcm.at(-1) ?? 0
      const first = one.pcm[0] ?? 0
      if (last === 0 || first === 0) continue
      // The very next sample, or round the loop from its end to its start.
      const isRound = loop !== null && Math.round(loop.startSeconds * RATE) + 1 === first && Math.round(loop.endSeconds * RATE) === last
      expect(isRound || first === last + 1).toBe(true)
      checked++
    }
  }
  player.stop()
  expect(started.filter((one) => !one.isStopped && one.frame + one.pcm.length > now * RATE)).toEqual([])
  expect(checked).toBeGreaterThan(500)
})
