import { type Recipe, recipeSchema } from '#contract/recipe.ts'
import { bytesSource } from '#main/audio/io/byte-source.ts'
import { createWavWriter, joinBytes, type RiffChunk, type WavBits, type WavWriter } from '#main/audio/io/wav-writer.ts'
import { readRiffChunks, readWavLayout } from '#main/audio/io/wav.ts'
import { LETTER_SEMITONES, readKey } from '#music/keys.ts'
import { escapeXml, unescapeXml } from '../text/plain-text.ts'
import { decodeAcid, decodeBext, decodeCues, decodeTitle, encodeAcid, encodeBext, encodeCues, encodeInfo } from './fact-chunks.ts'

/** What a sound file says about itself, beside its samples. */
export interface SoundFacts {
  readonly title: string
  readonly comment?: string
  /** ISO 8601. */
  readonly createdAt?: string
  /** Where it begins on the timeline. */
  readonly startSeconds?: number
  /** Only where the sound keeps one tempo. */
  readonly bpm?: number
  readonly metre?: { readonly beats: number; readonly unit: number }
  /** "A minor" */
  readonly key?: string
  readonly markers?: readonly { readonly atSeconds: number; readonly name: string }[]
  readonly recipe?: Recipe
}

export interface SoundFileFormat {
  readonly sampleRate: number
  readonly bits: WavBits
  /** Dither for 16 bits. */
  readonly ditherSeed?: number
}

/** What `readSoundFacts` found; null where the file does not say. */
export interface FoundFacts {
  readonly title: string
  readonly startSeconds: number | null
  readonly bpm: number | null
  readonly metre: { readonly beats: number; readonly unit: number } | null
  /** MIDI note of the tonic. */
  readonly rootKey: number | null
  readonly markers: readonly { readonly atSeconds: number; readonly name: string }[]
  readonly recipe: Recipe | null
}

const findRootKey = (key: string | undefined): number | undefined => {
  const tonic = key === undefined ? undefined : readKey(key)?.tonic
  if (tonic === undefined) return undefined
  const shift = tonic.endsWith('#') ? 1 : tonic.endsWith('b') ? -1 : 0
  return 60 + (((LETTER_SEMITONES[tonic.charAt(0)] ?? 0) + shift + 12) % 12)
}

/** The recipe as JSON inside an element of our own, below iXML's place for what users add. */
const encodeIxml = (facts: SoundFacts): RiffChunk => {
  const recipe = facts.recipe === undefined ? '' : `<FIDDLEHEAD>${escapeXml(JSON.stringify(facts.recipe))}</FIDDLEHEAD>`
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<BWFXML><IXML_VERSION>2.10</IXML_VERSION><PROJECT>${escapeXml(facts.title)}</PROJECT><NOTE>${escapeXml(facts.comment ?? '')}</NOTE><USER>${recipe}</USER></BWFXML>
`
  return { id: 'iXML', bytes: new TextEncoder().encode(xml) }
}

const decodeRecipe = (bytes: Uint8Array): Recipe | null => {
  const text = /<FIDDLEHEAD>([^<]*)<\/FIDDLEHEAD>/.exec(new TextDecoder().decode(bytes))?.[1]
  if (text === undefined) return null
  try {
    return recipeSchema.safeParse(JSON.parse(unescapeXml(text))).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const encodeFacts = (facts: SoundFacts, format: SoundFileFormat, size: { channelCount: number; lengthSamples: number }) => {
  const { sampleRate, bits } = format
  const comment = facts.comment ?? ''
  const rootKey = findRootKey(facts.key)
  const mode = size.channelCount === 1 ? 'mono' : 'stereo'
  const bext = encodeBext({
    description: comment === '' ? facts.title : `${facts.title}: ${comment}`,
    timeReferenceSamples: Math.round((facts.startSeconds ?? 0) * sampleRate),
    codingHistory: `A=PCM,F=${sampleRate},W=${bits},M=${mode},T=Fiddlehead`,
    ...(facts.createdAt !== undefined && { createdAt: facts.createdAt }),
  })
  const cues = (facts.markers ?? [])
    .map(({ atSeconds, name }) => ({ atSamples: Math.round(atSeconds * sampleRate), name }))
    .filter(({ atSamples }) => atSamples >= 0 && atSamples <= size.lengthSamples)
  const acid =
    facts.bpm === undefined
      ? []
      : [
          encodeAcid({
            bpm: facts.bpm,
            beats: Math.round(((size.lengthSamples / sampleRate) * facts.bpm) / 60),
            metre: facts.metre ?? { beats: 4, unit: 4 },
            ...(rootKey !== undefined && { rootKey }),
          }),
        ]
  const info = encodeInfo({ title: facts.title, comment, ...(facts.createdAt !== undefined && { createdAt: facts.createdAt }) })
  return { chunksBefore: [bext], chunksAfter: [...(cues.length === 0 ? [] : encodeCues(cues)), info, ...acid, encodeIxml(facts)] }
}

/**
 * A WAV file that says what it is: `bext` with the time reference, `cue ` and names, `INFO`, `acid`, `iXML` with the recipe.
 * In pieces, as long mixes need; `encodeSoundFile` gives short ones in one go.
 */
export const createSoundFileWriter = (
  size: { channelCount: number; lengthSamples: number },
  format: SoundFileFormat,
  facts: SoundFacts,
): WavWriter => createWavWriter(size, { ...format, ...encodeFacts(facts, format, size) })

/** The whole file: channels [S] of equal length, full scale = 1. */
export const encodeSoundFile = (channels: readonly Float32Array[], format: SoundFileFormat, facts: SoundFacts): Uint8Array => {
  const writer = createSoundFileWriter({ channelCount: channels.length, lengthSamples: channels[0]?.length ?? 0 }, format, facts)
  return joinBytes([writer.head, writer.encode(channels), writer.tail])
}

/**
 * What a WAV file says about itself; files of other programs give what they have. A recipe that is damaged or unknown is null.
 *
 * @throws  EngineError AUDIO_CORRUPT, AUDIO_UNKNOWN_FORMAT where it is no WAV file
 */
export const readSoundFacts = (bytes: Uint8Array, fileName: string): FoundFacts => {
  const source = bytesSource(bytes)
  const chunks = readRiffChunks(source, fileName)
  const { sampleRate } = readWavLayout(source, fileName)
  const find = (id: string): Uint8Array | undefined => chunks.find((chunk) => chunk.id === id)?.bytes
  const bext = decodeBext(find('bext') ?? new Uint8Array(0))
  const acid = decodeAcid(find('acid') ?? new Uint8Array(0))
  const recipe = decodeRecipe(find('iXML') ?? new Uint8Array(0))
  return {
    title: decodeTitle(chunks) || (recipe?.title ?? ''),
    startSeconds: bext === null ? null : bext.timeReferenceSamples / sampleRate,
    bpm: acid?.bpm ?? null,
    metre: acid?.metre ?? null,
    rootKey: acid?.rootKey ?? null,
    markers: decodeCues(chunks).map(({ atSamples, name }) => ({ atSeconds: atSamples / sampleRate, name })),
    recipe,
  }
}
