import { z } from 'zod'
import { DEFAULT_LANES } from '#contract/expression.ts'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import { evaluateCodec, type CodecAnchor, type CodecTestClip } from '#main/evaluation/codec/evaluate-codec.ts'
import { evaluateSinging, readNoteAnnotations } from '#main/evaluation/violin/evaluate-singing.ts'
import { evaluateViolin, type RenderMelody } from '#main/evaluation/violin/evaluate-violin.ts'
import { renderClip } from '#main/generation/render-clip.ts'
import { openVoice } from '#main/generation/voice.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { createOpusAnchor, hasOpusTools } from './opus-anchor.ts'

const codecSpecSchema = z.object({ corpusDir: z.string(), voice: z.string().optional() })

/** The codec on a corpus's held-out clips, beside Opus where its tools are installed. */
export const evaluateCodecHandler: TaskHandler = {
  async run(rawSpec, { onProgress }) {
    const { corpusDir, voice } = codecSpecSchema.parse(rawSpec)
    const { network, modelHash } = await openVoice(voice)
    const corpus = openCorpus(corpusDir, 'test')
    const clips = corpus.clips.map(({ subset }, index): CodecTestClip => {
      const { f0, loudnessDb, isNote } = corpus.readControls(index)
      return { subset, pcm: corpus.readAudio(index), f0, loudnessDb, isNote }
    })
    corpus.close()
    const anchors: Record<string, CodecAnchor> = (await hasOpusTools())
      ? Object.fromEntries([6, 12, 24].map((kilobits) => [`opus ${kilobits} kb/s`, createOpusAnchor(kilobits)]))
      : {}
    const scores = await evaluateCodec(network, clips, { anchors, onProgress: (fraction) => onProgress(fraction, 'coding held-out clips') })
    return { modelHash, ...scores }
  },
}

const renderWith =
  (voice: string | undefined): RenderMelody =>
  (melody, seed) =>
    renderClip({ notes: melody.notes, lanes: DEFAULT_LANES, seed, ...(voice === undefined ? {} : { voice }) })

const violinSpecSchema = z.object({ corpusDir: z.string(), voice: z.string().optional(), melodies: z.number().int().positive() })

/** Held-out melodies of a corpus, hummed, understood and played. */
export const evaluateViolinHandler: TaskHandler = {
  async run(rawSpec, { onProgress }) {
    const { corpusDir, voice, melodies } = violinSpecSchema.parse(rawSpec)
    const { modelHash } = await openVoice(voice)
    const corpus = openCorpus(corpusDir, 'test')
    const chosen = corpus.clips.filter(({ notes }) => notes.length >= 4).slice(0, melodies)
    corpus.close()
    const scores = await evaluateViolin(
      chosen.map(({ id, notes }) => ({ name: id, notes })),
      {
        render: renderWith(voice),
        onProgress: (fraction) => onProgress(fraction, 'humming and playing held-out melodies'),
      },
    )
    return { modelHash, ...scores }
  },
}

const singingSpecSchema = z.object({
  pcm: z.custom<Float32Array>((value) => value instanceof Float32Array),
  sampleRate: z.number(),
  annotations: z.string(),
  voice: z.string().optional(),
})

/** A person's own recording with annotated notes. */
export const evaluateSingingHandler: TaskHandler = {
  async run(rawSpec) {
    const { pcm, sampleRate, annotations, voice } = singingSpecSchema.parse(rawSpec)
    const { modelHash } = await openVoice(voice)
    const scores = await evaluateSinging(pcm, sampleRate, { annotated: readNoteAnnotations(annotations), render: renderWith(voice) })
    return { modelHash, ...scores }
  },
}
