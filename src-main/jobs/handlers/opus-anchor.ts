import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { resample } from '#main/audio/io/resample.ts'
import { encodeWav, readWav } from '#main/audio/io/wav.ts'
import type { CodecAnchor } from '#main/evaluation/codec/evaluate-codec.ts'

const run = promisify(execFile)
const OPUS_RATE = 48000

/** Whether opusenc and opusdec (Debian's opus-tools) are there. */
export const hasOpusTools = async (): Promise<boolean> => {
  const found = await Promise.allSettled([run('opusenc', ['--version']), run('opusdec', ['--version'])])
  return found.every(({ status }) => status === 'fulfilled')
}

/** A clip through libopus at a bitrate and back: variable bitrate, encoder's defaults otherwise. */
export const createOpusAnchor =
  (kilobits: number): CodecAnchor =>
  async (pcm, sampleRate) => {
    const folder = await mkdtemp(join(tmpdir(), 'fiddlehead-opus-'))
    try {
      const [input, coded, output] = ['in.wav', 'x.opus', 'out.wav'].map((name) => join(folder, name))
      await writeFile(input, encodeWav([resample(pcm, sampleRate, OPUS_RATE)], { sampleRate: OPUS_RATE, bits: 24 }))
      await run('opusenc', ['--quiet', '--vbr', '--bitrate', String(kilobits), input, coded])
      await run('opusdec', ['--quiet', '--float', '--rate', String(OPUS_RATE), coded, output])
      const { channels } = readWav(await readFile(output))
      return resample(channels[0], OPUS_RATE, sampleRate)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
