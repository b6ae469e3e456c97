import { draftSchema, MAX_FILE_BYTES, snapSchema, tidySchema, type Api, type Hum, type Take } from '#contract/api.ts'
import type { Melody } from '#contract/melody.ts'
import type { Recipe } from '#contract/recipe.ts'
import { readSoundFacts } from '#main/export/wav/sound-facts.ts'
import type { RenderSpec } from '#main/jobs/handlers/render.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import { composeNotes } from './compose-notes.ts'
import type { ServiceContext } from './context.ts'
import type { Recording, Snap, SoundFile } from './understanding.ts'

const LONGEST_NAME = 60

/** A file's name without folders and extension; a text's first words. */
const shortenName = (text: string): string => {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length <= LONGEST_NAME ? line : `${line.slice(0, LONGEST_NAME - 1).trimEnd()}…`
}
const nameOfFile = (fileName: string): string => shortenName((fileName.split(/[\\/]/).pop() ?? '').replace(/\.[^.]+$/, '')) || 'Hum'

/** By its contents, or by its name: what is wrong with a damaged MIDI file is said of notes, not of sound. */
const isMidi = (fileName: string, bytes: Uint8Array): boolean =>
  /\.midi?$/i.test(fileName) || (bytes.length >= 4 && bytes[0] === 0x4d && bytes[1] === 0x54 && bytes[2] === 0x68 && bytes[3] === 0x64)

export const findHum = ({ library }: Pick<ServiceContext, 'library'>, id: string): Hum => {
  const hum = library.hums.find(id)
  if (hum === null) throw new EngineError('NOT_FOUND', { kind: 'hum', id })
  return hum
}

/** Notes in order and one at a time: a later note cuts the one before it off. */
export const orderNotes = (melody: Melody): Melody => {
  const sorted = [...melody.notes].sort((a, b) => a.onsetSeconds - b.onsetSeconds)
  const notes = sorted.flatMap((note, i) => {
    const next = sorted[i + 1]
    const room = next === undefined ? note.durationSeconds : Math.min(note.durationSeconds, next.onsetSeconds - note.onsetSeconds)
    return room > 0 ? [{ ...note, durationSeconds: room }] : []
  })
  const last = notes.at(-1)
  const end = last === undefined ? 0 : last.onsetSeconds + last.durationSeconds
  return { ...melody, notes, durationSeconds: Math.max(melody.durationSeconds, end) }
}

/** What the sound file of a take says about how it was made; null for every other file. */
const findRecipe = (fileName: string, bytes: Uint8Array): Recipe | null => {
  const isWav = bytes.length > 12 && new TextDecoder('latin1').decode(bytes.subarray(0, 4)) === 'RIFF'
  if (!isWav) return null
  try {
    return readSoundFacts(bytes, fileName).recipe
  } catch (error) {
    // What is wrong with the file is said when it is listened to.
    if (error instanceof EngineError) return null
    throw error
  }
}

const isSameRecipe = ({ recipe, seed, modelHash }: Take, other: Recipe): boolean =>
  recipe !== null &&
  seed === other.seed &&
  modelHash === other.modelHash &&
  JSON.stringify([recipe.notes, recipe.lanes, recipe.prompt, recipe.edits]) ===
    JSON.stringify([other.notes, other.lanes, other.prompt, other.edits])

/** Hums: what was sung, played in or written, and the notes that were understood. */
export const createHumsService = (context: ServiceContext): Api['hums'] => {
  const { env, library, pushes, queue, understanding } = context
  const announce = (): void => pushes.emit('library.changed', { kinds: ['hums'] })

  const keep = (hum: Omit<Hum, 'id' | 'createdAt' | 'assetId'>, wav: Uint8Array | null): Hum => {
    const createdAt = readTimestamp(env.clock)
    const stored = library.transaction(() => {
      const assetId = wav === null ? null : library.assets.save(wav, 'wav', createdAt)
      const full: Hum = { ...hum, id: createId('hum', env.clock, env.random), createdAt, assetId }
      library.hums.insert(full)
      return full
    })
    announce()
    return stored
  }

  const change = (humId: string, edit: (hum: Hum) => Hum): Hum => {
    const changed = library.transaction(() => {
      const hum = edit(findHum(context, humId))
      library.hums.update(hum)
      return hum
    })
    announce()
    return changed
  }

  const listen = async (sound: SoundFile | Recording, about: { name: string; source: Hum['source']; snap: Snap }): Promise<Hum> => {
    const { melody, warnings, wav } = await understanding.listen(sound, about.snap)
    return keep({ name: about.name, source: about.source, melody, warnings }, wav)
  }

  /** The melody, words and lanes that a take's sound file carries, and the take itself: the one that is kept, or played once more. */
  const openRecipe = (recipe: Recipe, fileName: string): Hum => {
    const known = library.takes.list().find((take) => isSameRecipe(take, recipe))
    if (known !== undefined) return findHum(context, known.humId)
    const { notes, bpm, key, prompt, lanes, freedom, own, title = fileName } = recipe
    const end = notes.reduce((last, note) => Math.max(last, note.onsetSeconds + note.durationSeconds), 0)
    const melody: Melody = {
      notes,
      durationSeconds: end,
      ...(bpm !== undefined && { bpm: bpm / lanes.tempo }),
      ...(key !== undefined && { key }),
    }
    const hum = keep({ name: shortenName(title) || fileName, source: 'file', melody, warnings: [] }, null)
    const drawnLanes = Object.keys(lanes)
    library.transaction(() => library.hums.saveDraft(hum.id, { prompt, lanes, drawnLanes, freedom, ...(own !== undefined && { own }) }))
    const { modelHash: _modelHash, title: _title, bpm: _bpm, key: _key, ...spec } = recipe
    queue.enqueue('render', { ...spec, humId: hum.id, count: 1 } satisfies RenderSpec)
    return hum
  }

  return {
    async fromFile({ fileName, bytes, snap }) {
      if (bytes.length > MAX_FILE_BYTES) {
        const megabytes = Math.ceil(bytes.length / 1e6)
        throw new EngineError('FILE_TOO_LARGE', { path: fileName, megabytes, maximumMegabytes: Math.floor(MAX_FILE_BYTES / 1e6) })
      }
      if (isMidi(fileName, bytes)) {
        const melody = await understanding.readMidi(bytes)
        return keep({ name: nameOfFile(fileName), source: 'midi', melody, warnings: [] }, null)
      }
      const recipe = findRecipe(fileName, bytes)
      if (recipe !== null) return openRecipe(recipe, nameOfFile(fileName))
      return listen({ fileName, bytes }, { name: nameOfFile(fileName), source: 'file', snap: snapSchema.parse(snap ?? {}) })
    },

    fromRecording({ pcm, sampleRate, name, snap }) {
      const count = library.hums.list().filter(({ source }) => source === 'microphone').length
      return listen({ pcm, sampleRate }, { name: name ?? `Hum ${count + 1}`, source: 'microphone', snap: snapSchema.parse(snap ?? {}) })
    },

    async fromText({ text }) {
      if (text.trim() === '') throw new EngineError('PROMPT_EMPTY')
      const melody = await understanding.readMelodyText(text)
      return keep({ name: shortenName(text), source: 'text', melody, warnings: [] }, null)
    },

    async compose({ prompt, seconds, seed = env.random.integer(2 ** 32) }) {
      const melody = await composeNotes(context, { prompt, seconds, seed })
      return keep({ name: shortenName(prompt) || 'Composed melody', source: 'text', melody, warnings: [] }, null)
    },

    async demo() {
      const existing = library.hums.list().find(({ source }) => source === 'demo')
      if (existing !== undefined) return existing
      return listen(await understanding.readDemo(), { name: 'Demo hum', source: 'demo', snap: snapSchema.parse({}) })
    },

    list: async () => library.hums.list(),
    get: async ({ humId }) => findHum(context, humId),

    setNotes: async ({ humId, notes }) => change(humId, (hum) => ({ ...hum, melody: orderNotes({ ...hum.melody, notes }) })),

    async snap({ humId, snap }) {
      const melody = await understanding.snap(findHum(context, humId).melody, tidySchema.parse(snap))
      return change(humId, (hum) => ({ ...hum, melody }))
    },

    rename: async ({ humId, name }) => change(humId, (hum) => ({ ...hum, name })),

    getDraft: async ({ humId }) => library.hums.findDraft(findHum(context, humId).id),

    async setDraft({ humId, draft }) {
      const kept = draftSchema.parse(draft)
      library.transaction(() => library.hums.saveDraft(findHum(context, humId).id, kept))
      return kept
    },

    async remove({ humId }) {
      library.transaction(() => library.hums.remove(findHum(context, humId).id))
      library.assets.prune()
      pushes.emit('library.changed', { kinds: ['hums', 'takes'] })
      return {}
    },
  }
}
