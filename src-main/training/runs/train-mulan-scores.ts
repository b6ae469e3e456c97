import { captionsOf } from '#main/corpus/captions/captions-of.ts'
import { instrumentNames, valuesOf, waysToSay, type Phrasing } from '#main/corpus/captions/caption-phrases.ts'
import { gatherMusicFacts, MUSIC_FACTS, type MusicFact, type MusicFacts } from '#main/corpus/captions/music-facts.ts'
import { openCorpus } from '#main/corpus/shards/open-corpus.ts'
import { scoreAttribute, scoreRetrieval, type AttributeScores, type RetrievalScores } from '#main/evaluation/retrieval/score-retrieval.ts'
import { createRandom } from '#main/foundation/random.ts'
import { openMulan, type Mulan } from '#main/networks/mulan/mulan.ts'
import { ensureBackend } from '#main/tensor/backend/tf.ts'

export interface EvaluateMulanOptions {
  readonly weightsPath: string
  readonly corpusDirs: readonly string[]
  readonly split?: 'valid' | 'test'
  /** 'heldout' (usual): phrases and sentence patterns that training never saw. */
  readonly phrasing?: Phrasing
  readonly seed?: number
  readonly onProgress?: (message: string) => void
}

export interface MulanScores {
  readonly clips: number
  readonly seconds: number
  readonly phrasing: Phrasing
  /** Captions that state every known fact, and captions as prompts are: a few facts each. */
  readonly completeCaptions: RetrievalScores
  readonly shortCaptions: RetrievalScores
  readonly attributes: Readonly<Partial<Record<MusicFact, AttributeScores>>>
  /** Mean cosine of a sound with its own complete caption, and with the others' captions. */
  readonly cosineOwn: number
  readonly cosineOthers: number
  /** Mean cosine of joint vectors, sounds and texts, with what their RVQ tokens stand for. */
  readonly cosineOfTokens: { readonly sounds: number; readonly texts: number }
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, d) => sum + x * b[d], 0)
const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length)

const toUnitVector = (vectors: readonly Float32Array[]): Float32Array => {
  const sum = new Float32Array(vectors[0].length)
  for (const vector of vectors) vector.forEach((x, d) => (sum[d] += x))
  const length = Math.sqrt(dot(sum, sum))
  return sum.map((x) => x / length)
}

/** Every way to say a value, alone. */
const promptsFor = (fact: MusicFact, value: string, phrasing: Phrasing): string[] => {
  if (fact === 'instrument') {
    const names = instrumentNames(value, phrasing)
    return names.flatMap((name) => (phrasing === 'heldout' ? [`unaccompanied ${name}`, `performed by a ${name} alone`] : [`solo ${name}`, name]))
  }
  const options = { phrasing, instrument: 'violin' }
  return [...waysToSay(fact, value, { ...options, form: 'tag' }), ...waysToSay(fact, value, { ...options, form: 'says' })]
}

const scoreAttributes = async (
  mulan: Mulan,
  sounds: readonly Float32Array[],
  options: { facts: readonly MusicFacts[]; phrasing: Phrasing },
): Promise<Partial<Record<MusicFact, AttributeScores>>> => {
  const { facts, phrasing } = options
  const result: Partial<Record<MusicFact, AttributeScores>> = {}
  for (const fact of MUSIC_FACTS) {
    const truth = facts.map((known) => known[fact])
    const present = [...new Set(truth.filter((value) => value !== undefined))].sort()
    const values = fact === 'instrument' || fact === 'key' ? present : valuesOf(fact)
    const texts = new Map<string, Float32Array>()
    for (const value of values) texts.set(value, toUnitVector(await mulan.embedTexts(promptsFor(fact, value, phrasing))))
    if (present.length > 1) result[fact] = scoreAttribute(sounds, truth, texts)
  }
  return result
}

/**
 * Retrieval both ways and every attribute's accuracy on held-out clips with held-out phrasings.
 *
 * @throws EngineError MODEL_NOT_INSTALLED, MODEL_DAMAGED, SENTENCE_ENCODER_MISSING, CORPUS_MATERIAL_MISSING
 */
export const evaluateMulan = async (options: EvaluateMulanOptions): Promise<MulanScores> => {
  await ensureBackend()
  const { phrasing = 'heldout', split = 'test', seed = 1 } = options
  const mulan = openMulan(options.weightsPath)
  try {
    const facts: MusicFacts[] = []
    const sounds: Float32Array[] = []
    const complete: string[] = []
    const short: { text: string; stated: MusicFacts }[] = []
    let seconds = 0
    for (const dir of options.corpusDirs) {
      const corpus = openCorpus(dir, split)
      corpus.clips.forEach((meta, index) => {
        if (index % 20 === 0) options.onProgress?.(`hearing ${split} clips of ${dir}: ${index} of ${corpus.clips.length}`)
        const random = createRandom(meta.seed ^ seed)
        facts.push(gatherMusicFacts(meta))
        sounds.push(mulan.embedAudio(corpus.readAudio(index)))
        complete.push(captionsOf(meta, { count: 1, phrasing, random, isComplete: true })[0].text)
        short.push(captionsOf(meta, { count: 1, phrasing, random })[0])
        seconds += meta.samples / 44100
      })
      corpus.close()
    }
    options.onProgress?.('reading captions')
    const completeVectors = await mulan.embedTexts(complete)
    const shortVectors = await mulan.embedTexts(short.map(({ text }) => text))
    const agree = (stated: MusicFacts, known: MusicFacts): boolean =>
      (Object.keys(stated) as MusicFact[]).every((fact) => stated[fact] === known[fact])
    const cosines = completeVectors.map((text) => sounds.map((sound) => dot(text, sound)))
    const throughTokens = (vector: Float32Array): number => {
      const found = mulan.lookUp(mulan.tokens(vector))
      return dot(vector, found) / Math.sqrt(dot(found, found))
    }
    return {
      clips: sounds.length,
      seconds,
      phrasing,
      completeCaptions: scoreRetrieval(sounds, completeVectors, (text, sound) => agree(facts[text], facts[sound])),
      shortCaptions: scoreRetrieval(sounds, shortVectors, (text, sound) => agree(short[text].stated, facts[sound])),
      attributes: await scoreAttributes(mulan, sounds, { facts, phrasing }),
      cosineOwn: mean(cosines.map((row, i) => row[i])),
      cosineOthers: mean(cosines.flatMap((row, i) => row.filter((_, j) => j !== i))),
      cosineOfTokens: { sounds: mean(sounds.map(throughTokens)), texts: mean(completeVectors.map(throughTokens)) },
    }
  } finally {
    mulan.dispose()
  }
}
