import { trackF0 } from '#main/audio/pitch/track-f0.ts'
import { encodeClip } from '#main/networks/codec/codec.ts'
import type { CodecNetwork } from '#main/networks/codec/network.ts'
import type { VoiceMeasures } from './evaluate-voice.ts'

/** Reads clips into a codec's tokens, for counting them. */
export const createCodeReader = (network: CodecNetwork): NonNullable<VoiceMeasures['codec']> => {
  const { nQ, codebookSize, sampleRate, hopLength } = network.config
  return {
    nQ,
    codebookSize,
    encode(pcm) {
      const track = trackF0(pcm, sampleRate, { fMin: 160, fMax: 3700, hopSeconds: hopLength / sampleRate })
      const f0 = new Float32Array(Math.floor(pcm.length / hopLength))
      let last = track.f0.find((hz) => hz > 0)
      if (last === undefined || f0.length < 2) return null
      for (let i = 0; i < f0.length; i++) {
        if ((track.f0[i] ?? 0) > 0) last = track.f0[i]
        f0[i] = last
      }
      return encodeClip(network, pcm, f0).codes
    },
  }
}
