import { METHODS, type Hum } from '#contract/api.ts'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { encodeWav, readWav } from '#main/audio/io/wav.ts'
import { makeDemoHum } from '#main/audio/pitch/demo-hum.ts'
import { synthesizeHum } from '#main/audio/pitch/synthesize-hum.ts'
import { silentLogger } from '#main/foundation/logger.ts'
import { spawnCompute } from '#main/hosts/compute-child.ts'
import { EAR_HANDLERS } from '#main/jobs/handlers/ear-handlers.ts'
import { createForkRunner } from '#main/jobs/runner/fork-runner.ts'
import { createInlineRunner } from '#main/jobs/runner/inline-runner.ts'
import { createTestServices, TOY_NOTES, type TestServices } from '#test/suites/test-services.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'

let services: TestServices | undefined
afterEach(() => services?.remove())

const start = (ears = createInlineRunner(EAR_HANDLERS)): TestServices['api'] => (services = createTestServices({ ears })).api

/** A singer who is 45 cents flat throughout and wavers by a few more. */
const sung = synthesizeHum(TOY_NOTES, { seed: 5, detuneCents: -45, intonationCents: 6 })
const FLAT = { pcm: Float32Array.from(sung.pcm), sampleRate: sung.sampleRate }
const classOf = ({ pitch }: { pitch: number }): number => pitch % 12
const isWhole = ({ melody }: Hum): boolean => melody.notes.every(({ pitch }) => Number.isInteger(pitch))

describe('a hum', () => {
  it('becomes notes near the keyboard, its own tuning taken out, unless its pitches are to stay', async () => {
    const api = start()
    const recorded = await api.hums.fromRecording(FLAT)
    expect(recorded.melody.notes.length).toBe(TOY_NOTES.length)
    recorded.melody.notes.forEach((note, i) => {
      expect(Math.abs(classOf(note) - classOf(TOY_NOTES[i] ?? { pitch: 0 }))).toBeLessThan(0.13)
    })
    const bytes = Uint8Array.from(encodeWav([FLAT.pcm], { sampleRate: FLAT.sampleRate, bits: 16 }))
    const file = await api.hums.fromFile({ fileName: 'flat.wav', bytes })
    file.melody.notes.forEach(({ pitch }, i) => expect(pitch).toBeCloseTo(recorded.melody.notes[i]?.pitch ?? 0, 4))
    const asSung = await api.hums.fromFile({ fileName: 'flat.wav', bytes, snap: { key: 'off' } })
    expect(isWhole(asSung)).toBe(false)
    expect(Math.abs(((asSung.melody.notes[0]?.pitch ?? 0) % 12) - 8.55)).toBeLessThan(0.2)
    // Tidying only the rhythm leaves the pitches alone, over the wire as well.
    const input = METHODS['hums.snap'].input.parse({ humId: asSung.id, snap: { grid: '1/8' } })
    expect(isWhole(await api.hums.snap(input))).toBe(false)
    expect(isWhole(await api.hums.snap({ humId: asSung.id, snap: { key: 'chromatic' } }))).toBe(true)
  })

  it('is bundled for those without a microphone: the refrain of Auld Lang Syne', async () => {
    const hum = await start().hums.demo({})
    expect(hum).toMatchObject({ name: 'Demo hum', source: 'demo', warnings: [] })
    const intervals = hum.melody.notes.slice(1).map(({ pitch }, i) => pitch - (hum.melody.notes[i]?.pitch ?? 0))
    expect(intervals.map(Math.round)).toEqual([-2, -3, 0, -2, -2, 2, 7, -2, -3, 0, 3, 2])
    const { channels, sampleRate } = readWav(readFileSync(join(import.meta.dirname, '../../resources/demo-hum.wav')))
    const made = makeDemoHum(sampleRate)
    expect(channels[0]?.length).toBe(made.pcm.length)
    expect(made.pcm.every((sample, n) => Math.abs(sample - (channels[0]?.[n] ?? 9)) < 2 / 32768)).toBe(true)
  })

  it('is heard, and a take tracked, in a process of their own, while the engine answers other calls', async () => {
    const logger = silentLogger
    const api = start(createForkRunner({ spawn: () => spawnCompute(logger), logger }))
    await api.hums.fromRecording(FLAT)
    const pcm = new Float32Array(20 * 44100).map((_, n) => 0.3 * Math.sin(0.06 * n) * (n % 22050 < 18000 ? 1 : 0))
    let isHeard = false
    const listening = api.hums.fromRecording({ pcm, sampleRate: 44100 }).then((hum) => {
      isHeard = true
      return hum
    })
    for (let call = 0; call < 20; call++) {
      expect(await api.hums.list({})).toHaveLength(1)
      await nextTurn()
    }
    expect(isHeard).toBe(false)
    const hum = await listening
    expect(hum.melody.notes.length).toBeGreaterThan(20)
    await expect(api.hums.fromRecording({ pcm: new Float32Array(44100), sampleRate: 44100 })).rejects.toMatchObject({
      code: 'AUDIO_SILENT',
    })
    await api.takes.render({ humId: hum.id, prompt: '', lanes: DEFAULT_LANES, count: 1, seed: 1, durationSeconds: 3 })
    await services?.queue.settle()
    const [take] = await api.takes.list({})
    const track = METHODS['takes.pitchTrack'].output.parse(await api.takes.pitchTrack({ takeId: take?.id ?? '' }))
    expect(track.f0.filter((hz) => hz > 0).length).toBeGreaterThan(150)
  })
})
